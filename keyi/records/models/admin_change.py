from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from keyi.accounts.models import Membership, User
from keyi.accounts.opening import end_membership, queue_link
from keyi.accounts.roles import Capability, Role
from keyi.audit import log
from keyi.core.history import keep_history
from keyi.core.sealed import SealedCharField
from keyi.inbox.send import send_message
from keyi.records import tasks
from keyi.records.content import read_fields, read_files
from keyi.review.models import Record, RecordQuerySet, ReviewEvent
from keyi.review.notify import HISTORY_LANGUAGE
from keyi.review.status import Status

from .constraints import filled_when_reviewed

TYPED = ("name", "username", "real_name", "mobile", "email", "reason_given")


class AdminChangeQuerySet(RecordQuerySet):
    def for_user(self, user: User, capability: str) -> Self:  # type: ignore[override]
        """For those who decide, and nobody else: not the unit, whose administrator may be the one to go."""
        return super().for_user(user, Capability.APPROVE)


@keep_history()
class AdminChange(Record):
    """单位管理员变更: somebody asks, with a stamped letter, to become the administrator of ``unit``."""

    record_kind = "admin-changes"
    flow = "request"

    name = models.CharField(gettext_lazy("Name of the unit"), max_length=100)  # as typed, not as registered
    username = models.CharField(gettext_lazy("Account name"), max_length=32)
    real_name = models.CharField(pgettext_lazy("person", "Name"), max_length=20)
    mobile = SealedCharField(gettext_lazy("Mobile phone"), max_length=11)
    email = models.EmailField(gettext_lazy("E-mail"), max_length=50)
    reason_given = models.TextField(gettext_lazy("Reason for the change"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )  # the present administrator, when it was her
    requester = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )  # the new account, from the submission on
    terms_version = models.CharField(max_length=20, editable=False)

    objects = AdminChangeQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = gettext_lazy("Change of administrator")
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(status=Status.ENDORSED),
                name="one_open_admin_change",
                violation_error_message=gettext_lazy(
                    "A change of this unit's administrator is being reviewed already. Please wait for the answer."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT) | Q(requester__isnull=False),
                name="admin_change_has_requester",
            ),
            filled_when_reviewed("admin_change_filled", texts=TYPED, others=()),
        ]

    def __str__(self) -> str:
        return _("%(unit)s: change of administrator") % {"unit": self.name}

    def is_requester(self, user: User) -> bool:
        return self.requester_id is not None and self.requester_id == user.pk

    def present_administrator(self) -> Membership | None:
        running = self.unit.memberships.in_force().filter(role=Role.INSTITUTION_ADMIN)
        return running.select_related("user", "unit").first()

    def take_effect(self, actor: User) -> None:
        """The new account becomes the unit's administrator; the old one's right and sessions end, and she is told."""
        user = User.objects.get(pk=self.requester_id or 0)
        old = self.present_administrator()
        if old is not None:
            end_membership(old)
            self._tell_former(old.user)
        User.objects.filter(pk=user.pk).update(is_active=True)
        Membership.objects.create(user=user, unit=self.unit, role=Role.INSTITUTION_ADMIN)
        before = old.user.username if old else ""
        log.record(actor, "admin_change", self.unit, before=before, after=user.username)
        queue_link(user, actor)

    def _tell_former(self, person: User) -> None:
        with override(HISTORY_LANGUAGE):
            subject = _("You are no longer the administrator of “%(unit)s”") % {"unit": self.unit.name}
            body = _(
                "The province has approved a change of administrator that was asked for with a stamped letter. "
                "Your sign-ins have ended. If this is not right, call the platform at once; "
                "the number stands at the foot of every page."
            )
        send_message(person, subject=subject, body=body)

    def tell(self, event: ReviewEvent) -> bool:
        """The requester has no inbox yet and is told by mail; the present administrator hears of every submission."""
        if event.to_status == Status.RETURNED:
            tasks.mail_admin_change.defer(pk=self.pk, template="returned")
        elif event.to_status == Status.ENDORSED and (present := self.present_administrator()):
            self._tell_present(present.user)
        return event.to_status != Status.ENDORSED

    def _tell_present(self, person: User) -> None:
        with override(HISTORY_LANGUAGE):
            subject = _("A change of the administrator of “%(unit)s” was asked for") % {
                "unit": self.unit.name
            }
            body = _(
                "Somebody asked, with a stamped letter, to become the administrator of your unit. "
                "The province is looking at it; until it decides, nothing changes for you. "
                "If your unit did not ask for this, call the platform; the number stands at the foot of every page."
            )
        send_message(person, subject=subject, body=body, link=reverse("work-home"))

    def snapshot(self) -> dict[str, Any]:
        present = self.present_administrator()
        fields = read_fields(self, TYPED) | {
            "uscc": self.unit.uscc,
            "present": f"{present.user.real_name} ({present.user.username})" if present else "",
            "asked_as": self.asked_as,
        }
        return {"fields": fields, "files": read_files(self)}

    @property
    def asked_as(self) -> str:
        with override(HISTORY_LANGUAGE):
            return (
                _("the present administrator, signed in") if self.asked_by_id else _("somebody not signed in")
            )
