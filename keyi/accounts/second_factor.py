"""动态验证码: a code from an app on the phone (TOTP, RFC 6238) after the password, and recovery codes for its loss.

Asked of everybody who switched it on; whoever decides for the province has to, where the settings say so.
"""

import re

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from keyi.audit import log

from .limits import MINUTE, allow
from .models import User
from .scope import is_sensitive

RECOVERY_CODES = 10
TRIES, PERIOD = 10, 15 * MINUTE


def device_of(user: User) -> TOTPDevice | None:
    """The phone that is in use."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_due(user: User) -> bool:
    """Whether this person has to have one and has none."""
    return is_required(user) and device_of(user) is None


def is_required(user: User) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and is_sensitive(user)


def begun(user: User) -> TOTPDevice:
    """A phone that is being set up: the same until it is confirmed, so that a reload shows the same picture."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": user.username}
    )
    return device


@transaction.atomic
def confirm(user: User, code: str) -> list[str] | None:
    """Switch it on when the code fits: the recovery codes, which are shown once. None when it does not."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_tidy(code)):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    log.record(user, "second_factor.on", user)
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def is_right(user: User, code: str) -> bool:
    """A code of the phone, or a recovery code, which works once. Wrong ones are counted and written down."""
    if not allow("second-factor", user.pk, limit=TRIES, period=PERIOD):
        return False
    tidy = _tidy(code)
    with transaction.atomic():
        for model in (TOTPDevice, StaticDevice):
            device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
            if device is not None and device.verify_token(tidy):
                return True
    log.record(user, "second_factor.wrong", user)
    return False


@transaction.atomic
def switch_off(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    log.record(user, "second_factor.off", user)


def _tidy(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()[:32]
