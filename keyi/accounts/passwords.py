"""Rules for passwords (等保 2.0, GB/T 22239-2019) and the one function that sets them."""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import PasswordHistory, User
from .scope import is_sensitive

SHORTEST = 12
LONGEST = 128
REMEMBERED = 5
CLASSES = ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")


class LengthValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            message = _("You wrote %(count)d characters; there must be at least %(limit)d.")
            raise ValidationError(message, code="short", params={"count": len(password), "limit": SHORTEST})
        if len(password) > LONGEST:
            message = _("You wrote %(count)d characters; there may be at most %(limit)d.")
            raise ValidationError(message, code="long", params={"count": len(password), "limit": LONGEST})


class ClassesValidator:
    """Three of: small letters, capital letters, digits, anything else."""

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in CLASSES) < 3:
            message = _("Use three of these: capital letters, small letters, digits, signs.")
            raise ValidationError(message, code="classes")


class CommonValidator(CommonPasswordValidator):
    """Django's list of common passwords; also with digits or signs hung on."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower().strip()
        core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
        few_letters = len(set(plain)) < 5
        if plain in self.passwords or few_letters or (len(core) >= 5 and core in self.passwords):
            message = _(
                "This password is easy to guess. Think of another, for example several words with digits between."
            )
            raise ValidationError(message, code="common")


class AccountNameValidator:
    """Not the account name, forwards or backwards, in any case."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = user.username.lower() if user and user.username else ""
        if len(name) >= 4 and (name in password.lower() or name[::-1] in password.lower()):
            raise ValidationError(_("The password must not contain the account name."), code="account_name")


class ReuseValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        earlier = user.old_passwords.values_list("password", flat=True)[:REMEMBERED]
        if any(check_password(password, hashed) for hashed in {user.password, *earlier}):
            message = _("You used this password before. It must differ from the last %(count)d.")
            raise ValidationError(message, code="reused", params={"count": REMEMBERED})


def is_too_old(user: User) -> bool:
    """Whether this person decides for others and has had the password for longer than the operator allows."""
    if not settings.STAFF_PASSWORD_DAYS or not is_sensitive(user):
        return False
    newest = user.old_passwords.values_list("at", flat=True).first() or user.date_joined
    return timezone.now() - newest > timedelta(days=settings.STAFF_PASSWORD_DAYS)


def check_new_password(password: str, user: User) -> None:
    """Raise ValidationError with every rule the password breaks."""
    validate_password(password, user)


def change_password(user: User, password: str) -> None:
    """Set a password that passed the check and remember it. All of the person's sessions end by that."""
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordHistory.objects.create(user=user, password=user.password)
    kept = user.old_passwords.values_list("pk", flat=True)[:REMEMBERED]
    user.old_passwords.exclude(pk__in=list(kept)).delete()
