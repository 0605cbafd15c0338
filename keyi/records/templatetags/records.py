"""Template tags of the record pages."""

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyi.core.templatetags.ui import tag
from keyi.records.forms.base import SectionState
from keyi.records.present import Item

register = template.Library()


@register.simple_tag
def section_tag(state: SectionState) -> SafeString:
    """已完成, 要改 or how many mandatory fields are missing."""
    if state.state == "done":
        return tag("ok", "check", _("Done"))
    if state.state == "wrong":
        return tag("back", "alert-circle", _("To correct"))
    return tag(
        "none",
        "circle-dashed",
        ngettext("%(n)d missing", "%(n)d missing", state.missing) % {"n": state.missing},
    )


@register.inclusion_tag("records/value.html")
def value(item: Item, file_url: str = "record-file") -> dict[str, Any]:
    """One value for reading; ``file_url`` names the address files are fetched from."""
    return {"item": item, "file_url": file_url}
