"""The two tables of a unit's yearly effects, as the national platform fetches them."""

from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db import transaction

from keyi.core.xlsx import write_sheet
from keyi.records.models import Instrument
from keyi.services.models import ServiceRecord

from .models import EffectTable, UnitEffect
from .national.records import LARGE_WAN

INCOME = "intensityFileUrl"
ASSETS = "specializationFileUrl"
INCOME_HEAD = ("日期", "凭证编号", "经办人", "摘要", "金额（元）", "设备名称", "付款单位")
ASSETS_HEAD = (
    "资产编号", "资产分类", "资产名称", "规格型号", "价值（万元）", "建账日期", "使用部门", "生产厂家", "备注",
)  # fmt: skip


@transaction.atomic
def make(effect: UnitEffect) -> dict[str, EffectTable]:
    """Both tables by their element, made anew; the ones before stay readable for who was told of them."""
    made = {
        INCOME: write_sheet("收入", INCOME_HEAD, _income(effect)),
        ASSETS: write_sheet("资产", ASSETS_HEAD, _assets(effect)),
    }
    tables = {element: EffectTable(effect=effect, element=element) for element in made}
    for element, table in tables.items():
        table.file.save("", File(made[element]), save=True)
    return tables


def _income(effect: UnitEffect) -> Iterable[tuple[Any, ...]]:
    found = ServiceRecord.objects.filter(institution=effect.unit_id, year=effect.year).exclude(
        invoice_number=""
    )
    for one in found.select_related("instrument", "updated_by").order_by("invoiced_on", "pk").iterator(500):
        money = one.invoice_yuan if one.invoice_yuan is not None else one.income_yuan
        yield (
            one.invoiced_on, one.invoice_number, one.updated_by.real_name, one.content, money, one.instrument.name,
            one.applicant_unit,
        )  # fmt: skip


def _assets(effect: UnitEffect) -> Iterable[tuple[Any, ...]]:
    found = Instrument.objects.filter(institution=effect.unit_id, is_public=True, value_wan__gte=LARGE_WAN)
    for one in found.select_related("unit", "asset").order_by("inventory_number").iterator(500):
        yield (
            one.inventory_number, one.asset.label if one.asset else "", one.name, one.model_name, one.value_wan,
            one.booked_on, one.unit.name, one.manufacturer, "",
        )  # fmt: skip
