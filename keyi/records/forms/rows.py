"""The small forms behind the rows inside a record: fees, funds, opening hours, customs, certificates."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.records.choices import CertificateKind, ChargeUnit, FundsSource, QualificationKind, Weekdays

from .fields import TidyCharField, TidyDecimalField

MAX_PRICE = Decimal("99999999.99")


def blank_choices(choices: type[models.TextChoices]) -> list[tuple[str, Any]]:
    return [("", _("Choose")), *choices.choices]


def day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def price(label: Any) -> TidyDecimalField:
    return TidyDecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=MAX_PRICE,
        max_digits=10,
        decimal_places=2,
    )


class FeeRow(forms.Form):
    """One line of 收费标准. A price is due where the instrument is shared; the record's form checks which."""

    item = TidyCharField(label=_("Item"), max_length=50)
    unit = forms.ChoiceField(label=_("Charged by"), choices=blank_choices(ChargeUnit))
    internal = price(_("Internal price (CNY)"))
    external = price(_("External price (CNY)"))
    negotiable = forms.BooleanField(label=_("By agreement"), required=False)


class FundRow(forms.Form):
    """One source of the purchase money. Amounts matter: the rules turn on whether fiscal funds paid most of it."""

    source = forms.ChoiceField(label=_("Source"), choices=blank_choices(FundsSource))
    amount_wan = TidyDecimalField(
        label=_("Amount (10,000 CNY)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
    )


class OpenHoursRow(forms.Form):
    days = forms.ChoiceField(label=_("Days"), choices=blank_choices(Weekdays))
    opens = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(
        label=pgettext_lazy("opening hours", "To"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if isinstance(opens, datetime.time) and isinstance(closes, datetime.time) and opens >= closes:
            self.add_error("closes", _("Write an end that is later than the start."))
        return cleaned


class CustomsRow(forms.Form):
    """海关监管: supervision of duty-free goods ends three years after release."""

    declaration = TidyCharField(
        label=_("Declaration number"),
        max_length=18,
        validators=[RegexValidator(r"^\d{18}$", _("Write the 18 digits of the declaration."))],
    )
    item = TidyCharField(
        label=_("Item number"),
        max_length=2,
        validators=[RegexValidator(r"^\d{2}$", _("Write two digits, for example 01."))],
    )
    name = TidyCharField(label=_("Name on the declaration"), max_length=30)
    released_on = day(_("Released on"))
    exemption = TidyCharField(label=_("Exemption certificate"), max_length=12, required=False)


class CertificateRow(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("certificate", "Kind"), choices=blank_choices(CertificateKind)
    )
    number = TidyCharField(label=_("Certificate number"), max_length=50, required=False)
    issued_on = day(_("Date of certificate"))
    valid_until = day(_("Valid until"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        issued, until = cleaned.get("issued_on"), cleaned.get("valid_until")
        if issued and issued > timezone.localdate():
            self.add_error("issued_on", _("The date lies in the future. Check the certificate."))
        if issued and until and until < issued:
            self.add_error("valid_until", _("The end lies before the date of the certificate."))
        return cleaned


class QualificationRow(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("certificate", "Kind"), choices=blank_choices(QualificationKind)
    )
    number = TidyCharField(label=_("Certificate number"), max_length=50)
    issuer = TidyCharField(label=_("Issued by"), max_length=100, required=False)
    valid_until = day(_("Valid until"), required=False)


class PartnerRow(forms.Form):
    """One 共建单位."""

    name = TidyCharField(label=_("Name of the partner unit"), max_length=100)
