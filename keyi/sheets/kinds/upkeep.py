"""人员维护 and 运行维护 of one year: the instrument is named by its 单位内编号."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.roles import Capability
from keyi.accounts.scope import may
from keyi.core.text import normalise
from keyi.records.forms.fields import TidyCharField
from keyi.records.models import Instrument
from keyi.reporting import oddities, operations, staffing, upkeep
from keyi.reporting.forms.operation import OperationForm
from keyi.reporting.forms.staff import AddStaffForm
from keyi.reporting.models import AnnualOperation, AnnualStaff, MaintenancePeriod, Staff, UpkeepYear
from keyi.reporting.states import due
from keyi.reporting.years import Place, Year
from keyi.sheets.columns import columns_of
from keyi.sheets.sheet import CHANGED, NEW, UNCHANGED, Checked, Refused, Said, Sheet, Work

NUMBER = "instrument"
NUMBER_SOURCE = "instrument__inventory_number"
NUMBER_FIELD = TidyCharField(
    label=pgettext_lazy("sheet", "Number of the instrument in your unit"), max_length=50
)
NUMBER_NAMES = ("单位内编号", "所在单位仪器编号", "仪器编号", "设备编号")
PEOPLE = (
    "name", "title", "tel", "email", "gender", "birth_month", "education", "post", "kinds", "employ", "cert", "cert_on",
)  # fmt: skip
STAFF_KNOWN_AS = {
    NUMBER: NUMBER_NAMES,
    "name": ("人员姓名",),
    "tel": ("联系电话", "手机"),
    "email": ("邮箱",),
    "kinds": ("人员类型",),
}
STAFF_EXAMPLE = {
    NUMBER: "20190317-001", "name": "李四", "title": "工程师", "tel": "0731-12345678", "kinds": "操作人员；维护人员",
    "employ": "专职",
}  # fmt: skip
OPERATION_EXAMPLE = {
    NUMBER: "20190317-001", "run_hours": "1200", "teach_hours": "100", "research_hours": "700", "social_hours": "200",
    "service_hours": "900", "ext_hours": "200", "users_in": "30", "users_ext": "5", "income_in": "0",
    "income_ext": "12000",
}  # fmt: skip


class YearWork(Work):
    """What both have in common: the instruments that are due in the year, and whether the year is open."""

    def prepare(self, rows: Collection[Said]) -> None:
        assert self.year is not None
        periods = MaintenancePeriod.objects.prefetch_related("reopenings")
        period = periods.filter(year=self.year).first()
        institution = self.institution
        self.open_year = Year(period, period.last_day_for(institution)) if period and institution else None
        numbers = {normalise(said.get(NUMBER, "")) for said in rows}
        found = due(Instrument.objects.for_user(self.user, Capability.VIEW), self.year)
        found = found.filter(inventory_number__in=numbers).select_related(
            "unit", "unit__parent", "institution"
        )
        self.there = {one.inventory_number: one for one in found}
        if self.locks:
            upkeep.lock([one.pk for one in self.there.values()], self.year)
        self.prepare_rows()

    def prepare_rows(self) -> None:
        """Load what the instruments of these rows have already."""

    def place(self, said: Said) -> Place:
        number = normalise(said.get(NUMBER, ""))
        heading = self.columns[NUMBER].heading
        if self.open_year is None or not self.open_year.is_open:
            raise Refused(_("The year %(year)s is closed.") % {"year": self.year})
        if not number:
            raise Refused(_("Fill in the number of the instrument."), heading)
        instrument = self.there.get(number)
        if instrument is None:
            message = _("You have no published instrument of this number that is due in %(year)s.")
            raise Refused(message % {"year": self.year}, heading)
        if not may(self.user, Capability.EDIT, instrument.unit):
            raise Refused(_("This instrument is kept by another laboratory."), heading)
        return Place(instrument, self.open_year, True)


class StaffWork(YearWork):
    """A row is one person at one instrument; who is there already is changed, not doubled."""

    def prepare_rows(self) -> None:
        found = AnnualStaff.objects.filter(instrument__in=self.there.values(), year=self.year or 0)
        self.rows: dict[tuple[int, str, str, str], list[AnnualStaff]] = {}
        for row in found.select_related("staff", "instrument"):
            self.rows.setdefault(self._of(row.instrument_id, row.staff), []).append(row)

    def _of(self, instrument: int, staff: Staff) -> tuple[int, str, str, str]:
        return instrument, staff.name, staff.tel, staff.email

    def _judge(self, said: Said, line: int) -> tuple[Checked, Any]:
        place = self.place(said)
        data = self._data(None, said)
        form = AddStaffForm(data, user=self.user, place=place)
        form.place = place  # type: ignore[attr-defined]
        if not form.is_valid():
            return Checked("refused", self._errors(form)), form
        clean = form.cleaned_data
        key = (place.instrument.pk, clean["name"], clean["tel"], clean["email"])
        form.rows = [row for row in self.rows.get(key, []) if row.kind in clean["kinds"]]  # type: ignore[attr-defined]
        changes = [change for row in form.rows for change in self._changes(row, clean)]  # type: ignore[attr-defined]
        if len(form.rows) < len(clean["kinds"]):  # type: ignore[attr-defined]
            return Checked(NEW, changes=changes), form
        return Checked(CHANGED if changes else UNCHANGED, changes=changes), form

    def _changes(self, row: AnnualStaff, clean: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [
            (
                self.columns[name].heading,
                self.value(row, self.columns[name]),
                self._new_value(name, clean[name]),
            )
            for name in ("employ", "cert", "cert_on")
            if (getattr(row, name) or None) != (clean[name] or None)
        ]

    def _new_value(self, name: str, value: Any) -> str:
        return self.cell(self.columns[name], value)

    def store(self, form: Any) -> int | None:
        clean, place = form.cleaned_data, form.place
        values = {name: clean[name] for name in ("employ", "cert", "cert_on")}
        for row in form.rows:
            for name, value in values.items():
                setattr(row, name, value)
            staffing.change(self.user, row)
        staffing.add(self.user, place.instrument, place.year.number, form.person(), clean["kinds"], **values)
        return place.instrument.pk


class OperationWork(YearWork):
    """A row is one instrument's year."""

    def key(self, said: Said) -> Any:
        return normalise(said.get(NUMBER, "")) or None

    def prepare_rows(self) -> None:
        assert self.year is not None
        found = AnnualOperation.objects.filter(instrument__in=self.there.values())
        self.records = {(one.instrument_id, one.year): one for one in found.filter(year__gte=self.year - 1)}
        years = UpkeepYear.objects.filter(instrument__in=self.there.values(), year=self.year)
        self.upkeep = {one.instrument_id: one for one in years}

    def find(self, said: Said) -> AnnualOperation | None:
        assert self.year is not None
        self.now = self.place(said)
        return self.records.get((self.now.instrument.pk, self.year))

    def form(self, found: Any, data: QueryDict | None) -> OperationForm:
        assert self.year is not None
        instrument = self.now.instrument
        new = AnnualOperation(instrument=instrument, year=self.year, institution_id=instrument.institution_id)
        record = found or new
        record.instrument = instrument
        row = self.upkeep.get(instrument.pk) or UpkeepYear(instrument=instrument, year=self.year)
        return OperationForm(
            data, instance=record, last=self.records.get((instrument.pk, self.year - 1)), upkeep=row
        )

    def first(self, found: AnnualOperation) -> QueryDict:
        data = QueryDict(mutable=True)
        for name in self.columns:
            value = getattr(found, name, None)
            if name != NUMBER and value is not None:
                data[name] = str(value)
        return data

    def _judge(self, said: Said, line: int) -> tuple[Checked, Any]:
        checked, form = super()._judge(said, line)
        if checked.state in (NEW, CHANGED):
            odd = oddities.look(form.instance, form.last)
            headings = [self.columns[name].heading for name in odd if name in self.columns]
            if headings:
                checked.notes.append(
                    ("、".join(headings), _("More than half away from last year: check once more."))
                )
        return checked, form

    def store(self, form: OperationForm) -> int | None:
        changed = [name for name in form.changed_data if name not in ("edits", "proofs")]
        operations.save(form.instance, self.user, changed=changed)
        return form.instance.pk


def _fields(form: Any, names: tuple[str, ...]) -> dict[str, forms.Field]:
    return {NUMBER: NUMBER_FIELD, **{name: form.base_fields[name] for name in names}}


_FIGURES = tuple(name for name in OperationForm.base_fields if name not in ("proofs", "edits"))
STAFF = Sheet(
    "staff",
    pgettext_lazy("sheet", "People of the year"),
    columns_of(
        _fields(AddStaffForm, PEOPLE), (NUMBER, *PEOPLE), (NUMBER, "name", "title", "kinds", "employ"),
        STAFF_KNOWN_AS, {},
    ),
    NUMBER, StaffWork, has_year=True, example=STAFF_EXAMPLE,
    sources={
        NUMBER: NUMBER_SOURCE, "kinds": "kind",
        **{name: f"staff__{name}" for name in PEOPLE if name not in ("title", "kinds", "employ", "cert", "cert_on")},
    },
)  # fmt: skip
OPERATIONS = Sheet(
    "operations",
    pgettext_lazy("sheet", "Operation of the year"),
    columns_of(
        _fields(OperationForm, _FIGURES), (NUMBER, *_FIGURES),
        (NUMBER, *(name for name in _FIGURES if OperationForm.base_fields[name].required)),
        {NUMBER: NUMBER_NAMES, "run_hours": ("年运行机时",), "ext_hours": ("年对外服务机时",)}, {},
    ),
    NUMBER, OperationWork, has_year=True, example=OPERATION_EXAMPLE, sources={NUMBER: NUMBER_SOURCE},
)  # fmt: skip
