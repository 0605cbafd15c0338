from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.core.text import narrow

from .. import passwords
from ..models import User
from .fields import EmailField, NameField, PasswordField, TidyField, mobile_field


class ProfileForm(forms.Form):
    real_name = NameField(label=pgettext_lazy("person", "Name"), max_length=20)
    mobile = mobile_field()


class _OwnForm(forms.Form):
    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class WithOldPassword(_OwnForm):
    """Asks for the present password, so that an unattended screen is not enough."""

    old_password = PasswordField(label=gettext_lazy("Present password"), autocomplete="current-password")

    def clean_old_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise ValidationError(_("The present password is not right."), code="wrong")
        return self.cleaned_data["old_password"]


class CloseForm(WithOldPassword):
    is_meant = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be undone."),
        error_messages={"required": gettext_lazy("Tick this if you are sure.")},
    )
    field_order = ["is_meant", "old_password"]


class EmailForm(WithOldPassword):
    email = EmailField(
        label=gettext_lazy("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("We send a link there. The address counts once you have opened it."),
    )  # fmt: skip
    field_order = ["email", "old_password"]

    def clean_email(self) -> str:
        if self.cleaned_data["email"].lower() == self.user.email.lower():
            raise ValidationError(_("This already is your address."), code="same")
        return self.cleaned_data["email"]


class NewPasswordForm(_OwnForm):
    password = PasswordField(
        label=gettext_lazy("New password"), autocomplete="new-password",
        help_text=gettext_lazy(
            "At least 12 characters, three of: capital letters, small letters, digits, signs. Without the account name."
        ),
    )  # fmt: skip
    password_again = PasswordField(label=gettext_lazy("New password once more"), autocomplete="new-password")

    def clean_password(self) -> str:
        passwords.check_new_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", ValidationError(_("The two passwords differ."), code="mismatch"))
        return self.cleaned_data


class ChangePasswordForm(NewPasswordForm, WithOldPassword):
    field_order = ["old_password", "password", "password_again"]


class ForgottenForm(forms.Form):
    who = TidyField(
        label=gettext_lazy("Account name or e-mail"), tidy=narrow, max_length=150,
        help_text=gettext_lazy("The link goes to the e-mail address that stands in the account."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
