"""Up to four instruments side by side."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.core.labels import Label
from keyi.records.choices import RunStatus, ShareMode
from keyi.search.models import Document

from .figures import INSTRUMENTS
from .reading import InstrumentCopy, label

MOST = 4
PARAM = "pick"


@dataclass(frozen=True)
class Row:
    """One fact of each instrument; ``differs`` where they do not all say the same."""

    label: Label
    values: list[str]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def picked(query: QueryDict) -> list[str]:
    """The numbers in the address, each once, as many as can be compared."""
    asked = [slug for slug in query.getlist(PARAM) if slug.isascii() and slug.isalnum() and len(slug) <= 40]
    return list(dict.fromkeys(asked))[:MOST]


def is_too_much(query: QueryDict) -> bool:
    return len(set(query.getlist(PARAM))) > MOST


def copies(slugs: list[str]) -> list[InstrumentCopy]:
    """Those that are on the portal, in the order of choice."""
    found: QuerySet[Document] = Document.objects.filter(kind=INSTRUMENTS, slug__in=slugs).defer(
        "text", "found_by"
    )
    by_slug = {document.slug: InstrumentCopy(document) for document in found}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def rows(chosen: list[InstrumentCopy]) -> list[Row]:
    """What people compare; rows that nobody fills are left out."""
    each = [_facts(copy) for copy in chosen]
    found = [Row(name, [facts[place][1] for facts in each]) for place, (name, _value) in enumerate(each[0])]
    return [row for row in found if any(row.values)]


def _facts(copy: InstrumentCopy) -> list[tuple[str, str]]:
    fields = copy.fields
    return [
        (pgettext("instrument", "Model"), fields.get("model_name") or ""),
        (_("Maker"), copy.maker),
        (_("Class"), copy.category),
        (_("Main technical specifications"), fields.get("technical") or ""),
        (_("What it can do"), fields.get("function") or ""),
        (_("Fees"), copy.fee_line),
        (_("Sharing"), label(ShareMode, fields.get("share_mode"))),
        (_("Running state"), label(RunStatus, fields.get("run_status"))),
        (_("Opening hours"), "；".join(f"{row['days']} {row['hours']}" for row in copy.hours)),
        (_("Hours of service last year"), _last_hours(copy)),
        (_("In use since"), fields.get("started_on") or ""),
        (_("Original value"), _("%(value)s × 10,000 CNY") % {"value": copy.value} if copy.value else ""),
        (_("Requirements on samples"), fields.get("sample_requirements") or ""),
        (_("Where it stands"), " ".join(part for part in (copy.place, copy.building_line) if part)),
        (pgettext("filter", "Unit"), copy.unit.get("name", "")),
    ]


def _last_hours(copy: InstrumentCopy) -> str:
    last: dict[str, Any] = copy.yearly[0] if copy.yearly else {}
    return _("%(year)s: %(hours)s h") % {"year": last["year"], "hours": last["run"]} if last else ""


def without(query: QueryDict, slug: str) -> str:
    """The address of the same comparison without one of its instruments."""
    rest = query.copy()
    rest.setlist(PARAM, [one for one in picked(query) if one != slug])
    return "?" + rest.urlencode()
