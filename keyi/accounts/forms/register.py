from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.core.text import mask_name, mask_phone
from keyi.core.widgets import ChoiceCards

from .. import passwords, registration
from ..choices import UnitNature
from ..models import OrgUnit, User
from ..roles import Role
from .fields import (
    CHOOSE,
    CountyField,
    EmailField,
    NameField,
    PasswordField,
    UsernameField,
    mobile_field,
    uscc_field,
)

IDENTITIES = [(Role.INSTITUTION_ADMIN.value, gettext_lazy("Unit administrator"))]
MEANINGS = {
    Role.INSTITUTION_ADMIN.value: gettext_lazy(
        "For a university, institute, company or other legal unit; looks after all of its instruments. "
        "One account per unit."
    )
}


class RegisterForm(forms.Form):
    """F1: the unit, its administrator, the account. Bind it only after the captcha or the limit let it through."""

    identity = forms.ChoiceField(
        label=gettext_lazy("Identity"), choices=IDENTITIES, initial=Role.INSTITUTION_ADMIN.value,
        widget=ChoiceCards(meanings=MEANINGS, attrs={"class": "form-check-input"}),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )  # fmt: skip
    uscc = uscc_field()
    unit_name = NameField(
        label=gettext_lazy("Name of the unit"), max_length=100,
        help_text=gettext_lazy("The full name as on the certificate, not a short one."),
    )  # fmt: skip
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature of the unit"), choices=[("", CHOOSE), *UnitNature.choices],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )  # fmt: skip
    division = CountyField(label=gettext_lazy("Place"))
    real_name = NameField(
        label=pgettext_lazy("person", "Name"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    mobile = mobile_field()
    email = EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("For confirming the account and for a new password. Best an address of the unit."),
    )  # fmt: skip
    username = UsernameField(
        label=gettext_lazy("Account name"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "class": "k-w20"}),
        help_text=gettext_lazy(
            "4 to 32 characters, a letter first, then only letters, digits and underscores. "
            "It cannot be changed later; please remember it."
        ),
    )  # fmt: skip
    password = PasswordField(
        label=gettext_lazy("Password"), autocomplete="new-password",
        help_text=gettext_lazy(
            "At least 12 characters, three of: capital letters, small letters, digits, signs. Without the account name."
        ),
    )  # fmt: skip
    password_again = PasswordField(
        label=gettext_lazy("Password once more"), autocomplete="new-password",
        help_text=gettext_lazy("Both must be the same; you may paste from a password manager."),
    )  # fmt: skip
    agree = forms.BooleanField(
        label=gettext_lazy("I have read and agree"),
        error_messages={
            "required": gettext_lazy(
                "To register, please read the terms and the rules for personal information and agree."
            )
        },
    )
    is_taken = False  # the unit is registered: the page leads on to a change of administrator
    same_name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def refuse(self, reason: str) -> None:
        """Show the typed values with this one reason and check nothing: what is stored is not for everybody."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        self.add_error(None, reason)

    def clean_uscc(self) -> str:
        uscc = self.cleaned_data["uscc"]
        if taken := registration.administrator_of(uscc):
            self.is_taken = True
            raise ValidationError(_taken_message(*taken), code="taken")
        return uscc

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This account name is already taken. Choose another one."), code="taken")
        return username

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._check_same_name()
        self._check_passwords()
        return self.cleaned_data

    def _check_same_name(self) -> None:
        """A second unit of this name is unlikely but possible: ask once."""
        name = self.cleaned_data.get("unit_name")
        if not name or self.data.get("same_name") == name or "uscc" in self.errors:
            return
        if OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION, name=name).exists():
            self.data = dict(self.data.items()) | {"same_name": name}
            message = _(
                "A unit of this name is already registered under another code. If it is yours, do not register again. "
                "If yours is another legal unit, set the password again and press “Register” once more."
            )
            self.add_error("unit_name", ValidationError(message, code="same_name"))

    def _check_passwords(self) -> None:
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("password_again")
        if not password:
            return
        try:
            passwords.check_new_password(password, User(username=self.cleaned_data.get("username", "")))
        except ValidationError as error:
            self.add_error("password", error)
        if again and password != again:
            self.add_error("password_again", ValidationError(_("The two passwords differ."), code="mismatch"))


def _taken_message(unit: OrgUnit, admin: User | None) -> str:
    if admin is None:
        return _("This unit is already registered. You can ask for a change of administrator.")
    return _(
        "This unit was already registered by %(name)s (%(mobile)s); one code can be registered only once. "
        "If the administrator is to change, talk to this person, or ask for the change with a stamped letter."
    ) % {"name": mask_name(admin.real_name), "mobile": mask_phone(admin.mobile)}
