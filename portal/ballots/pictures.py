"""The receipt as a PNG to keep in the phone's album."""

from io import BytesIO

from portal.core.code_pictures import CodePicture


def receipt_picture(receipt: str) -> BytesIO:
    picture = CodePicture(460)
    picture.code(receipt, picture.words("receipt", 60) + 10, 96)
    picture.words("receipt-how", 290)
    picture.address(380)
    return picture.png()
