from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.roles import Capability
from keyi.accounts.scope import ScopedQuerySet
from keyi.core.sealed import SealedContentField

from .status import EDITABLE, IN_REVIEW, Status

NEXT_STEP = (
    (Capability.ENDORSE, Status.SUBMITTED),
    (Capability.APPROVE, Status.ENDORSED),
    (Capability.PUBLISH, Status.APPROVED),
)


class RecordQuerySet(ScopedQuerySet):
    def editable_by(self, user: User) -> Self:
        """Rows the person may type into now: own scope and not in review or published."""
        return self.for_user(user, Capability.EDIT).filter(status__in=EDITABLE)

    def awaiting(self, user: User) -> Self:
        """Rows whose next step is this person's."""
        mine = Q(pk__in=[])
        for capability, status in NEXT_STEP:
            mine |= Q(pk__in=self.all_for(user, capability).filter(status=status).values("pk"))
        return self.filter(mine)

    def all_for(self, user: User, capability: str) -> Self:
        """Every row of this kind in the person's scope, whatever this queryset is narrowed to."""
        fresh = type(self)(self.model, using=self.db)
        return fresh.for_user(user, capability)


def _person(related: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name=related
    )


class Record(models.Model):
    """What every reviewed record has in common. Only ``workflow.perform`` writes the columns of the review."""

    files: Any  # the kind's own file rows point here by this name
    record_kind = ""  # the kind's slug, set by each model: "instruments"
    flow = "publication"  # which table of the workflow it goes by; or "request"

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", editable=False)
    status = models.CharField(_("state"), max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    receipt = models.CharField(_("receipt number"), max_length=20, blank=True, editable=False)
    version = models.PositiveIntegerField(_("submission"), default=0, editable=False)  # how often submitted
    reason = models.TextField(_("reason"), blank=True, editable=False)  # of the last return or taking offline
    marks = models.JSONField(default=dict, blank=True, editable=False)  # {field name: the reviewer's note}
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    is_public = models.BooleanField(_("on the portal"), default=False, editable=False)
    edits = models.PositiveIntegerField(default=0, editable=False)  # counts saves, to notice a second tab
    form_key = models.UUIDField(
        null=True, unique=True, editable=False
    )  # of the empty form: a double click saves once
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)
    updated_by = _person()

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="%(class)s_queue"),
            models.Index(fields=["unit", "-updated_at"], name="%(class)s_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.RETURNED, Status.OFFLINE]) | ~Q(reason=""),
                name="%(class)s_return_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(is_public=True, published_at__isnull=False),
                name="%(class)s_published_is_public",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.OFFLINE) | Q(is_public=False), name="%(class)s_offline_is_hidden"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_REVIEW) | (~Q(receipt="") & Q(submitted_at__isnull=False)),
                name="%(class)s_in_review_has_receipt",
            ),
        ]

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """For ``full_clean``: only those that depend on other rows.

        What a record says by itself is checked by its form, with better words, and once more by the database: asking
        the database here as well took a query for each constraint and each look at a form.
        """
        return [
            (model, [row for row in constraints if isinstance(row, models.UniqueConstraint)])
            for model, constraints in super().get_constraints()
        ]

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_revision(self) -> bool:
        """Whether the portal still shows an older version of this record."""
        return self.is_public and self.status != Status.PUBLISHED

    def prepare_submission(self) -> None:
        """Let go of, and save, what was kept only while the record was being typed."""

    def prepare_publication(self) -> None:
        """Set, and save, what only a published record has, such as its public number."""

    def is_requester(self, user: User) -> bool:
        """Whether the person stands behind a request, holding no right of their own yet."""
        return False

    def take_effect(self, actor: User) -> None:
        """What granting a request brings about, in the same transaction."""

    def tell(self, event: "ReviewEvent") -> bool:
        """Tell people of a step in a way of this kind's own; True when that was all."""
        return False

    def public_copy(self) -> dict[str, Any]:
        """What the public copy of this record holds: slug, title, text, facets, content, files."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """Everything the record says, for the history: JSON-ready, code items as {"key", "label"}."""
        raise NotImplementedError


class ReviewEvent(models.Model):
    """One step in the life of a record: who did what, when, why, and what the record said then."""

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    transition = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, choices=Status)
    to_status = models.CharField(pgettext_lazy("review", "state"), max_length=12, choices=Status)
    version = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=150)  # unit and role then, as others may see them
    at = models.DateTimeField(auto_now_add=True)
    comment = models.TextField(blank=True)
    marks = models.JSONField(default=dict)
    snapshot = SealedContentField(null=True)  # at submissions and publications

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "object_id", "-at"], name="review_event_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.transition}"
