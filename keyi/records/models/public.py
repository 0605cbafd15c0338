"""The public copy of each kind: which fields a visitor sees. Column “Vis” of the field tables."""

from typing import Any

from keyi.accounts.models import OrgUnit
from keyi.codes.models import CodeItem
from keyi.records.choices import InstrumentKind, PlatformLevel
from keyi.records.content import read_fields, read_files, search_text

from .facility import SLOTS
from .found import institution_found_by, instrument_found_by, platform_found_by

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
# telephone and mail of the two persons of a facility stay with the unit and the reviewers
FACILITY_FIELDS = (
    "facility_short_name", "facility_competent_dept", "facility_host", "facility_approver",
    "facility_category", "facility_construction", "facility_cost_wan", "facility_accepted_on",
    "facility_center", "facility_users_home", "facility_users_abroad", "facility_achievements",
    "facility_chief", "facility_chief_post", "facility_chief_unit", "facility_operator",
    "facility_operator_post", "facility_operator_unit", "facility_video",
)  # fmt: skip
PLATFORM_FIELDS = (
    "kind", "name", "platform_type", "level", "state", "host_name", "host_uscc", "co_units", "approved_by",
    "approval_number", "approved_on", "director", "director_title", "division", "street", "website",
    "subjects", "industry_fields", "intro", "services", "open_rules", "area", "is_accredited", "cma_number",
    "cma_valid_until", "certificates", "evaluation_count", "evaluated_in", "evaluation_result",
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
        "found_by": institution_found_by(record),
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
    is_facility = record.kind == InstrumentKind.FACILITY
    files = read_files(record, ("photos", *(SLOTS if is_facility else ())))
    names = (*INSTRUMENT_FIELDS, *(FACILITY_FIELDS if is_facility else ()))
    unit, lab = record.institution, record.unit
    platforms = list(record.platforms.order_by("pk"))
    facets = {
        **_place(record.division),
        "class": f"instrument_class:{record.category.code[:2]}0000",
        "category": record.category_id,
        "share": record.share_mode,
        "nature": unit.nature,
        "fee": "negotiable" if record.is_fee_negotiable and not record.fees else "listed" if record.fees else "",
        "unit": unit.uscc,
        "value": str(record.value_wan),
        "kind": record.kind,
        "platform": [platform.slug for platform in platforms],
        "platform_level": highest_level(platforms),
    }  # fmt: skip
    return {
        "slug": record.code,
        "title": record.name,
        "text": search_text(
            record.name, record.name_en, record.model_name, record.manufacturer, record.function, record.technical,
            record.service_content, record.category.full_label, unit.name, lab.name, record.division.full_label,
        ),
        "facets": facets,
        "found_by": instrument_found_by(record, facets),
        "content": {
            "fields": {**read_fields(record, names), **contact_of(record)},
            "platforms": [platform.slug for platform in platforms],
            "files": files,
            "unit": {"name": unit.name, "slug": unit.uscc, "nature": unit.nature, "tel": unit_tel},
            "lab": {"name": lab.name, "parent": lab.parent.name if lab.level == OrgUnit.Level.LAB else ""},
        },
        "files": [file["token"] for file in files],
    }  # fmt: skip


def highest_level(platforms: list[Any]) -> str:
    """The highest of the platforms' levels; empty without platforms."""
    levels = {platform.level for platform in platforms}
    return next((str(level) for level in PlatformLevel.values if level in levels), "")


def platform_copy(record: Any, unit_tel: str) -> dict[str, Any]:
    """``unit_tel``: as for an instrument."""
    files = read_files(record, ("photos", "scope"))
    return {
        "slug": record.slug,
        "title": record.name,
        "text": search_text(
            record.name, record.platform_type.label, record.host_name, record.unit.name, record.intro,
            record.services, record.industry_fields, record.division.full_label,
        ),
        "facets": {
            **_place(record.division),
            "kind": record.kind,
            "level": record.level,
            "type": record.platform_type_id,
            "unit": record.unit.uscc,
        },
        "found_by": platform_found_by(record),
        "content": {
            "fields": {**read_fields(record, PLATFORM_FIELDS), **contact_of(record)},
            "files": files,
            "unit": {"name": record.unit.name, "slug": record.unit.uscc, "tel": unit_tel},
        },
        "files": [file["token"] for file in files],
    }  # fmt: skip
