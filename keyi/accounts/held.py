"""Who a request's person is, with what the person may do, by one question.

It is asked in every request. Its SQL is put together once, because that takes longer than the answer.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from .models import Membership, OrgUnit, User

MODELS: tuple[type[Model], ...] = (Membership, User, OrgUnit)  # in the order of their columns


def held_by(user_id: int) -> list[Membership]:
    """The person's memberships in force, the first one first, with user and unit; empty for one who has none."""
    sql, known = _question()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id, *known])
        rows = cursor.fetchall()
    held: list[Membership] = []
    for row in rows:
        values = iter(row)
        membership, user, unit = (_made(model, values) for model in MODELS)
        membership.user, membership.unit = held[0].user if held else user, unit
        held.append(membership)
    return held


@cache
def _question() -> tuple[str, list[Any]]:
    """SQL that asks first for the user, and its other parameters."""
    asked = Membership.objects.filter(user=0).in_force().select_related("user", "unit")
    sql, (_user, *known) = asked.query.sql_with_params()
    return sql, known


def _made(model: type[Model], values: Iterator[Any]) -> Any:
    return model.from_db("default", _names(model), [_read(field, next(values)) for field in _fields(model)])


@cache
def _fields(model: type[Model]) -> list[Field]:
    return list(model._meta.concrete_fields)


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in _fields(model)]


def _read(field: Field, value: Any) -> Any:
    return field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
