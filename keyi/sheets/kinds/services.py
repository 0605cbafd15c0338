"""服务记录: matched by their own number in the unit; a row without one is a new record."""

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.core.text import normalise
from keyi.services import records
from keyi.services.choices import Origin
from keyi.services.forms.instruments import instrument_label
from keyi.services.forms.service import SECTIONS, ServiceForm
from keyi.services.models import ServiceRecord
from keyi.sheets import cells
from keyi.sheets.columns import columns_of
from keyi.sheets.sheet import Refused, Said, Sheet, Work

NUMBER = "number"
_NAMES = tuple(name for section in SECTIONS for name in section.fields)
_NEEDED = tuple(name for name in _NAMES if ServiceForm.base_fields[name].required)
KNOWN_AS = {"instrument": ("仪器编号", "单位内编号", "使用仪器"), NUMBER: ("服务编号", "服务记录编号")}
EXAMPLE = {
    "instrument": "20190317-001", "started_at": "2026-03-12 09:30", "ended_at": "2026-03-12 15:30", "hours": "6",
    "content": "水样重金属分析", "income_yuan": "1200",
}  # fmt: skip


class ServiceWork(Work):
    def prepare(self, rows: Collection[Said]) -> None:
        numbers = {number for said in rows if (number := normalise(said.get(NUMBER, "")))}
        found = ServiceRecord.objects.filter(institution__path=self.unit.institution_path, number__in=numbers)
        found = found.select_related("instrument", "instrument__unit").order_by("pk")
        if self.locks:
            found = found.select_for_update(of=("self",))
        self.there = {one.number: one for one in found.prefetch_related("subjects")}

    def key(self, said: Said) -> Any:
        return normalise(said.get(NUMBER, "")) or None

    def find(self, said: Said) -> ServiceRecord | None:
        found = self.there.get(normalise(said.get(NUMBER, "")))
        if found is not None and not may(self.user, Capability.EDIT, found.instrument.unit):
            raise Refused(
                _("This number belongs to another laboratory's record."), self.columns[NUMBER].heading
            )
        return found

    def form(self, found: Any, data: QueryDict | None) -> ServiceForm:
        return ServiceForm(data, instance=found or ServiceRecord(), user=self.user)

    def first(self, found: ServiceRecord) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, column in self.columns.items():
            text = self.value(found, column)
            for key, value in cells.posted(name, column.field, text).items():
                data.setlist(key, value if isinstance(value, list) else [value])
        return data

    def cell(self, column: Any, value: Any) -> str:
        return instrument_label(value) if column.name == "instrument" else super().cell(column, value)

    def store(self, form: ServiceForm) -> int | None:
        try:
            return records.save(form, self.user, origin=Origin.SHEET).pk
        except records.TakenNumberError as error:
            raise Refused(str(ServiceRecord.taken_message()), self.columns[NUMBER].heading) from error


SERVICES = Sheet(
    "services",
    pgettext_lazy("sheet", "Service records"),
    columns_of(ServiceForm.base_fields, _NAMES, _NEEDED, KNOWN_AS, {}),
    NUMBER,
    ServiceWork,
    example=EXAMPLE,
    sources={"instrument": "instrument__inventory_number"},
)
