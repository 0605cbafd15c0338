from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from keyi.core.text import narrow
from keyi.core.widgets import ChoiceCards

from ..roles import Role
from .fields import CHOOSE, PasswordField, TidyField


class Identity(models.TextChoices):
    """As whom one signs in; only a help for people, the account decides."""

    INSTITUTION = "institution", _("Managing unit")
    LAB = "lab", _("Laboratory (department)")
    PLATFORM = "platform", _("Platform administration")


IDENTITY_OF = {
    Role.INSTITUTION_ADMIN: Identity.INSTITUTION,
    Role.LAB_MANAGER: Identity.LAB,
    Role.REVIEWER: Identity.PLATFORM,
    Role.SYSTEM_ADMIN: Identity.PLATFORM,
}


class LoginForm(forms.Form):
    identity = forms.ChoiceField(
        label=_("Sign in as"), choices=Identity.choices, initial=Identity.INSTITUTION.value,
        widget=ChoiceCards(in_row=True), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
        help_text=_(
            "Unit administrators choose “Managing unit”; accounts opened by a unit choose “Laboratory (department)”."
        ),
    )  # fmt: skip
    username = TidyField(
        label=_("Account name"), tidy=narrow, max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    password = PasswordField(label=_("Password"), autocomplete="current-password")
