"""Where the request that is being answered comes from: every entry of the log and every line of output says it."""

from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Origin:
    address: str | None = None
    request: str = ""  # the request's number, also in the answer's X-Request-Id
    token: int | None = None  # the key of the API token that was used
    acting_for: int | None = None  # the key of the unit in whose name one of the province's people acts


NOBODY = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOBODY)


def current() -> Origin:
    return _origin.get()


def enter(origin: Origin) -> None:
    _origin.set(origin)


def leave() -> None:
    _origin.set(NOBODY)


def name_unit(key: int) -> None:
    """From now on this request acts in the name of this unit."""
    _origin.set(replace(_origin.get(), acting_for=key))


def name_token(key: int) -> None:
    """From now on this request acts by this token."""
    _origin.set(replace(_origin.get(), token=key))
