"""服务记录 (form F10), with the fields and rules of the national interface's service records.

Page, Excel and API use this form.
"""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.accounts.models import User
from keyi.accounts.roles import Capability
from keyi.codes.fields import CodesField
from keyi.codes.models import CodeList
from keyi.core.text import check_uscc
from keyi.core.widgets import CheckCards, ChoiceCards
from keyi.records.forms.base import Section, form_field
from keyi.records.forms.fields import PhoneField
from keyi.records.models import Instrument
from keyi.reporting import years
from keyi.reporting.models import MaintenancePeriod
from keyi.services.choices import Client, Direction, Funding, Place, Way
from keyi.services.models import ServiceRecord

from .instruments import InstrumentField

LONGEST = dt.timedelta(days=366)
CUSTOMS_YEARS = 3  # how long duty-free goods are supervised after their release
SECTIONS = (
    Section("what", gettext_lazy("The service"), (
        "instrument", "number", "started_at", "ended_at", "hours", "amount", "content", "ways", "direction",
    )),
    Section("who", gettext_lazy("The user"), (
        "client", "applicant", "applicant_tel", "applicant_email", "applicant_unit", "applicant_uscc", "user_type",
        "is_related", "satisfaction",
    )),
    Section("project", gettext_lazy("The project"), ("project_name", "project_funds", "subjects", "is_innovation")),
    Section("money", gettext_lazy("Fee and invoice"), (
        "income_yuan", "has_agreement", "contract_number", "invoice_number", "invoiced_on", "invoice_yuan",
    )),
    Section("place", pgettext_lazy("service", "Place"), ("place", "address", "customs_notice", "tax_note")),
)  # fmt: skip
HINTS = {
    "number": gettext_lazy("Your own number. Left empty, the platform gives one."),
    "hours": gettext_lazy("With starting and evaluation, without idle running. Or fill in samples or times."),
    "amount": gettext_lazy("Where the service is counted in samples or times."),
    "project_name": gettext_lazy("Without one write “none”."),
    "applicant_unit": gettext_lazy("The unit the work was done for."),
    "applicant_uscc": gettext_lazy("18 characters. Needed later for subsidies."),
    "is_related": gettext_lazy("For example a subsidiary. Subsidies leave such services out."),
    "is_innovation": gettext_lazy("Tests that the law prescribes do not count as such."),
    "income_yuan": gettext_lazy("What is charged for this service; 0 when it is free."),
    "address": gettext_lazy("Only if it was used outside the unit."),
    "customs_notice": gettext_lazy(
        "Only for instruments under customs supervision that were used outside the unit."
    ),
    "tax_note": gettext_lazy("Only if the purpose is another one and taxes were paid later."),
}
CONDITIONAL = ("hours", "amount", "address", "customs_notice", "tax_note")
MOMENT = "%Y-%m-%dT%H:%M"


def service_field(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    if isinstance(db_field, models.DateTimeField):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        formats = [MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H", "%Y/%m/%d %H:%M"]
        message = gettext_lazy("Write day and time, for example 2026-03-12 09:30.")
        return db_field.formfield(
            widget=widget, input_formats=formats, error_messages={"invalid": message}, **kwargs
        )
    return form_field(db_field, **kwargs)


class ServiceForm(forms.ModelForm):
    """One service of one instrument."""

    instrument = InstrumentField(
        label=gettext_lazy("Instrument used"),
        help_text=gettext_lazy("Type its number or name and choose."),
    )
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("Way of the service"), choices=Way, widget=CheckCards(in_row=True)
    )
    client = forms.ChoiceField(
        label=gettext_lazy("For whom"), choices=Client, widget=ChoiceCards(in_row=True)
    )
    direction = forms.ChoiceField(
        label=pgettext_lazy("service", "Purpose"), choices=Direction, widget=ChoiceCards(in_row=True)
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where it was used"), choices=Place, widget=ChoiceCards(in_row=True)
    )
    project_funds = forms.MultipleChoiceField(
        label=gettext_lazy("Funds of the project"), choices=Funding, widget=CheckCards(in_row=True),
        help_text=gettext_lazy("One to four; “none” for a service without a project."),
    )  # fmt: skip
    subjects = CodesField(
        CodeList.SUBJECT, least=1, most=4, label=gettext_lazy("Subjects of the project"),
        help_text=gettext_lazy("One to four."),
    )  # fmt: skip
    applicant_tel = PhoneField(label=gettext_lazy("Applicant's telephone"), max_length=20)
    edits = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ServiceRecord
        fields: ClassVar = [name for section in SECTIONS for name in section.fields]
        formfield_callback = service_field

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        mine = Instrument.objects.for_user(user, Capability.EDIT).filter(published_at__isnull=False)
        fields["instrument"].offer(mine)
        if self.instance.instrument_id:
            self.initial["instrument"] = self.instance.instrument
        self.initial["edits"] = self.instance.edits if self.instance.pk else 0
        for name, hint in HINTS.items():
            fields[name].help_text = hint
        for name in CONDITIONAL:
            fields[name].is_mandatory = None

    def clean_applicant_uscc(self) -> str:
        text = self.cleaned_data["applicant_uscc"]
        return check_uscc(text) if text else text

    def clean_project_funds(self) -> list[str]:
        funds = self.cleaned_data["project_funds"]
        if len(funds) > 4:
            raise ValidationError(_("Choose at most four."))
        if Funding.NONE in funds and len(funds) > 1:
            raise ValidationError(_("“None” goes with no other choice."))
        return funds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for check in (self._times, self._quantity, self._place, self._year, self._papers, self._number):
            check(cleaned)
        return cleaned

    def _times(self, cleaned: dict[str, Any]) -> None:
        started, ended = cleaned.get("started_at"), cleaned.get("ended_at")
        if ended and ended > timezone.now():
            self.add_error("ended_at", _("The end lies in the future. Enter the service when it is done."))
        elif started and ended and ended <= started:
            self.add_error("ended_at", _("The end has to be later than the beginning."))
        elif started and ended and ended - started > LONGEST:
            self.add_error("ended_at", _("One service lasts a year at most. Enter it in several parts."))

    def _quantity(self, cleaned: dict[str, Any]) -> None:
        started, ended, hours = (cleaned.get(name) for name in ("started_at", "ended_at", "hours"))
        if hours is None and cleaned.get("amount") is None and not {"hours", "amount"} & self.errors.keys():
            self.add_error("hours", _("Fill in the hours, or the samples or times."))
        if hours and started and ended and "ended_at" not in self.errors:
            most = (ended - started).total_seconds() / 3600
            if float(hours) > most + 0.05:
                self.add_error(
                    "hours",
                    ValidationError(
                        _("Between beginning and end lie only %(most).1f hours."), params={"most": most}
                    ),
                )

    def _place(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("place") == Place.OUTSIDE:
            if not cleaned.get("address") and "address" not in self.errors:
                self.add_error("address", _("Say where it was used."))
            self._customs(cleaned)

    def _customs(self, cleaned: dict[str, Any]) -> None:
        instrument, day = cleaned.get("instrument"), cleaned.get("started_at")
        if cleaned.get("customs_notice") or "customs_notice" in self.errors or not instrument or not day:
            return
        if is_supervised(instrument, timezone.localdate(day)):
            self.add_error(
                "customs_notice",
                _("The instrument is under customs supervision: fill in the number of the customs notice."),
            )

    def _year(self, cleaned: dict[str, Any]) -> None:
        """A closed year of maintenance is closed for its services too: its sums have been handed in."""
        instrument, started = cleaned.get("instrument"), cleaned.get("started_at")
        if not instrument or not started:
            return
        year = timezone.localdate(started).year
        if is_closed(instrument, year):
            self.add_error(
                "started_at",
                ValidationError(
                    _("The year %(year)d is closed. Ask the province's platform to open it again."),
                    params={"year": year},
                ),
            )

    def _papers(self, cleaned: dict[str, Any]) -> None:
        day = cleaned.get("invoiced_on")
        if day and day > timezone.localdate():
            self.add_error("invoiced_on", _("The date lies in the future. Check the invoice."))

    def _number(self, cleaned: dict[str, Any]) -> None:
        """Unique in the unit; the constraint behind it catches two windows at once."""
        number, instrument = cleaned.get("number"), cleaned.get("instrument")
        if number and instrument:
            others = ServiceRecord.objects.filter(institution=instrument.institution_id, number=number)
            if others.exclude(pk=self.instance.pk).exists():
                self.add_error("number", _("There is already a service record with this number."))

    def _post_clean(self) -> None:
        """What follows from the answers, before the model checks its constraints."""
        instrument, started = self.cleaned_data.get("instrument"), self.cleaned_data.get("started_at")
        if instrument is not None:
            self.instance.institution_id = instrument.institution_id
        if started is not None:
            self.instance.year = timezone.localdate(started).year
        super()._post_clean()  # type: ignore[misc]  # Django has it, the stubs do not


def is_supervised(instrument: Instrument, day: dt.date) -> bool:
    """Whether any of its declarations was released less than three years before the day."""
    limit = f"{day.year - CUSTOMS_YEARS:04d}-{day.month:02d}-{day.day:02d}"
    return any(row.get("released_on", "") > limit for row in instrument.customs)


def is_closed(instrument: Instrument, year: int) -> bool:
    """A year without a period is not opened yet: its services may be entered as they happen."""
    period = MaintenancePeriod.objects.prefetch_related("reopenings").filter(year=year).first()
    if period is None:
        return False
    meets = years.Year(period, period.last_day_for(instrument.institution))
    return not meets.is_open and not meets.is_to_come
