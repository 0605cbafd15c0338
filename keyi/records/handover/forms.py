"""申请变更单位管理员: what somebody types who has no account yet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyi.accounts.forms.fields import EmailField, NameField, UsernameField, mobile_field, uscc_field
from keyi.accounts.models import OrgUnit, User
from keyi.core.files import check_document
from keyi.records.forms.admin_change import LETTER, MEGABYTE
from keyi.records.forms.fields import TidyTextField
from keyi.records.models import AdminChange
from keyi.review.status import Status


class LetterField(forms.FileField):
    """A scan, checked by its content."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if data:
            check_document(data, kinds=LETTER.kinds, max_bytes=LETTER.max_mb * MEGABYTE)
        return upload


class PersonForm(forms.Form):
    """The new administrator, the reason and the letter: what can still be changed when it comes back."""

    name = NameField(
        label=gettext_lazy("Name of the unit"), max_length=100,
        help_text=gettext_lazy("The full name as on the certificate and on the seal."),
    )  # fmt: skip
    real_name = NameField(
        label=pgettext_lazy("person", "Name"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    mobile = mobile_field()
    username = UsernameField(
        label=gettext_lazy("Account name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "k-w20"}),
        help_text=gettext_lazy(
            "4 to 32 characters, a letter first, then only letters, digits and underscores. "
            "It cannot be changed later; please remember it."
        ),
    )  # fmt: skip
    reason_given = TidyTextField(
        label=gettext_lazy("Reason for the change"), max_length=500,
        help_text=gettext_lazy("For example: the former administrator has left; the unit has appointed somebody else."),
    )  # fmt: skip
    letter = LetterField(
        label=LETTER.label,
        help_text=gettext_lazy(
            "A letter of the unit that names the new administrator, stamped and scanned. "
            "One file: pdf, jpg or png, up to 20 MB."
        ),
        error_messages={"required": LETTER.empty_message},
        widget=forms.FileInput(attrs={"accept": ".pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, record: AdminChange | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.marks: dict[str, str] = record.marks if record else {}
        if record and record.requester_id:
            del self.fields["username"]  # the account exists since the first submission
        if record and record.files.current("letter").exists():
            letter: Any = self.fields["letter"]
            letter.required = False
            letter.is_mandatory = None
            letter.help_text = _("Choose a file only to replace the one that is there.")

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This account name is already taken. Choose another one."), code="taken")
        return username


class AskForm(PersonForm):
    """The first time. Bind it only after the captcha or the limit let it through."""

    uscc = uscc_field()
    email = EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("We send a link there; the request counts once you have opened it and submitted."),
    )  # fmt: skip
    agree = forms.BooleanField(
        label=gettext_lazy(
            "I have read and agree to the terms of use and the rules for personal information"
        ),
        error_messages={"required": gettext_lazy("Please read the terms and the rules and agree.")},
    )
    field_order = [
        "uscc", "name", "real_name", "mobile", "email", "username", "reason_given", "letter", "agree",
    ]  # fmt: skip
    unit: OrgUnit

    def refuse(self, reason: str) -> None:
        """Show the typed values with this one reason and check nothing: what is stored is not for everybody."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        self.add_error(None, reason)

    def clean_uscc(self) -> str:
        uscc = self.cleaned_data["uscc"]
        unit = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION, uscc=uscc).first()
        if unit is None:
            raise ValidationError(
                _("No unit is registered under this code yet. Please register instead."), code="unknown"
            )
        if AdminChange.objects.filter(unit=unit, status=Status.ENDORSED).exists():
            raise ValidationError(open_message(), code="open")
        self.unit = unit
        return uscc


def open_message() -> str:
    """There is one already."""
    constraint = next(c for c in AdminChange._meta.constraints if c.name == "one_open_admin_change")
    return str(constraint.get_violation_error_message())
