"""Columns that are encrypted at rest: mobile phone, month of birth, QQ and 微信 (PIPL 51; GB/T 22239 8.1.4.8).

``KEYI_FIELD_KEYS`` holds Fernet keys with commas between: the first one encrypts, every one decrypts. A new key is
put in front; ``keyi manage rotate_field_keys`` then encrypts everything anew, and the old one may be taken away.
An encrypted column can be read and written as any text, but only be asked whether it is empty.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.lookups import Exact


class UnreadableError(Exception):
    """None of the keys fits: the text was encrypted with a key that is no longer in KEYI_FIELD_KEYS."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    return _box(tuple(settings.FIELD_KEYS))


def seal(text: str) -> str:
    """Encrypted by the newest key; nothing stays nothing, so that a constraint can ask for it."""
    return box().encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """Raises UnreadableError."""
    try:
        return box().decrypt(token).decode() if token else ""
    except InvalidToken as error:
        raise UnreadableError(
            "KEYI_FIELD_KEYS 里没有能解开这段文字的密钥，请把旧密钥加回去。"
            " No key in KEYI_FIELD_KEYS opens this text: put the old key back."
        ) from error


def rotate(token: str) -> str:
    """The same text encrypted by the newest key."""
    return seal(unseal(token))


class _Sealed:
    """Mixed into a text field."""

    def get_internal_type(self) -> str:
        return "TextField"  # the encrypted text is longer than what people may type

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)  # type: ignore[misc]
        return text if text is None else seal(text)

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return value if value is None else unseal(value)

    def get_lookup(self, name: str) -> Any:
        return {"exact": _IsEmpty, "isnull": super().get_lookup(name)}.get(name)  # type: ignore[misc]


class _IsEmpty(Exact):
    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("an encrypted column can only be compared with an empty text")
        return ""


class SealedCharField(_Sealed, models.CharField):
    """A short text; ``max_length`` counts what people type."""


class SealedTextField(_Sealed, models.TextField):
    """A long one."""


class SealedJSONField(_Sealed, models.JSONField):
    """What JSON can say, encrypted as a whole; ``default`` is list or dict, and what is empty stays nothing."""

    def get_prep_value(self, value: Any) -> str:
        return super().get_prep_value(
            json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if value else ""
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        text = super().from_db_value(value, expression, connection)
        return json.loads(text) if text else self.get_default()


def columns() -> list[models.Field]:
    """Every encrypted column of the program."""
    found = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [field for field in found if is_sealed(field)]


def is_sealed(field: models.Field) -> bool:
    return isinstance(field, _Sealed)


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """What the short ones among them are called."""
    return frozenset(field.name for field in columns() if isinstance(field, SealedCharField))


class SealedContentField(models.JSONField):
    """``{"fields": {name: value}, …}``: what a record said. Values of encrypted columns are encrypted here too."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(change_content(value, seal), connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return change_content(super().from_db_value(value, expression, connection), unseal)


def change_content(content: Any, change: Callable[[str], str]) -> Any:
    """The content with ``change`` made to each value whose name is that of an encrypted column."""
    fields = content.get("fields") if isinstance(content, dict) else None
    if not isinstance(fields, dict) or not names() & fields.keys():
        return content
    changed = {name: change(text) for name, text in fields.items() if name in names() and text}
    return content | {"fields": fields | changed}
