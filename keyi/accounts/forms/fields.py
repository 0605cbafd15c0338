"""Fields that forgive harmless differences: blanks at the ends, full width, hyphens in numbers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyi.codes.models import CodeItem
from keyi.core.text import check_mobile, check_uscc, narrow, normalise, refuse_emoji

from .. import tree

REQUIRED = gettext_lazy("Please fill this in.")
CHOOSE = gettext_lazy("Please choose.")
TOO_LONG = gettext_lazy("At most %(limit_value)d characters; you wrote %(show_value)d.")


class TidyField(forms.CharField):
    """One line of text, cleaned by ``tidy`` before anything is checked."""

    def __init__(
        self, *, tidy: Callable[[str], str] = normalise, max_length: int = 200, **kwargs: Any
    ) -> None:
        kwargs.setdefault("error_messages", {"required": REQUIRED})
        super().__init__(**kwargs)
        self.tidy, self.max_length = tidy, max_length
        self.validators.append(MaxLengthValidator(max_length, TOO_LONG))

    def to_python(self, value: Any) -> str:
        return self.tidy(super().to_python(value) or "")


class NameField(TidyField):
    """The name of a person or a unit."""

    def clean(self, value: Any) -> str:
        return refuse_emoji(super().clean(value))


class CheckedField(TidyField):
    """A number with a check of its own that returns the stored spelling."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.check = check

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return self.check(text) if text else text


class EmailField(TidyField):
    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(tidy=narrow, max_length=50, **kwargs)
        message = gettext_lazy("Write a full e-mail address, for example office@example.org.")
        self.validators.append(EmailValidator(message))


class PasswordField(forms.CharField):
    """Exactly as typed: blanks at the ends belong to a password."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, widget=widget, error_messages={"required": REQUIRED}, **kwargs)
        self.validators.append(MaxLengthValidator(128, gettext_lazy("At most %(limit_value)d characters.")))


class UsernameField(TidyField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(tidy=narrow, max_length=32, **kwargs)
        self.validators.append(
            RegexValidator(
                r"\A[A-Za-z][A-Za-z0-9_]{3,}\Z",
                gettext_lazy(
                    "4 to 32 characters, a letter first, then only letters, digits and underscores."
                ),
            )
        )


def uscc_field() -> CheckedField:
    return CheckedField(
        label=gettext_lazy("Unified social credit code"), check=check_uscc,
        widget=forms.TextInput(attrs={"class": "k-w20 k-num", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "18 characters, see the business licence or the certificate of the institution. "
            "Small letters, blanks and full width are fine."
        ),
    )  # fmt: skip


def mobile_field() -> CheckedField:
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    return CheckedField(label=gettext_lazy("Mobile phone"), check=check_mobile, widget=widget)


class CountyField(forms.ChoiceField):
    """A county of the province, listed under its city; cleans to the code item."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": CHOOSE, "invalid_choice": gettext_lazy("Choose a county of the list.")}
        super().__init__(choices=self._listed, error_messages=messages, **kwargs)

    @staticmethod
    def _listed() -> list[tuple[str, Any]]:
        cities = [
            (city.name, [(item.pk, item.full_name) for item in below]) for city, below in tree.counties()
        ]
        return [("", _("Please choose.")), *cities]

    def clean(self, value: Any) -> CodeItem:
        key = super().clean(value)
        item = CodeItem.objects.filter(pk=key).first()
        if item is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return item
