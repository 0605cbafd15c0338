"""佐证材料 of an instrument's year: taken in by the rules of a record's files."""

from typing import Any

from django.core.exceptions import ValidationError

from keyi.accounts.models import User
from keyi.records import uploads

from .forms.proofs import PROOFS
from .models import UpkeepYear


def take(upkeep: UpkeepYear, files: Any, user: User) -> list[ValidationError]:
    """Check and keep every upload. Returns why some were refused; the rest is stored."""
    refused = []
    for upload in files.getlist(PROOFS.name):
        try:
            uploads.attach(upkeep, PROOFS, upload, user)
        except ValidationError as error:
            refused.append(error)
    return refused
