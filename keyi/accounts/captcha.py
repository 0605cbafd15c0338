"""Proof of work in place of picture codes: the browser computes for a second, nobody has to read or hear."""

import base64
import json
from datetime import UTC, datetime, timedelta

import altcha
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import SpentChallenge

LIFETIME = timedelta(hours=2)  # as long as somebody may need to fill in the form
COST = 5000  # PBKDF2 rounds per try; a solution takes 256 tries on average, about a second
LONGEST_PAYLOAD = 4000


def _key() -> bytes:
    return salted_hmac("keyi.accounts.captcha", "", algorithm="sha256").digest()


def new_challenge() -> dict:
    """A fresh, signed task for the browser."""
    expires = timezone.now() + LIFETIME
    challenge = altcha.create_challenge("PBKDF2/SHA-256", COST, expires_at=expires, hmac_secret=_key())
    return challenge.to_dict()


def is_solved(payload: str) -> bool:
    """Whether this is a right answer to a task of ours, in time and for the first time; it is spent with that."""
    if len(payload) > LONGEST_PAYLOAD:
        return False
    try:
        result = altcha.verify_solution(payload, _key())
    except Exception:  # whatever a stranger sends, the answer is no
        return False
    return result.verified and _spend(payload)


def _spend(payload: str) -> bool:
    challenge = json.loads(base64.b64decode(payload))["challenge"]
    SpentChallenge.objects.filter(expires_at__lt=timezone.now()).delete()
    expires_at = datetime.fromtimestamp(challenge["parameters"]["expiresAt"], tz=UTC)
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(signature=challenge["signature"], expires_at=expires_at)
    except IntegrityError:
        return False
    return True
