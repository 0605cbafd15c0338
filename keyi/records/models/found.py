"""By what words and filters each kind is found: ``Document.found_by``, in the shape that search/schema.py reads."""

from decimal import Decimal
from typing import Any

from keyi.codes.models import CodeItem
from keyi.records.choices import RunStatus, ShareMode

CHINA = "156"
BANDS = (  # 原值区间, in 10,000 CNY: name in the address and upper limit
    ("0-20", 20), ("20-50", 50), ("50-100", 100), ("100-200", 200), ("200-500", 500), ("500-1000", 1000),
)  # fmt: skip
TOP_BAND = "1000-"
WORKING = frozenset({RunStatus.NORMAL, RunStatus.REMOTE, RunStatus.STANDBY})


def instrument_found_by(record: Any, facets: dict[str, Any]) -> dict[str, Any]:
    """``facets`` of its public copy."""
    lab, unit = record.unit, record.institution
    return {
        "title": said(record.name, record.name_en),
        "model": said(record.model_name),
        "class": said(record.category.full_label),
        "maker": said(record.manufacturer),
        "about": said(record.function, record.technical, record.service_content, *test_items(record)),
        "place": said(unit.name, lab.name, record.division.full_label),
        "facets": {
            "class": class_path(record.category),
            "place": place_path(record.division),
            "unit": said(unit.uscc),
            "nature": said(unit.nature),
            "platform": said(facets["platform_level"]),
            "subject": [item.code for item in record.subjects.all()],
            "share": said(record.share_mode),
            "value": said(band(record.value_wan)),
            "origin": [origin(record.country)] if record.country else [],
            "country": [record.country.code] if record.country else [],
            "year": [str(record.started_on.year)] if record.started_on else [],
            "status": said(record.run_status),
            "fee": said(facets["fee"]),
            "type": said(record.kind),
        },
        "value": float(record.value_wan or 0),
        "is_open": record.share_mode == ShareMode.EXTERNAL and record.run_status in WORKING,
    }


def institution_found_by(record: Any) -> dict[str, Any]:
    return {
        "title": said(record.name, record.name_en),
        "about": said(record.service_scope, record.intro),
        "place": said(record.division.full_label if record.division else ""),
        "facets": {
            "place": place_path(record.division),
            "nature": said(record.nature),
            "unit": said(record.unit.uscc),
        },
        "is_open": True,
    }


def platform_found_by(record: Any) -> dict[str, Any]:
    return {
        "title": said(record.name),
        "class": said(record.platform_type.label if record.platform_type else ""),
        "about": said(record.services, record.industry_fields, record.intro),
        "place": said(
            record.unit.name, record.host_name, record.division.full_label if record.division else ""
        ),
        "facets": {
            "place": place_path(record.division),
            "unit": said(record.unit.uscc),
            "platform": said(record.level),
            "type": said(record.kind),
        },
        "is_open": True,
    }


def test_items(record: Any) -> list[str]:
    """What can be measured with it, as 收费标准 names it."""
    return [row.get("item", "") for row in record.fees]


def said(*values: Any) -> list[str]:
    return [str(value) for value in values if value]


def class_path(category: CodeItem) -> list[str]:
    """大类, 中类 and 小类."""
    code = category.code
    return list(dict.fromkeys([f"{code[:2]}0000", f"{code[:4]}00", code]))


def place_path(division: CodeItem | None) -> list[str]:
    """市州 and 区县."""
    return list(dict.fromkeys([f"{division.code[:4]}00", division.code])) if division else []


def band(value: Decimal | None) -> str:
    if value is None:
        return ""
    return next((name for name, limit in BANDS if value < limit), TOP_BAND)


def origin(country: CodeItem) -> str:
    return "domestic" if country.code == CHINA else "imported"
