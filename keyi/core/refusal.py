"""How a file is refused: a sentence that names it."""

from typing import Any

from django.core.exceptions import ValidationError


def refuse(message: Any, code: str, name: str, **values: Any) -> ValidationError:
    """The error to raise. ``message`` speaks of the file as %(name)s."""
    return ValidationError(message, code=code, params={"name": name, **values})
