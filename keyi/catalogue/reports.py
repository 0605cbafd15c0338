"""报告错误: writing a report down, telling those who can mend it, and their answer."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from keyi.accounts.models import OrgUnit, User
from keyi.accounts.people import people_who
from keyi.accounts.roles import Capability
from keyi.audit import log
from keyi.inbox.send import send_message
from keyi.search.models import Document

from .models import ErrorReport


@transaction.atomic
def write_down(report: ErrorReport, document: Document) -> None:
    """Keep the report and tell everybody who may change the record; they also get it by mail."""
    report.unit = OrgUnit.objects.get(path=document.unit_path)
    report.slug, report.title = document.slug, document.title
    report.save()
    with override("zh-hans"):
        subject = _("A reader reports an error: %(title)s") % {"title": report.title}
        body = f"{report.get_subject_display()}\n\n{report.text}"
        for person in people_who(Capability.EDIT, report.unit):
            send_message(person, subject=subject, body=body, link=reverse("error-reports"))


@transaction.atomic
def answer(report: ErrorReport, text: str, user: User) -> bool:
    """Close a report; False when a colleague was faster."""
    now = timezone.now()
    open_ones = ErrorReport.objects.filter(pk=report.pk, answered_at__isnull=True)
    if not open_ones.update(answer=text, answered_at=now, answered_by=user):
        return False
    log.record(user, "report.answer", report)
    return True
