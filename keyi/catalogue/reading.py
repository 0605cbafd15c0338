"""How a public copy reads on the portal: the words, numbers and lines of a result, a card and a page.

Everything comes from ``Document.content`` (see records/models/public.py); missing keys read as empty, so an
older copy never breaks a page.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyi.accounts.choices import UnitNature
from keyi.codes.models import reads_english
from keyi.core.labels import Label
from keyi.records.choices import (
    ChargeUnit,
    PlatformKind,
    PlatformLevel,
    PlatformState,
    QualificationKind,
    RunStatus,
    ShareMode,
    UsageType,
    Weekdays,
)
from keyi.search.models import Document

from .figures import bare_code
from .places import city_name

PROVINCE = "湖南省"
SUMMARY_LENGTH = 110
RUN_TAGS: dict[str | None, tuple[str, str]] = {
    RunStatus.NORMAL: ("ok", "check"),
    RunStatus.REMOTE: ("ok", "check"),
    RunStatus.STANDBY: ("due", "hourglass"),
    RunStatus.SOME_FAULTS: ("due", "alert-circle"),
}
TECHNICAL_LINE = re.compile(r"^([^：:]{1,20})[：:]\s*(.+)$")


@dataclass(frozen=True)
class Tag:
    css: str
    icon: str
    text: str


@cache
def _labels(choices: type[models.TextChoices]) -> dict[str, Label]:
    return dict(choices.choices)


def label(choices: type[models.TextChoices], value: str | None) -> str:
    """The words of a choice; the value itself when the list no longer has it."""
    value = value or ""
    return str(_labels(choices).get(value, value))


def code_label(item: dict[str, str] | None, part: str = "label") -> str:
    """A code item of the copy in the reader's language, as far as one is known."""
    item = item or {}
    return (item.get("en") if reads_english() else "") or item.get(part, "")


def amount(text: Any) -> str:
    """ "1200.00" → "1,200"; what is no number stays as it is."""
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return str(text or "")
    places = 0 if number == number.to_integral_value() else 2
    return f"{number:,.{places}f}"


class Copy:
    """A public copy and its fields by name."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.slug, self.title = document.slug, document.title
        self.fields: dict[str, Any] = document.content.get("fields", {})

    @property
    def name(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.fields.get("name_en") if reads_english() else "") or self.title

    @property
    def is_name_chinese(self) -> bool:
        return self.name == self.title

    @property
    def city(self) -> Any:
        return city_name(bare_code(self.document.facets.get("city")))

    @property
    def photos(self) -> list[dict]:
        return [file for file in self.document.content.get("files", []) if file.get("slot") == "photos"]

    @property
    def place(self) -> str:
        """“湘潭市岳塘区” and the street; the province goes without saying."""
        division = code_label(self.fields.get("division"), "full").removeprefix(PROVINCE)
        return f"{division}{self.fields.get('street') or ''}"

    @property
    def contact(self) -> dict[str, str]:
        """Only what the contact person agreed to publish."""
        return {key: self.fields[key] for key in ("contact", "tel", "email") if self.fields.get(key)}


class InstrumentCopy(Copy):
    @property
    def photo(self) -> dict | None:
        return self.photos[0] if self.photos else None

    @property
    def unit(self) -> dict[str, str]:
        return self.document.content.get("unit", {})

    @property
    def lab(self) -> dict[str, str]:
        return self.document.content.get("lab", {})

    @property
    def county(self) -> str:
        return code_label(self.fields.get("division"), "full").removeprefix(PROVINCE)

    @property
    def maker(self) -> str:
        country = code_label(self.fields.get("country"))
        return (
            f"{self.fields.get('manufacturer', '')}（{country}）"
            if country
            else self.fields.get("manufacturer", "")
        )

    @property
    def category(self) -> str:
        return code_label(self.fields.get("category"))

    @property
    def usage(self) -> str:
        return label(UsageType, self.fields.get("usage_type"))

    @property
    def value(self) -> str:
        value = self.fields.get("value_wan")
        return f"{Decimal(value):,.2f}" if value else ""

    @property
    def summary(self) -> str:
        """What stands in a list: the figures, then what it is for."""
        technical = "；".join(
            line.strip() for line in (self.fields.get("technical") or "").splitlines() if line.strip()
        )
        parts = [part.rstrip("；;。. ") for part in (technical, self.fields.get("function") or "") if part]
        return Truncator("。".join(parts)).chars(SUMMARY_LENGTH)

    @property
    def tags(self) -> list[Tag]:
        status, share = self.fields.get("run_status"), self.fields.get("share_mode")
        css, icon = RUN_TAGS.get(status, ("off", "tool"))
        tags = [Tag(css, icon, label(RunStatus, status))] if status else []
        if share:
            shared = share == ShareMode.EXTERNAL
            tags.append(Tag("wait" if shared else "", "users" if shared else "lock", label(ShareMode, share)))
        return tags

    @cached_property
    def fees(self) -> list[dict[str, str]]:
        """The rows of 收费标准 as words: item, charged by, price inside, price outside."""
        return [
            {
                "item": row.get("item", ""),
                "unit": label(ChargeUnit, row.get("unit")),
                "internal": self._price(row, "internal"),
                "external": self._price(row, "external"),
            }
            for row in self.fields.get("fees") or []
        ]

    def _price(self, row: dict, side: str) -> str:
        return (
            pgettext("fee", "By agreement")
            if row.get("negotiable") or row.get(side) in (None, "")
            else amount(row[side])
        )

    @property
    def fee_line(self) -> str:
        """“400 元/机时 起”: the lowest price for outsiders."""
        priced = [
            (Decimal(str(row["external"])), row)
            for row in self.fields.get("fees") or []
            if row.get("external") not in (None, "") and not row.get("negotiable")
        ]
        if not priced:
            return (
                pgettext("fee", "By agreement") if self.fields.get("is_fee_negotiable") or self.fees else ""
            )
        price, row = min(priced, key=lambda pair: pair[0])
        values = {"price": amount(price), "unit": label(ChargeUnit, row.get("unit"))}
        return (_("%(price)s %(unit)s") if len(priced) == 1 else _("from %(price)s %(unit)s")) % values

    @property
    def yearly(self) -> list[dict[str, str]]:
        """Running hours and hours of service to others of the last years, newest first."""
        return [
            {"year": year, "run": amount(row.get("run")), "ext": amount(row.get("ext"))}
            for year, row in sorted(self.document.hours.items(), reverse=True)
        ]

    @property
    def last_hours(self) -> str:
        """“2025 年对外服务 320 小时”; nothing while no year was reported."""
        return _("%(year)s: %(ext)s h for others") % self.yearly[0] if self.yearly else ""

    @property
    def hours(self) -> list[dict[str, str]]:
        return [
            {
                "days": label(Weekdays, row.get("days")),
                "hours": f"{_short(row.get('opens'))}—{_short(row.get('closes'))}",
            }
            for row in self.fields.get("open_hours") or []
        ]

    @property
    def hours_line(self) -> str:
        return "；".join(f"{row['days']} {row['hours']}" for row in self.hours[:2])

    @property
    def technical_rows(self) -> list[tuple[str, str]]:
        """“分辨率：1.0 nm” line by line; empty when the text is not written that way."""
        lines = [
            line.strip() for line in re.split(r"[\n；;]", self.fields.get("technical") or "") if line.strip()
        ]
        found = [TECHNICAL_LINE.match(line) for line in lines]
        return [(hit[1].strip(), hit[2].strip()) for hit in found if hit] if all(found) else []

    @property
    def building_line(self) -> str:
        """Building and floor; the room is not public."""
        return " ".join(part for part in (self.fields.get("building"), self.fields.get("floor")) if part)

    @property
    def lab_line(self) -> str:
        return " · ".join(name for name in (self.lab.get("parent"), self.lab.get("name")) if name)

    @property
    def phone(self) -> str:
        """Whom to call where the contact person is not named: the unit itself."""
        return self.unit.get("tel", "")


class UnitCopy(Copy):
    instrument_count = 0  # set by the list

    @property
    def nature(self) -> str:
        return label(UnitNature, self.fields.get("nature"))

    @property
    def phone(self) -> str:
        return self.document.content.get("tel", "")

    @property
    def subjects(self) -> list[str]:
        return [code_label(item) for item in self.fields.get("subjects") or []]

    @property
    def policies(self) -> list[dict]:
        return [file for file in self.document.content.get("files", []) if file.get("slot") == "policies"]


class PlatformCopy(Copy):
    instrument_count = 0  # set by the list

    @property
    def kind(self) -> str:
        return label(PlatformKind, self.fields.get("kind"))

    @property
    def level(self) -> str:
        return label(PlatformLevel, self.fields.get("level"))

    @property
    def type(self) -> str:
        return code_label(self.fields.get("platform_type"))

    @property
    def state(self) -> Tag | None:
        """整改, 撤销 and 重组 are told; a normal platform needs no mark."""
        state = self.fields.get("state")
        if not state or state == PlatformState.NORMAL:
            return None
        return Tag("due", "alert-circle", label(PlatformState, state))

    @property
    def unit(self) -> dict[str, str]:
        return self.document.content.get("unit", {})

    @property
    def phone(self) -> str:
        return self.unit.get("tel", "")

    @property
    def subjects(self) -> list[str]:
        return [code_label(item) for item in self.fields.get("subjects") or []]

    @property
    def partners(self) -> list[str]:
        return [row["name"] for row in self.fields.get("co_units") or [] if row.get("name")]

    @property
    def certificates(self) -> list[str]:
        """“CMA 2026-001（有效期至 2029-01-04）”."""
        fields = self.fields
        cma = {
            "kind": "cma",
            "number": fields.get("cma_number"),
            "valid_until": fields.get("cma_valid_until"),
        }
        rows = [cma] if fields.get("cma_number") else []
        return [self._certificate(row) for row in [*rows, *(fields.get("certificates") or [])]]

    def _certificate(self, row: dict[str, Any]) -> str:
        words = f"{label(QualificationKind, row.get('kind'))} {row.get('number') or ''}".strip()
        until = row.get("valid_until")
        return f"{words}（{_('valid until %(day)s') % {'day': until}}）" if until else words

    @property
    def scope(self) -> list[dict]:
        """能力附表."""
        return [file for file in self.document.content.get("files", []) if file.get("slot") == "scope"]


def _short(time: Any) -> str:
    """ "08:30:00" → "8:30"."""
    hours, _sep, rest = str(time or "").partition(":")
    return f"{hours.lstrip('0') or '0'}:{rest[:2]}" if rest else str(time or "")
