"""修改记录: every version of one row, with what changed, for who keeps it and for the auditor."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from keyi.accounts.models import Membership, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import may_somewhere
from keyi.core import history, personal
from keyi.core.pages import paginate
from keyi.core.text import mask_email, mask_phone
from keyi.records.models import AdminChange
from keyi.reporting.models import MaintenancePeriod, PeriodReopening

PER_PAGE = 20
MODELS = {model._meta.model_name: model for model in history.tracked}
NOT_OF_UNITS = (User, Membership, AdminChange, MaintenancePeriod, PeriodReopening)  # for the auditor alone
TECHNICAL = frozenset(
    {
        "id", "edits", "created_at", "updated_at", "updated_by", "form_key", "path", "version", "marks", "origin",
        "institution", "fingerprint", "jumps", "has_same_figures", "session_round", "terms_version",
    }
)  # fmt: skip
NAMES = {  # columns that no form names
    "unit": gettext_lazy("Laboratory or unit"),
    "parent": gettext_lazy("Belongs to"),
    "division": gettext_lazy("City and county"),
    "instrument": gettext_lazy("Instrument"),
    "staff": gettext_lazy("Person"),
    "user": gettext_lazy("Person"),
    "by": gettext_lazy("Person"),
    "asked_by": gettext_lazy("Asked for by"),
    "requester": gettext_lazy("New administrator"),
    "period": gettext_lazy("Year"),
    "at": gettext_lazy("Time"),
}
KINDS = {Membership: gettext_lazy("Role of an account"), PeriodReopening: gettext_lazy("Reopening of a year")}
LABELS = {
    "insert": pgettext_lazy("version", "Made"),
    "update": pgettext_lazy("version", "Changed"),
    "delete": pgettext_lazy("version", "Deleted"),
}


@dataclass(frozen=True)
class Change:
    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    at: Any
    label: Any
    who: str
    address: str
    is_unasked: bool  # neither a page nor a job: somebody in the database itself
    changes: list[Change]


@login_required
@require_safe
def row_versions(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    model = MODELS.get(name)
    if model is None:
        raise Http404
    is_auditor = may_somewhere(request.user, Capability.AUDIT)
    if not is_auditor:
        if model in NOT_OF_UNITS:
            raise PermissionDenied
        keeps: Any = model._default_manager
        get_object_or_404(keeps.for_user(request.user, Capability.EDIT), pk=pk)
    found = history.versions_of(model).objects.filter(pgh_obj_id=pk).order_by("-pgh_id")
    page = paginate(request, found, PER_PAGE)
    rows = list(page.object_list)
    if not rows:
        raise Http404
    context = {
        "page": page,
        "versions": list(_shown(model, rows, is_masked=is_auditor)),
        "title": _title(model, rows[0]),
        "is_auditor": is_auditor,
    }
    return render(request, "oversight/versions.html", context)


def _title(model: type[models.Model], row: Any) -> str:
    said = getattr(row, "name", "") or getattr(row, "username", "") or getattr(row, "number", "")
    return f"{KINDS.get(model, model._meta.verbose_name)} {said or row.pgh_obj_id}"


def _shown(model: type[models.Model], rows: list[Any], *, is_masked: bool) -> Iterator[Version]:
    """Newest first; a version in which only something technical changed is passed over."""
    every = history.versions_of(model).objects.filter(pgh_obj_id=rows[0].pgh_obj_id)
    older = every.filter(pgh_id__lt=rows[-1].pgh_id).order_by("-pgh_id").first()
    people = User.objects.in_bulk({(row.pgh_context or {}).get("user") for row in rows} - {None})
    words = _Words(model, [*rows, older] if older else rows, is_masked=is_masked)
    for row, before in zip(rows, [*rows[1:], older], strict=True):
        changes = list(words.changes(before, row)) if row.pgh_label != "delete" else []
        if changes or row.pgh_label != "update":
            context = row.pgh_context or {}
            yield Version(
                row.pgh_created_at, LABELS[row.pgh_label], _who(context, people), context.get("address") or "",
                not context, changes,
            )  # fmt: skip


def _who(context: dict[str, Any], people: dict[int, User]) -> str:
    person = people.get(context.get("user") or 0)
    if person is not None:
        name = person.real_name or person.username
        return _("%(name)s, by a program") % {"name": name} if "token" in context else name
    if "user" in context:
        return pgettext("version", "A visitor")
    if context.get("program") == "worker":
        return pgettext("version", "A background job")
    return pgettext("version", "A command of the operator") if context else pgettext("version", "Unknown")


class _Words:
    """Values of columns as people read them."""

    def __init__(self, model: type[models.Model], rows: list[Any], *, is_masked: bool) -> None:
        kept = {field.name for field in history.versions_of(model)._meta.concrete_fields}
        self.fields = [
            field
            for field in model._meta.concrete_fields
            if field.name in kept and field.name not in TECHNICAL and not field.primary_key
        ]
        self.is_masked = is_masked
        self.related = {field.name: self._named(field, rows) for field in self.fields if field.is_relation}

    @staticmethod
    def _named(field: Any, rows: list[Any]) -> dict[Any, Any]:
        return field.related_model._default_manager.in_bulk(
            {getattr(row, field.attname) for row in rows} - {None}
        )

    def changes(self, before: Any, after: Any) -> Iterator[Change]:
        for field in self.fields:
            old = self._text(field, before) if before is not None else ""
            new = self._text(field, after)
            if old != new:
                yield Change(NAMES.get(field.name, field.verbose_name), old, new)

    def _text(self, field: Any, row: Any) -> str:
        value = getattr(row, field.attname)
        if value in (None, "", []):
            return ""
        if field.is_relation:
            return str(self.related[field.name].get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if hasattr(value, "tzinfo"):
            return date_format(timezone.localtime(value), "Y-m-d H:i")
        if isinstance(value, str):
            value = personal.mask(field.name, value)
            value = _masked(field.name, value) if self.is_masked else value
        return _plain(value)


def _masked(name: str, value: str) -> str:
    if name.endswith("email"):
        return mask_email(value)
    return mask_phone(value) if name.endswith(("tel", "mobile")) else value


def _plain(value: Any) -> str:
    """Rows of a JSON column one below the other."""
    if isinstance(value, list):
        return "\n".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return "，".join(_plain(one) for one in value.values() if one not in (None, "", False))
    return str(value)
