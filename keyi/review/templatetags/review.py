"""The state of a record as a coloured tag with icon and text."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keyi.core.templatetags.ui import tag
from keyi.review.models import Record
from keyi.review.status import Status

register = template.Library()

REVISION = "revision"
LOOKS = {
    Status.DRAFT: ("", "pencil"),
    Status.SUBMITTED: ("wait", "clock"),
    Status.ENDORSED: ("wait", "clock"),
    Status.APPROVED: ("wait", "checks"),
    Status.RETURNED: ("back", "arrow-back-up"),
    Status.PUBLISHED: ("ok", "check"),
    Status.OFFLINE: ("off", "circle-off"),
    Status.GRANTED: ("ok", "check"),
}


@register.simple_tag
def status_tag(what: Record | str) -> SafeString:
    """The tag of a record, or of a bare state; a draft that the portal still shows an older version of says so."""
    if what == REVISION:
        return tag("rev", "edit", _("Being revised"))
    if isinstance(what, str):
        return tag(*LOOKS[Status(what)], Status(what).label)
    if what.is_revision and what.status == Status.DRAFT:
        note = _("the portal still shows what was published")
        return format_html(
            '{} <span class="k-2nd k-small">{}</span>', tag("rev", "edit", _("Being revised")), note
        )
    return tag(*LOOKS[Status(what.status)], what.get_status_display())
