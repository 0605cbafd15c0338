"""The national platform's interface, spoken by us: for units whose systems push to it already.

A unit's system needs only this address and the code (insCode) made under 接口令牌.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from keyi.accounts.address import client_address
from keyi.accounts.limits import MINUTE, allow
from keyi.accounts.roles import Capability
from keyi.api import tokens
from keyi.api.models import Token
from keyi.api.posted import read_json
from keyi.api.problems import Problem
from keyi.api.work import records, services
from keyi.records.kinds import KINDS
from keyi.records.models import Instrument, Platform
from keyi.review.workflow import available

from . import effects
from .elements import SUBMITTED
from .national import CENTRE, CUSTOMS, EFFECT, FACILITY, INSTRUMENT, SERVICE, received, soap

PER_MINUTE = 600
MOST_RECORDS = 500  # of one call
TAKEN, WRONG_DATA, WRONG_CODE, WRONG_KIND, WRONG_JSON, OTHER = "100", "101", "200", "201", "202", "203"
Message = Mapping[str, Any]


class Refused(Exception):
    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code, self.words = code, words


@csrf_exempt
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        context = {"address": f"{settings.SITE_URL}{reverse('national-service')}"}
        return render(request, "exchange/service.wsdl", context, content_type=soap.CONTENT_TYPE)
    if not allow("national", client_address(request), limit=PER_MINUTE, period=MINUTE):
        return HttpResponse(soap.fault("429"), status=429, content_type=soap.CONTENT_TYPE)
    try:
        call = soap.read_call(request.body)
    except (soap.Unreachable, RequestDataTooBig) as error:
        return HttpResponse(soap.fault(str(error)[:200]), status=400, content_type=soap.CONTENT_TYPE)
    answer = _answer(call, request)
    return HttpResponse(soap.response(call.namespace, answer), content_type=soap.CONTENT_TYPE)


def _answer(call: soap.Call, request: HttpRequest) -> str:
    """“100”, or a code and why."""
    try:
        token = tokens.find(call.ins_code.strip().lower(), is_code=True)
        if token is None:
            raise Refused(
                WRONG_CODE, _("There is no such code, or it has run out. Make one under “My account”.")
            )
        tokens.note_use(token, request)
        take = TAKERS.get(call.kind.strip())
        if take is None:
            raise Refused(WRONG_KIND, _("The kinds are 1, 2, 4, 5, 6 and 7."))
        with transaction.atomic():
            for message in _messages(call.records):
                take(token, message)
    except Refused as refused:
        return f"{refused.code}:{refused.words}"
    except Problem as problem:
        return f"{WRONG_DATA}:{_told(problem)}"
    return TAKEN


def _messages(text: str) -> list[Message]:
    try:
        found = read_json(text)
    except Problem as problem:
        raise Refused(WRONG_JSON, problem.detail) from problem
    messages = found if isinstance(found, list) else [found]
    if not messages or len(messages) > MOST_RECORDS or not all(isinstance(one, dict) for one in messages):
        raise Refused(WRONG_JSON, _("Send one record or a list of up to %(most)d.") % {"most": MOST_RECORDS})
    for message in messages:
        if any(isinstance(value, dict | list) for value in message.values()):
            raise Refused(WRONG_JSON, _("Every element is a text or a number."))
    return messages


def _told(problem: Problem) -> str:
    return (
        "；".join(f"{error['field']} {error['message']}".strip() for error in problem.errors)
        or problem.detail
    )


def _number(message: Message) -> str:
    number = str(message.get("innerId") or "").strip()
    if not number:
        raise Refused(WRONG_DATA, _("innerId is missing."))
    return number


def _instrument(token: Token, message: Message) -> Instrument | None:
    number = _number(message)
    mine = Instrument.objects.for_user(token.person, Capability.EDIT)
    return mine.filter(inventory_number=number).first() if number.isprintable() else None


def _save(token: Token, slug: str, found: Any, said: dict[str, Any], message: Message) -> None:
    """Write a draft, and submit it where the message says so. One in review is left alone until it is decided.

    Systems push everything every night: what changes nothing leaves a record in the state it is in.
    """
    kind, person = KINDS[slug], token.person
    if found is not None and not found.is_editable:
        if not records.checked(kind, records.visible(kind, person, found.pk), person, said).changed_data:
            return
        if "revise" in _steps(found, person):
            records.step_of(kind, person, found.pk, "revise")
    record = records.locked(kind, person, found.pk) if found is not None else records.begun(kind, token)
    saved = records.saved(kind, record, person, said)
    if str(message.get("auditStatus", "")) == SUBMITTED:
        records.step_of(kind, person, saved["id"], "submit")


def _steps(found: Any, person: Any) -> list[str]:
    return [step.name for step in available(found, person)]


def _take_instrument(token: Token, message: Message) -> None:
    _save(token, "instruments", _instrument(token, message), received.instrument(message), message)


def _take_facility(token: Token, message: Message) -> None:
    _save(token, "instruments", _instrument(token, message), received.facility(message), message)


def _take_centre(token: Token, message: Message) -> None:
    number = _number(message)
    mine = Platform.objects.for_user(token.person, Capability.EDIT)
    found = mine.filter(inner_number=number).first() if number.isprintable() else None
    _save(token, "platforms", found, received.centre(message), message)


def _take_customs(token: Token, message: Message) -> None:
    """The instrument comes first. A declaration that is there already is replaced."""
    found = _instrument(token, message)
    if found is None:
        raise Refused(WRONG_DATA, _("There is no instrument of this number. Send it first."))
    row = received.customs_row(message)
    same = (row.get("declaration"), row.get("item"))
    others = [one for one in found.customs if (one.get("declaration"), one.get("item")) != same]
    _save(token, "instruments", found, {"is_customs_supervised": True, "customs": [*others, row]}, message)


def _take_service(token: Token, message: Message) -> None:
    said = received.service(message)
    there = services.held(token.person, [said])
    if said.get("number") in there:
        del said["user_type"]  # somebody may have said it meanwhile
    services.save_one(token.person, there, said, "")


def _take_effect(token: Token, message: Message) -> None:
    effects.take(token.person, token.unit, received.effect(message))


TAKERS: Mapping[str, Callable[[Token, Message], None]] = {
    str(CENTRE): _take_centre,
    str(FACILITY): _take_facility,
    str(INSTRUMENT): _take_instrument,
    str(CUSTOMS): _take_customs,
    str(SERVICE): _take_service,
    str(EFFECT): _take_effect,
}
