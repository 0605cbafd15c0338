"""Published records as messages of the national interface. Values are text; what is not known is left out."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from keyi.accounts.models import OrgUnit
from keyi.exchange.elements import NO, NONE, NOT_SUBMITTED, SEPARATOR, YES, Message, filled
from keyi.records.fees import fee_text
from keyi.records.models import Institution, Instrument, Platform
from keyi.reporting.models import AnnualOperation
from keyi.services.models import ServiceRecord

from . import words
from .published import Fields, code, files, label, labels, page, place, published

LARGE_WAN = Decimal(50)  # 大型科研仪器: of 500,000 CNY and more
LONGEST_URL = 100


def _number(value: Any) -> str:
    return "" if value is None else format(Decimal(value), "f")


def instrument(record: Instrument, ins_code: str) -> Message:
    content = published(record)
    fields: Fields = content["fields"]
    return filled({
        "insCode": ins_code,
        **_same(fields, INSTRUMENT_TEXTS),
        **_carrier(record, fields),
        "insideDepart": record.unit.name,
        "instrCategory": code(fields["category"]),
        "instrSource": words.SOURCE.get(fields["source"]),
        "instrSupervise": YES if fields["is_customs_supervised"] else NO,
        "worth": _number(fields["value_wan"]),
        "nation": label(fields["country"]),
        "type": words.USAGE.get(fields["usage_type"]),
        "subject": labels(fields["subjects"]),
        "funds": SEPARATOR.join(words.FUNDS[row["source"]] for row in fields["funds"] if row.get("source")),
        "fee": fee_text(fields["fees"], is_negotiable=fields["is_fee_negotiable"]),
        "serviceUrl": _booking_page(record, fields),
        **_hours(record),
        "image": next(iter(files(content, "photos")), ""),
        **place(fields["division"]),
        "achievement": fields["typical_result"] or NONE,
        "shareMode": words.SHARE.get(fields["share_mode"]),
        "status": words.STATE.get(fields["run_status"]),
        "auditStatus": NOT_SUBMITTED,
    })  # fmt: skip


INSTRUMENT_TEXTS = {
    "cname": "name", "ename": "name_en", "innerId": "inventory_number", "manufacturer": "manufacturer",
    "beginDate": "booked_on", "instrVersion": "model_name", "technical": "technical", "function": "function",
    "serviceContent": "service_content", "requirement": "user_notice", "street": "street", "contact": "contact",
    "phone": "tel", "email": "email", "address": "mail_address", "postalcode": "postcode",
}  # fmt: skip


def _same(fields: Fields, names: dict[str, str]) -> dict[str, Any]:
    return {element: fields.get(name) for element, name in names.items()}


def _carrier(record: Instrument, fields: Fields) -> dict[str, str]:
    """What it belongs to: the first of its platforms, else nothing."""
    first = next(iter(fields["platforms"] or []), None)
    platform = (
        Platform.objects.select_related("platform_type").filter(pk=first["key"]).first() if first else None
    )
    if platform is None:
        return dict.fromkeys(("instrBelongsType", "instrBelongsName", "resourceName"), NONE)
    kind = platform.platform_type.code if platform.platform_type else ""
    return {
        "instrBelongsType": words.CARRIERS.get(kind, words.A_CENTRE),
        "instrBelongsName": platform.inner_number or platform.slug,
        "resourceName": platform.name,
    }


def _booking_page(record: Instrument, fields: Fields) -> str:
    """The unit's own, unless the national platform could not take it; then the instrument's page here."""
    own = fields["booking_url"]
    return own if own and len(own) <= LONGEST_URL else page("instrument", record.code)


def _hours(record: Instrument) -> dict[str, str]:
    """Of the last year that is written down."""
    last = AnnualOperation.objects.filter(instrument=record).order_by("-year").first()
    return {"runMachine": _number(last.run_hours), "serviceMachine": _number(last.ext_hours)} if last else {}


def customs(record: Instrument, ins_code: str) -> list[Message]:
    """One message for each declaration."""
    fields = published(record)["fields"]
    rows = fields["customs"] if fields["is_customs_supervised"] else []
    return [
        filled({
            "innerId": fields["inventory_number"], "insCode": ins_code, "declarationNumber": row.get("declaration"),
            "itemNumber": row.get("item"), "importDate": row.get("released_on"), "formname": row.get("name"),
            "codeCpd": row.get("exemption"),
        })
        for row in rows
    ]  # fmt: skip


def centre(record: Platform) -> Message:
    content = published(record)
    fields: Fields = content["fields"]
    figures = record.figures
    unit = Institution.objects.filter(unit=record.unit_id).first()
    return filled({
        "cname": fields["name"],
        "innerId": fields["inner_number"] or record.slug,
        "instruNum": figures["number"],
        "worth": _number(figures["value_wan"] or 0),
        "area": _number(fields["area"]),
        "establish": fields["approved_on"],
        "accept": YES if fields["is_accredited"] else NO,
        "subject": labels(fields["subjects"]),
        "serviceContent": fields.get("short_intro") or fields["intro"],
        "url": fields["website"] or page("platform", record.slug),
        **place(fields["division"]),
        "image": next(iter(files(content, "photos")), ""),
        "contact": fields["contact"], "phone": fields["tel"], "email": fields["email"],
        "location": fields["street"],
        "postalcode": unit.postcode if unit else "",
    })  # fmt: skip


def facility(record: Instrument) -> Message:
    content = published(record)
    fields: Fields = content["fields"]
    pictures = {element: next(iter(files(content, slot)), "") for element, slot in FACILITY_FILES.items()}
    results = zip(("One", "Two", "Three", "Four", "Five"), files(content, "facility_results"), strict=False)
    return filled({
        **_same(fields, FACILITY_TEXTS),
        "requirement": fields.get("facility_users_abroad") or NONE,
        "url": page("instrument", record.code),
        "worth": _number(fields["facility_cost_wan"]),
        "deviceCategory": words.CATEGORY.get(fields["facility_category"]),
        "construction": words.CONSTRUCTION.get(fields["facility_construction"]),
        **place(fields["division"]),
        "subject": labels(fields["subjects"]),
        "fillInsname": record.institution.name,
        **pictures,
        **{f"researchFile{name}": file for name, file in results},
    })  # fmt: skip


FACILITY_TEXTS = {
    "cname": "name", "ename": "name_en", "enameShort": "facility_short_name", "innerId": "inventory_number",
    "beginDate": "facility_accepted_on", "competentDep": "facility_competent_dept", "supInsname": "facility_host",
    "approvalDep": "facility_approver", "street": "street", "technical": "facility_center", "function": "function",
    "serviceContent": "facility_users_home",
    "achievement": "facility_achievements", "video": "facility_video", "contact": "contact", "phone": "tel",
    "email": "email", "fillPosition": "facility_contact_post", "sciContact": "facility_chief",
    "sciPosition": "facility_chief_post",
    "sciInsname": "facility_chief_unit", "sciPhone": "facility_chief_tel", "sciEmail": "facility_chief_email",
    "runContact": "facility_operator", "runPosition": "facility_operator_post",
    "runInsname": "facility_operator_unit", "runPhone": "facility_operator_tel",
    "runEmail": "facility_operator_email",
}  # fmt: skip
FACILITY_FILES = {
    "layoutImage": "facility_layout", "keyImage": "facility_parts", "experimentImage": "facility_operation",
    "organizationFile": "facility_management", "openFile": "facility_opening", "applyFile": "facility_application",
}  # fmt: skip


def service(record: ServiceRecord, ins_code: str) -> Message:
    quantity = {"serviceTime": record.hours} if record.hours is not None else {"serviceAmount": record.amount}
    return filled({
        "insCode": ins_code,
        "innerId": record.instrument.inventory_number,
        "recordInnerId": record.number,
        "amounts": _number(record.income_yuan),
        "startTime": _hour(record.started_at), "endTime": _hour(record.ended_at),
        **quantity,
        "serviceContent": record.content,
        "serviceWay": SEPARATOR.join(words.WAY[way] for way in record.ways),
        "serviceType": words.CLIENT.get(record.client),
        "serviceDirection": words.DIRECTION.get(record.direction),
        "subjectName": record.project_name,
        "subjectIncome": SEPARATOR.join(words.INCOME[fund] for fund in record.project_funds),
        "subjectArea": SEPARATOR.join(item.label for item in record.subjects.all()),
        "applicant": record.applicant, "applicantPhone": record.applicant_tel,
        "applicantEmail": record.applicant_email, "applicantUnit": record.applicant_unit,
        "comment": words.OPINION.get(record.satisfaction),
        "adressType": words.PLACE.get(record.place),
        "moveAddress": record.address, "serviceCode": record.customs_notice,
        "signAgreement": words.AGREED[record.has_agreement],
        "record": record.tax_note,
        "auditStatus": NOT_SUBMITTED,
    })  # fmt: skip


def _hour(moment: Any) -> str:
    """The interface's systems push the hour only."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H")


def effect(unit: OrgUnit, year: int, texts: dict[str, str], tokens: dict[str, str]) -> Message:
    """``tokens``: of the two tables that the national platform fetches, by element."""
    operations = AnnualOperation.objects.filter(institution=unit, year=year)
    sums = operations.aggregate(bills=Sum("invoices"), inside=Sum("income_in"), outside=Sum("income_ext"))
    inside, outside = sums["inside"] or Decimal(0), sums["outside"] or Decimal(0)
    large = Instrument.objects.filter(institution=unit, is_public=True, value_wan__gte=LARGE_WAN)
    figures = large.aggregate(number=Count("pk"), worth=Sum("value_wan"))
    information = Institution.objects.filter(unit=unit).first()
    return filled({
        "serviceUrl": (information.service_url if information else "") or page("unit", unit.uscc or ""),
        "serviceUrlyear": information.service_year if information else None,
        "billNum": sums["bills"] or 0,
        "billWorth": _wan(inside + outside), "billWorthInstr": _wan(outside),
        "instrNum": figures["number"], "instrWorth": _number(figures["worth"] or 0),
        **tokens, **texts,
    })  # fmt: skip


def _wan(yuan: Decimal) -> str:
    return format((yuan / 10_000).quantize(Decimal("0.01")), "f")
