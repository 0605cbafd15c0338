"""仪器: matched by 单位内编号 within the unit. The columns of the national template are known by their names."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.codes import memory
from keyi.core.text import normalise
from keyi.records.forms import facility
from keyi.records.forms.base import as_posted
from keyi.records.forms.instrument import InstrumentForm
from keyi.records.models import Instrument
from keyi.sheets.columns import columns_of
from keyi.sheets.models import ImportRow
from keyi.sheets.sheet import Checked, Refused, Said, Sheet, Work, sharing

from . import kept

NUMBER = "inventory_number"
KNOWN_AS = {
    NUMBER: ("所在单位仪器编号", "单位内编号", "设备编号", "仪器编号", "资产编号", "固定资产编号"),
    "name": ("仪器设备名称", "仪器名称", "设备名称", "中文名称", "名称"),
    "name_en": ("英文名称", "仪器英文名称"),
    "model_name": ("规格型号", "型号规格", "型号", "仪器型号"),
    "manufacturer": ("生产制造商", "生产厂家", "生产厂商", "制造商", "厂家"),
    "country": ("产地国别", "产地", "国别"),
    "value_wan": ("原值", "仪器原值", "设备原值", "价格", "单价", "金额"),
    "lab": ("所属单位内部门", "所在部门", "使用部门", "使用单位", "实验室", "所属实验室"),
    "platforms": ("所属创新平台", "创新平台"),
    "category": ("仪器分类编码", "仪器分类", "分类编码", "分类"),
    "source": ("设备仪器来源", "设备来源", "仪器来源"),
    "usage_type": ("仪器设备类别", "设备类别"),
    "is_customs_supervised": ("是否在海关监管年限内", "是否海关监管"),
    "booked_on": ("建账日期", "入账日期"),
    "started_on": ("启用日期", "投入使用日期"),
    "purchased_on": ("购置日期", "购买日期"),
    "technical": ("主要技术指标", "技术指标"),
    "function": ("主要功能", "仪器功能"),
    "subjects": ("主要学科领域", "学科领域"),
    "funds": ("主要购置经费来源", "经费来源"),
    "service_content": ("服务内容",),
    "user_notice": ("用户须知",),
    "booking_url": ("预约服务网址", "预约网址"),
    "street": ("安放地址街道", "街道", "存放地点街道"),
    "contact": ("联系人",),
    "tel": ("电话", "联系电话"),
    "email": ("电子邮箱", "邮箱"),
    "mail_address": ("通讯地址",),
    "postcode": ("邮政编码", "邮编"),
    "certificates:issued_on": ("检定日期", "校准日期"),
    "certificates:valid_until": ("检定有效期", "有效期"),
    "certificates:number": ("证书编号",),
}  # fmt: skip
PARTS = {
    "division": (("province", "安放地址-省"), ("city", "安放地址-市"), ("county", "安放地址-区县")),
    "customs": (
        ("declaration", "进口报关单编号"), ("item", "进口报关单项号"), ("name", "仪器设备在进口报关单上的名称"),
        ("released_on", "海关放行日期"), ("exemption", "免税证明编号"),
    ),
    "certificates": (
        ("kind", "检定或校准"), ("number", "检定证书编号"), ("issued_on", "检定/校准日期"), ("valid_until", "有效期至"),
    ),
}  # fmt: skip
BY_ITSELF = gettext_lazy("The platform counts this from the yearly records: enter it under yearly operation.")
NOT_TAKEN = {
    "仪器编号": gettext_lazy("The platform gives its own number when the instrument is published."),
    "图片": gettext_lazy("Upload the photos together as a zip file on the page of photos."),
    "年运行机时": BY_ITSELF,
    "年对外服务机时": BY_ITSELF,
    "参考收费标准": gettext_lazy(
        "Enter fees line by line in the column “Fees”, or in the instrument's form."
    ),
    "所属资源载体类型": gettext_lazy("Choose the innovation platforms in the column of that name."),
    "所属资源载体内部编号": gettext_lazy("Choose the innovation platforms in the column of that name."),
}
EXAMPLE = {
    "kind": "仪器", NUMBER: "20190317-001", "name": "电感耦合等离子体发射光谱仪", "model_name": "iCAP 6300",
    "manufacturer": "赛默飞世尔（Thermo Fisher）", "value_wan": "86.50", "booked_on": "2019-03-17",
    "started_on": "2019-05-06", "technical": "波长 166～847 nm；分辨率 0.007 nm", "has_no_platform": "是",
}  # fmt: skip


class InstrumentWork(Work):
    keeps = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_class = sharing(InstrumentForm, self.columns)

    def prepare(self, rows: Collection[Said]) -> None:
        numbers = {number for said in rows if (number := _number(said))}
        found = Instrument.objects.filter(
            institution__path=self.unit.institution_path, inventory_number__in=numbers
        )
        found = found.select_related("unit", "unit__parent", "institution", *CODES).order_by("pk")
        found = found.prefetch_related("subjects", "platforms")
        self.there: dict[str, Instrument] = {one.inventory_number: one for one in found}
        memory.remember(("numbers", self.unit.institution_path), dict(self.there))

    def key(self, said: Said) -> Any:
        return _number(said) or None

    def find(self, said: Said) -> Instrument | None:
        found = self.there.get(_number(said))
        if found is not None and not may(self.user, Capability.EDIT, found.unit):
            message = _("Your unit has an instrument of this number in a laboratory that you do not keep.")
            raise Refused(message, self.columns[NUMBER].heading)
        return found

    def form(self, found: Any, data: QueryDict | None) -> InstrumentForm:
        record = found or Instrument(unit=self.unit, institution=self.institution)
        return self.form_class(data, instance=record, user=self.user)

    def first(self, found: Any) -> QueryDict:
        return as_posted(self.form(found, None))

    def usual(self) -> QueryDict:
        data = QueryDict(mutable=True)
        if self.unit.is_lab:
            data["lab"] = str(self.unit.pk)
        return data

    def value(self, found: Any, column: Any) -> str:
        if column.name == "lab":
            field: Any = column.field
            return str(field.label_from_instance(found.unit)) if found.unit.is_lab else ""
        return super().value(found, column)

    def may_change(self, found: Instrument) -> str:
        if found.is_editable:
            return ""
        message = _("It is “%(state)s” and closed to changes. Recall or revise it first, then import again.")
        return message % {"state": found.get_status_display()}

    def kept_values(self, form: InstrumentForm) -> dict[str, Any]:
        return kept.values_of(form)

    def save_kept(self, rows: Sequence[ImportRow]) -> list[Checked]:
        return kept.save(self, rows)


def _number(said: Said) -> str:
    return normalise(said.get(NUMBER, ""))


CODES = ("category", "asset", "country", "division", "division__parent")
_NAMES = [
    name
    for section in InstrumentForm.sections
    if section.slug != facility.SECTION.slug
    for name in section.fields
]
INSTRUMENTS = Sheet(
    "instruments",
    pgettext_lazy("sheet", "Instruments"),
    columns_of(InstrumentForm.base_fields, _NAMES, InstrumentForm.mandatory, KNOWN_AS, PARTS),
    NUMBER,
    InstrumentWork,
    example=EXAMPLE,
    sources={"lab": "unit_id"},
    not_taken=NOT_TAKEN,
)
