"""新增令牌: what it is for, for whom, how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.core.widgets import ChoiceCards
from keyi.records.forms.fields import TidyCharField
from keyi.records.forms.instrument import LabChoiceField

LIFETIMES = (30, 90, 180, 365)
LEVELS = (OrgUnit.Level.INSTITUTION, OrgUnit.Level.DEPARTMENT, OrgUnit.Level.LAB)


class TokenForm(forms.Form):
    name = TidyCharField(
        label=pgettext_lazy("token", "Name"), max_length=50,
        help_text=_("The system that will use it, for example: the university's equipment system."),
    )  # fmt: skip
    unit = LabChoiceField(
        OrgUnit.objects.none(), label=pgettext_lazy("token", "Works for"), empty_label=None,
        help_text=_("It reaches the records of this unit and what lies below it, and nothing else."),
    )  # fmt: skip
    may_write = forms.ChoiceField(
        label=pgettext_lazy("token", "May"), initial="no", widget=ChoiceCards(in_row=True),
        choices=[
            ("no", pgettext_lazy("token", "Only read")),
            ("yes", pgettext_lazy("token", "Read and write")),
            ("code", pgettext_lazy("token", "Send as to the national platform")),
        ],
        help_text=_(
            "The last one gives a code of 32 characters (insCode) for systems that speak the national platform's "
            "interface already."
        ),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=pgettext_lazy("token", "Valid for"), initial=90, coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days") % days) for days in LIFETIMES],
        help_text=_("Afterwards it ends by itself, and you make a new one."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.for_user(user, Capability.EDIT).filter(level__in=LEVELS, is_active=True)
        field: Any = self.fields["unit"]
        field.owner, field.queryset = user.pk, units.select_related("parent").order_by("path")
        if user.home:
            self.initial.setdefault("unit", user.home.unit_id)
