"""A form with every kind of field, plain and with messages, for the demo page that shows all components."""

from wtforms import (
    BooleanField,
    FileField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from portal.core.forms import BaseForm


class SampleForm(BaseForm):
    phone = StringField("手机号")
    name = StringField("怎么称呼您")
    code = StringField("查询码")
    text = TextAreaField("说说情况")
    building = SelectField("楼栋", choices=["东局子小区 3 号楼", "东局子小区 4 号楼"])
    category = RadioField("是哪一类问题？", choices=[("lighting", "照明、楼道"), ("water", "漏水、排水、管线")])
    danger = RadioField("现在危险吗？", choices=[("no", "不危险"), ("yes", "有危险，可能伤到人")])
    times = SelectMultipleField("方便的时间", choices=[("morning", "上午"), ("weekend", "周末")])
    no_phone = BooleanField("我不留手机号")
    roster = FileField("名册文件")
    camera = FileField("拍照")
    album = MultipleFileField("从相册选")


class OtherSampleForm(SampleForm):
    """The same fields under other ids, because both stand on one page."""

    def __init__(self) -> None:
        super().__init__(formdata=None)
        for field in self:
            field.id = f"wrong-{field.id}"
            field.label.field_id = field.id


def wrong_form() -> OtherSampleForm:
    form = OtherSampleForm()
    form.phone.errors = ["手机号应是 11 位，您填了 9 位，请再看看"]
    form.text.errors = ["请写一句话，或者拍一张照片"]
    form.category.errors = ["请选一类，不确定就选‘说不清’"]
    form.camera.errors = ["第 2 张照片太大（超过 10 兆），请换一张小的，其他的都已留着"]
    form.form_errors = ["这一页开得太久了，请再按一次"]
    return form
