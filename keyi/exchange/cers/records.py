"""A university's published instruments, laboratories and yearly figures as the ministry's elements."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from keyi.accounts.models import OrgUnit
from keyi.exchange.elements import NONE, Message, filled
from keyi.exchange.models import School
from keyi.exchange.national.published import Fields, code, files, page, published
from keyi.records.choices import CertificateKind, RunStatus, Weekdays
from keyi.records.fees import fee_text
from keyi.records.models import Institution, Instrument
from keyi.reporting.models import AnnualOperation

WAN = Decimal(10_000)
WORKS, IDLE, BROKEN = "0", "1", "2"  # State
STATES = {
    RunStatus.NORMAL: WORKS, RunStatus.REMOTE: WORKS, RunStatus.SOME_FAULTS: WORKS, RunStatus.STANDBY: IDLE,
    RunStatus.MANY_FAULTS: BROKEN, RunStatus.TO_REPAIR: BROKEN, RunStatus.TO_SCRAP: BROKEN,
}  # fmt: skip


def _whole(value: Any) -> Any:
    """The ministry takes whole hours."""
    return None if value is None else Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)


@override("zh-hans")
def instrument(record: Instrument, school: School) -> Message:
    content = published(record)
    fields: Fields = content["fields"]
    return filled({
        "SchoolCode": school.code, "InnerID": fields["inventory_number"], "AssetsCode": code(fields["asset"]),
        "ClassificationCode": code(fields["category"]), "CHNName": fields["name"], "ENGName": fields["name_en"],
        "Model": fields["model_name"], "TechParameter": fields["technical"],
        "ApplicationArea": fields["service_content"], "Accessory": fields["accessories"],
        "Certification": _certificates(fields) or NONE, "Manufacturer": fields["manufacturer"],
        "ManuCertification": school.maker_note, "ManuCountryCode": code(fields["country"]).zfill(4),
        "PriceRMB": format(Decimal(fields["value_wan"]) * WAN, ".2f"), "PurchaseDate": fields["purchased_on"],
        "ServiceDate": fields["started_on"], "ImageURL": next(iter(files(content, "photos")), ""),
        "Organization": record.unit.name, "GroupID": record.unit_id,
        "Location": "".join((fields["street"], fields["building"], fields["floor"], fields["room"])),
        "ZIPCode": fields["postcode"], "ContactPerson": fields["contact"], "Telephone": fields["tel"],
        "Email": fields["email"], "ShareLevel": school.share_level, "OpenCalendar": _calendar(fields) or NONE,
        "ServiceCharge": fee_text(fields["fees"], is_negotiable=fields["is_fee_negotiable"]),
        "ServiceAchievements": fields["typical_result"], "State": STATES.get(fields["run_status"]),
        "URL": page("instrument", record.code), "UpdateDate": _instant(record.updated_at),
    })  # fmt: skip


def _certificates(fields: Fields) -> str:
    rows = fields["certificates"] or []
    words = [(CertificateKind(row["kind"]).label, row.get("number") or "") for row in rows if row.get("kind")]
    return "；".join(f"{kind} {number}".strip() for kind, number in words)


def _calendar(fields: Fields) -> str:
    rows = [row for row in fields["open_hours"] or [] if row.get("days")]
    return "；".join(f"{Weekdays(row['days']).label} {row['opens'][:5]}-{row['closes'][:5]}" for row in rows)


def _instant(moment: Any) -> str:
    return timezone.localtime(moment).replace(microsecond=0).isoformat()


def group(lab: OrgUnit, school: School, updated_at: Any) -> Message:
    """A laboratory with instruments; type 1, as it belongs to a school."""
    return filled({
        "SchoolCode": school.code, "InnerID": lab.pk, "Name": lab.name, "ShortName": lab.short_name, "Type": "1",
        "Principal": lab.manager, "Address": lab.address, "Telephone": lab.tel, "Email": lab.email,
        "Introduction": lab.intro, "UpdateDate": _instant(updated_at),
    })  # fmt: skip


def effect(record: AnnualOperation, school: School) -> Message:
    """Patents are left out: the ministry asks who holds them, and nobody here has said so."""
    return filled({
        "SchoolCode": school.code, "InnerID": record.instrument.inventory_number, "YEAR": record.year,
        "LSNUSEDHRS": _whole(record.teach_hours), "RSCHUSEDHRS": _whole(record.research_hours),
        "SERUSEDHRS": _whole(record.social_hours), "OPENHRS": _whole(record.open_hours),
        "SAMPLENUM": record.samples, "TRNSTUD": record.trained_students, "TRNTEACH": record.trained_teachers,
        "TRNOTHERS": record.trained_others, "EDUPROJ": record.projects_teach, "RSCHPROJ": record.projects_research,
        "SOCIALPROJ": record.projects_social, "RWDNATION": record.awards_national, "RWDPROV": record.awards_province,
        "PAPERINDEX": record.papers_indexed, "PAPERKERNEL": record.papers_core,
        "CHARGEMAN": record.instrument.keeper,
    })  # fmt: skip


def platform(school: School) -> Message:
    unit = school.unit
    information = Institution.objects.filter(unit=unit).first()
    fields: dict[str, Any] = {}
    if information is not None:
        fields = {
            "Address": information.street, "ZIPCode": information.postcode, "Telephone": information.tel,
            "Fax": information.fax, "Email": information.email, "Introduction": information.intro,
        }  # fmt: skip
    addresses = {
        element: f"{settings.SITE_URL}{reverse('education-open', args=[school.token, document])}"
        for element, document in (
            ("PlatformDescXmlURL", "platform"), ("InstrusShareXmlURL", "instruments"),
            ("InstrusShareEffectXmlURL", "effects"),
        )
    }  # fmt: skip
    own = information.service_url if information else ""
    return filled({
        "SchoolCode": school.code, "SchoolName": unit.name, "SchoolTypeCode": school.type_code,
        "SchoolPropertyCode": school.property_code, "SchoolHolderCode": school.holder_code,
        "WebSite": own or page("unit", unit.uscc or ""), **fields, **addresses,
    })  # fmt: skip
