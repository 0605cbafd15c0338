"""How much waits for this person's decision, for the menu's row of the review."""

from functools import cached_property

from django.http import HttpRequest

from keyi.accounts.models import User

from .reviewing.queue import found


class Waiting:
    """One query, and only when the menu has that row."""

    def __init__(self, request: HttpRequest) -> None:
        self._user = getattr(request, "user", None)

    @cached_property
    def count(self) -> int:
        return found(self._user, {}).count() if isinstance(self._user, User) else 0


def waiting(request: HttpRequest) -> dict[str, Waiting]:
    return {"waiting": Waiting(request)}
