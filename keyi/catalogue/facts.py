"""The table of facts beside the pictures of an instrument, and its certificates, as label and value."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.records.choices import CertificateKind, InstrumentKind, Source

from .reading import InstrumentCopy, code_label, label


def facts(copy: InstrumentCopy) -> list[dict[str, str]]:
    """Only what has a value."""
    fields = copy.fields
    rows = [
        (pgettext("instrument", "Model"), fields.get("model_name")),
        (_("Maker"), copy.maker),
        (_("Class"), copy.category),
        (pgettext("instrument", "Kind"), label(InstrumentKind, fields.get("kind"))),
        (_("In use since"), fields.get("started_on")),
        (_("Original value"), _("%(value)s × 10,000 CNY") % {"value": copy.value} if copy.value else ""),
        (_("Purpose"), copy.usage),
        (_("Acquired by"), label(Source, fields.get("source"))),
        (_("Main accessories"), fields.get("accessories")),
        (_("Modified after purchase"), _modified(fields)),
        (
            pgettext("portal", "Subjects"),
            "、".join(code_label(item) for item in fields.get("subjects") or []),
        ),
    ]
    return [{"label": name, "value": value} for name, value in rows if value]


def _modified(fields: dict) -> str:
    if fields.get("is_modified") is None:
        return ""
    if not fields["is_modified"]:
        return pgettext("answer", "No")
    return f"{pgettext('answer', 'Yes')}；{fields.get('modification') or ''}".rstrip("；")


def certificates(copy: InstrumentCopy) -> list[str]:
    """“校准 CAL-2026-001（2026-01-05，有效期至 2027-01-04）”."""
    lines = []
    for row in copy.fields.get("certificates") or []:
        words = [label(CertificateKind, row.get("kind")), row.get("number") or "", row.get("issued_on") or ""]
        if row.get("valid_until"):
            words.append(_("valid until %(day)s") % {"day": row["valid_until"]})
        lines.append(" ".join(word for word in words if word))
    return lines
