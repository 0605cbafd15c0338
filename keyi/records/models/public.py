"""The public copy of each kind: which fields a visitor sees. Column “Vis” of the field tables."""

from typing import Any

from keyi.accounts.models import OrgUnit
from keyi.codes.models import CodeItem
from keyi.records.content import read_fields, read_files, search_text

INSTITUTION_FIELDS = (
    "name", "name_en", "nature", "affiliation", "division", "street", "postcode", "longitude", "latitude",
    "industry",
    "instrument_dept", "fax", "website", "service_url", "service_year", "intro", "service_scope", "subjects",
    "qualifications",
)  # fmt: skip
INSTRUMENT_FIELDS = (
    "kind", "name", "name_en", "has_no_platform", "category", "model_name", "manufacturer", "country",
    "source",
    "usage_type", "value_wan", "purchased_on", "booked_on", "started_on", "accepted_on", "is_modified",
    "modification",
    "technical", "function", "accessories", "sample_requirements", "subjects", "service_content",
    "typical_result",
    "share_mode", "open_hours", "user_notice", "fees", "is_fee_negotiable", "booking_url", "division",
    "street",
    "building", "floor", "longitude", "latitude", "run_status", "certificates",
)  # fmt: skip
CONTACT_FIELDS = ("contact", "tel", "email")


def contact_of(record: Any) -> dict[str, str]:
    """Name, telephone and mail of the contact person, only with that person's consent (PIPL, separate consent)."""
    return {name: getattr(record, name) for name in CONTACT_FIELDS} if record.is_contact_public else {}


def _place(division: CodeItem | None) -> dict[str, str]:
    if division is None:
        return {"city": "", "county": ""}
    return {"city": f"division:{division.code[:4]}00", "county": division.key}


def institution_copy(record: Any) -> dict[str, Any]:
    files = read_files(record, ("policies", "photos"))
    return {
        "slug": record.unit.uscc,
        "title": record.name,
        "text": search_text(
            record.name, record.name_en, record.intro, record.service_scope, record.division.full_label
        ),
        "facets": {**_place(record.division), "nature": record.nature},
        "content": {
            "fields": {**read_fields(record, INSTITUTION_FIELDS), **contact_of(record)},
            "files": files,
            "uscc": record.unit.uscc,
            "tel": record.tel,
        },
        "files": [file["token"] for file in files],
    }


def instrument_copy(record: Any, unit_tel: str) -> dict[str, Any]:
    """``unit_tel``: the unit's own telephone, for where the contact person did not consent."""
    files = read_files(record, ("photos",))
    unit, lab = record.institution, record.unit
    return {
        "slug": record.code,
        "title": record.name,
        "text": search_text(
            record.name, record.name_en, record.model_name, record.manufacturer, record.function, record.technical,
            record.service_content, record.category.full_label, unit.name, lab.name, record.division.full_label,
        ),
        "facets": {
            **_place(record.division),
            "class": f"instrument_class:{record.category.code[:2]}0000",
            "category": record.category_id,
            "share": record.share_mode,
            "nature": unit.nature,
            "fee": "negotiable" if record.is_fee_negotiable and not record.fees else "listed" if record.fees else "",
            "unit": unit.uscc,
            "value": str(record.value_wan),
            "kind": record.kind,
        },
        "content": {
            "fields": {**read_fields(record, INSTRUMENT_FIELDS), **contact_of(record)},
            "files": files,
            "unit": {"name": unit.name, "slug": unit.uscc, "nature": unit.nature, "tel": unit_tel},
            "lab": {"name": lab.name, "parent": lab.parent.name if lab.level == OrgUnit.Level.LAB else ""},
        },
        "files": [file["token"] for file in files],
    }  # fmt: skip
