"""The side menu as a table, and who is signed in, for the page frames."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Membership, User
from .roles import Capability


@dataclass(frozen=True)
class Entry:
    """One row of the menu: shown to who holds ``capability`` somewhere; to everybody when it is empty."""

    label: str | Promise
    url_name: str
    icon: str
    capability: str = ""
    kwargs: dict[str, str] = field(default_factory=dict)
    is_for_first_review: bool = False


@dataclass(frozen=True)
class Group:
    label: str | Promise
    entries: tuple[Entry, ...]


C = Capability
MENU = (
    Group("", (Entry(_("Workbench"), "work-home", "home"),)),
    Group(
        _("Fill in and keep up"),
        (
            Entry(
                pgettext_lazy("menu", "Unit information"),
                "record-list",
                "building",
                C.MANAGE_LABS,
                {"kind": "institutions"},
            ),
            Entry(
                pgettext_lazy("menu", "Innovation platforms and testing institutions"),
                "record-list",
                "building-arch",
                C.EDIT,
                {"kind": "platforms"},
            ),
            Entry(_("Laboratories (departments)"), "labs", "sitemap", C.MANAGE_LABS),
            Entry(
                pgettext_lazy("menu", "Instruments"),
                "record-list",
                "microscope",
                C.EDIT,
                {"kind": "instruments"},
            ),
            Entry(_("Instrument maintenance in detail"), "upkeep-list", "list-check", C.EDIT),
            Entry(_("Instrument maintenance summary"), "progress", "chart-bar", C.MANAGE_LABS),
            Entry(_("Laboratory (department) accounts"), "lab-accounts", "users", C.MANAGE_ACCOUNTS),
        ),
    ),
    Group(
        _("Service"),
        (
            Entry(_("Service records"), "service-list", "notes", C.EDIT),
            Entry(_("Readers' reports"), "error-reports", "flag", C.EDIT),
            Entry(_("Import from Excel"), "imports", "upload", C.EDIT),
            Entry(_("Reports to the national platform"), "national", "send", C.MANAGE_LABS),
        ),
    ),
    Group(
        _("Review and publish"),
        (
            Entry(_("Review centre"), "review-queue", "clipboard-check", C.APPROVE),
            Entry(_("First review"), "review-queue", "clipboard-check", C.ENDORSE, is_for_first_review=True),
            Entry(_("Maintenance progress"), "province-progress", "chart-bar", C.APPROVE),
            Entry(_("Maintenance years"), "periods", "calendar", C.APPROVE),
            Entry(_("Readers' reports"), "error-reports", "flag", C.APPROVE),
            Entry(_("Reports to the national platform"), "national", "send", C.APPROVE),
            Entry(_("Notices and downloads"), "content", "speakerphone", C.MANAGE_CONTENT),
            Entry(_("Code lists"), "code-lists", "table", C.MANAGE_SYSTEM),
            Entry(_("Act in a unit's name"), "acting", "user-circle", C.ACT_FOR_UNIT),
            Entry(_("Accounts of the province"), "staff-accounts", "key", C.MANAGE_SECURITY),
        ),
    ),
    Group(
        pgettext_lazy("menu", "Records"),
        (
            Entry(_("Messages"), "inbox", "bell"),
            Entry(_("Log of actions"), "action-log", "history", C.MANAGE_ACCOUNTS),
            Entry(_("Log of actions"), "action-log", "history", C.AUDIT),
        ),
    ),
)


class Who:
    """The signed-in person as the frames show them. Two queries at most, and only when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @cached_property
    def user(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def home(self) -> Membership | None:
        return self.user.home if self.user else None

    @cached_property
    def name(self) -> str:
        return self.user.real_name or self.user.username if self.user else ""

    @cached_property
    def unread(self) -> int:
        """Messages not read yet. The inbox is an app above: its relation is asked by name."""
        return self.user.inbox_messages.filter(read_at__isnull=True).count() if self.user else 0

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """The groups that have a row for this person, each row with its address."""
        if not self.is_signed_in:
            return []
        groups = [{"label": group.label, "rows": self._rows(group)} for group in MENU]
        return [group for group in groups if group["rows"]]

    @cached_property
    def here(self) -> str | Promise:
        """The name of the menu's row that the page belongs to."""
        rows = [row for group in self.menu for row in group["rows"] if row["is_current"]]
        return rows[0]["label"] if rows else ""

    def _rows(self, group: Group) -> list[dict[str, Any]]:
        return [self._row(entry) for entry in group.entries if self._sees(entry)]

    def _sees(self, entry: Entry) -> bool:
        if entry.is_for_first_review and not (self.home and self.home.unit.has_first_review):
            return False
        return not entry.capability or bool(self.user and self.user.scope(entry.capability))

    def _row(self, entry: Entry) -> dict[str, Any]:
        url = reverse(entry.url_name, kwargs=entry.kwargs)
        path = self._request.path
        is_current = path == url if entry.url_name == "work-home" else path.startswith(url)
        return {
            "label": entry.label,
            "icon": entry.icon,
            "url": url,
            "is_current": is_current,
            "name": entry.url_name,
        }


def who(request: HttpRequest) -> dict[str, Who]:
    return {"who": Who(request)}
