"""Template tags of the record pages."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyi.core.fields import FieldView, rendered
from keyi.core.templatetags.ui import tag
from keyi.records.forms.base import RecordForm, SectionState
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


@register.simple_tag
def platforms_field(form: RecordForm) -> SafeString:
    """所属创新平台/机构: the boxes of the unit's platforms, and the red 无所属创新平台 at the lower right."""
    platforms: Any = form.fields["platforms"]
    return rendered(
        "records/platforms_field.html",
        f=FieldView(form["platforms"]),
        nowhere=FieldView(form["has_no_platform"]),
        has_choices=bool(platforms.queryset),
    )


@register.inclusion_tag("records/value.html", takes_context=True)
def value(context: Context, item: Item, file_url: str = "record-file") -> dict[str, Any]:
    """One value for reading; ``file_url`` names the address files are fetched from."""
    show_url = ""
    if item.type == "masked":
        show_url = reverse("record-personal", args=[context["kind"], context["record"].pk, item.name])
    return {"item": item, "file_url": file_url, "show_url": show_url}
