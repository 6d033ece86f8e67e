"""查询码 and 校验码 as a PNG to keep in the phone's album."""

from io import BytesIO

from portal.core.code_pictures import CodePicture


def code_picture(ref: str, secret: str | None) -> BytesIO:
    """`secret` None: the 校验码 is the phone's last four digits, said in words."""
    picture = CodePicture(620)
    picture.code(ref, picture.words("ref", 60), 110)
    if secret is None:
        picture.words("phone", 300)
    else:
        picture.code(secret, picture.words("secret", 280), 110)
    picture.words("how", 480)
    picture.address(550)
    return picture.png()
