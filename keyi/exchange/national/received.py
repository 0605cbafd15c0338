"""Messages of the national interface as data for our forms. Values that our forms have no place for are left out."""

from collections.abc import Mapping
from typing import Any

from keyi.exchange.elements import NO, NONE, SEPARATOR, YES
from keyi.services.choices import UserType

from . import words
from .records import FACILITY_TEXTS, INSTRUMENT_TEXTS

Said = dict[str, Any]
Message = Mapping[str, Any]
NEGOTIABLE = "面议"
# (element, field, words): the label of the one is the code of the other
INSTRUMENT_WORDS = (
    ("instrSource", "source", words.SOURCE),
    ("type", "usage_type", words.USAGE),
    ("shareMode", "share_mode", words.SHARE),
    ("status", "run_status", words.STATE),
)
FACILITY_WORDS = (
    ("deviceCategory", "facility_category", words.CATEGORY),
    ("construction", "facility_construction", words.CONSTRUCTION),
)
SERVICE_WORDS = (
    ("serviceType", "client", words.CLIENT), ("serviceDirection", "direction", words.DIRECTION),
    ("comment", "satisfaction", words.OPINION), ("adressType", "place", words.PLACE),
)  # fmt: skip
SERVICE_TEXTS = {
    "innerId": "instrument", "recordInnerId": "number", "amounts": "income_yuan", "startTime": "started_at",
    "endTime": "ended_at", "serviceTime": "hours", "serviceAmount": "amount", "serviceContent": "content",
    "subjectName": "project_name", "applicant": "applicant", "applicantPhone": "applicant_tel",
    "applicantEmail": "applicant_email", "applicantUnit": "applicant_unit", "moveAddress": "address",
    "serviceCode": "customs_notice", "record": "tax_note",
}  # fmt: skip
CENTRE_TEXTS = {
    "cname": "name", "innerId": "inner_number", "area": "area", "establish": "approved_on",
    "serviceContent": "short_intro", "url": "website", "contact": "contact", "phone": "tel", "email": "email",
    "location": "street",
}  # fmt: skip
EFFECT_TEXTS = {
    "remark": "remark",
    "remarks": "remarks",
    "remarkOne": "remark_one",
    "remarkTwo": "remark_two",
}


def _texts(message: Message, names: Mapping[str, str]) -> Said:
    return {
        field: message[element] for element, field in names.items() if message.get(element) not in (None, "")
    }


def _coded(message: Message, rows: Any) -> Said:
    """A word that is none of theirs goes on as it is, for the form to refuse."""
    found = {}
    for element, field, known in rows:
        if text := str(message.get(element) or ""):
            found[field] = _code(known, text)
    return found


def _code(known: Mapping[str, str], text: str) -> str:
    return next((str(code) for code, word in known.items() if word == text), text)


def _listed(message: Message, element: str) -> list[str]:
    return [part.strip() for part in str(message.get(element) or "").split(SEPARATOR) if part.strip()]


def _yes(message: Message, element: str, field: str) -> Said:
    return {field: message[element] == YES} if message.get(element) in (YES, NO) else {}


def _place(message: Message) -> Said:
    county = "".join(str(message.get(part) or "") for part in ("province", "city", "county"))
    return {"division": county} if county else {}


def instrument(message: Message) -> Said:
    said = _texts(message, INSTRUMENT_TEXTS) | _coded(message, INSTRUMENT_WORDS) | _place(message)
    said |= _texts(message, {"worth": "value_wan", "insideDepart": "lab", "instrCategory": "category"})
    said |= _texts(
        message, {"nation": "country", "serviceUrl": "booking_url", "achievement": "typical_result"}
    )
    said |= _yes(message, "instrSupervise", "is_customs_supervised") | {"kind": "instrument"}
    if message.get("subject"):
        said["subjects"] = _listed(message, "subject")
    if message.get("funds"):
        said["funds"] = [{"source": _code(words.FUNDS, text)} for text in _listed(message, "funds")]
    if message.get("fee") == NEGOTIABLE:
        said["is_fee_negotiable"] = True
    if message.get("instrBelongsType") == NONE:
        said["has_no_platform"] = True
    if said.get("typical_result") == NONE:
        said["typical_result"] = ""
    return said


def facility(message: Message) -> Said:
    said = _texts(message, FACILITY_TEXTS) | _coded(message, FACILITY_WORDS) | _place(message)
    said |= _texts(message, {"worth": "facility_cost_wan", "requirement": "facility_users_abroad"})
    if message.get("subject"):
        said["subjects"] = _listed(message, "subject")
    return said | {"kind": "facility"}


def centre(message: Message) -> Said:
    said = _texts(message, CENTRE_TEXTS) | _yes(message, "accept", "is_accredited") | _place(message)
    if message.get("subject"):
        said["subjects"] = _listed(message, "subject")
    return said | {"kind": "platform"}


def customs_row(message: Message) -> Said:
    return _texts(message, {
        "declarationNumber": "declaration", "itemNumber": "item", "importDate": "released_on", "formname": "name",
        "codeCpd": "exemption",
    })  # fmt: skip


def service(message: Message) -> Said:
    said = _texts(message, SERVICE_TEXTS) | _coded(message, SERVICE_WORDS)
    said |= {"ways": [_code(words.WAY, text) for text in _listed(message, "serviceWay")]}
    said |= {"project_funds": [_code(words.INCOME, text) for text in _listed(message, "subjectIncome")]}
    said |= {"subjects": _listed(message, "subjectArea")}
    said["user_type"] = UserType.OTHER  # the interface does not ask what kind of user it was
    if message.get("signAgreement") in ("0", "1"):
        said["has_agreement"] = message["signAgreement"] == words.AGREED[True]
    return said


def effect(message: Message) -> Said:
    return _texts(message, EFFECT_TEXTS)
