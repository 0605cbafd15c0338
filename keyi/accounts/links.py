"""The signed links in our mails."""

from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from .models import User

CONFIRM_LIFETIME = timedelta(days=3)
_SALT = "keyi.accounts.confirm"


def confirm_path(user: User, address: str) -> str:
    """Where ``user`` confirms that mail to ``address`` arrives: once, and only while the account's own is as now."""
    seal = [user.pk, address, user.email, user.email_verified_at and user.email_verified_at.isoformat()]
    return reverse("verify-email", args=[signing.dumps(seal, salt=_SALT)])


def read_confirmation(token: str) -> tuple[User, str] | None:
    """(account, address) of a link that is genuine, in time and not used yet."""
    try:
        pk, address, email, verified = signing.loads(token, salt=_SALT, max_age=CONFIRM_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True, email=email).first()
    if user is None or (user.email_verified_at and user.email_verified_at.isoformat()) != verified:
        return None
    return user, address


def reset_path(user: User) -> str:
    """Where ``user`` sets a new password: once, within ``PASSWORD_RESET_TIMEOUT``."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password-reset-confirm", args=[key, default_token_generator.make_token(user)])


def read_reset(key: str, token: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(key))
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first() if pk < 2**63 else None
    return user if user and default_token_generator.check_token(user, token) else None
