from django import forms
from django.utils.translation import gettext_lazy as _

from keyi.core.text import narrow
from keyi.core.widgets import ChoiceCards

from ..choices import Identity
from .fields import CHOOSE, PasswordField, TidyField


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
