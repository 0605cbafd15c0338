"""维护年度: when a year opens and closes, and for whom it opens once more."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.core.text import normalise
from keyi.records.forms.fields import TidyTextField
from keyi.reporting.models import MaintenancePeriod, PeriodReopening
from keyi.reporting.models.period import FIRST_YEAR


def date_field(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PeriodForm(forms.ModelForm):
    opens_on = date_field(
        pgettext_lazy("period", "Opens on"), _("From 00:00 of this day the units can fill in.")
    )
    closes_on = date_field(pgettext_lazy("period", "Closes on"), _("The last day, until 24:00."))

    class Meta:
        model = MaintenancePeriod
        fields = ["year", "opens_on", "closes_on"]
        labels = {"year": _("Year")}
        help_texts = {"year": _("The year the figures are about, for example 2025.")}
        error_messages = {"year": {"unique": _("This year is set already. Change its dates in the list.")}}

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        this_year = timezone.localdate().year
        if not FIRST_YEAR <= year <= this_year:
            raise forms.ValidationError(
                _("Write a year from %(first)s to %(last)s."), params={"first": FIRST_YEAR, "last": this_year}
            )
        return year

    def clean_closes_on(self) -> Any:
        day = self.cleaned_data["closes_on"]
        opens = self.cleaned_data.get("opens_on")
        if opens and day < opens:
            raise forms.ValidationError(_("The closing day lies before the opening day. Check both."))
        if day < timezone.localdate() and day != self.instance.closes_on:
            raise forms.ValidationError(
                _("This day has passed. Write today or later; to end a year at once use “Close now”.")
            )
        return day


class PeriodDatesForm(PeriodForm):
    class Meta(PeriodForm.Meta):
        fields = ["opens_on", "closes_on"]


class ReopeningForm(forms.ModelForm):
    institution = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=pgettext_lazy("column", "Unit"), empty_label=_("Choose the unit")
    )
    until = date_field(_("Open until"), _("The last day, until 24:00."))
    reason = TidyTextField(
        label=_("Reason"), max_length=200, help_text=_("The unit reads it, and it stays in the list.")
    )

    class Meta:
        model = PeriodReopening
        fields = ["institution", "until", "reason"]

    def __init__(self, *args: Any, user: User, period: MaintenancePeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period = period
        units = OrgUnit.objects.for_user(user, Capability.APPROVE)
        field: Any = self.fields["institution"]
        field.queryset = units.filter(level=OrgUnit.Level.INSTITUTION).order_by("name")

    def clean_reason(self) -> str:
        return normalise(self.cleaned_data["reason"], multiline=True)

    def clean_until(self) -> Any:
        day, today = self.cleaned_data["until"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day has passed. Write today or later."))
        if self.period.opens_on <= today and day <= self.period.closes_on:
            raise forms.ValidationError(
                _("The year is open for every unit until then. Write a later day."), code="open"
            )
        return day
