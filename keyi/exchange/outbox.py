"""The outbox: what was published becomes messages, and each is sent until the national platform has taken it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keyi.accounts.limits import one_at_a_time
from keyi.accounts.models import OrgUnit
from keyi.api.changes import settled_revision
from keyi.api.problems import Problem
from keyi.records.choices import InstrumentKind
from keyi.records.models import Instrument, Platform
from keyi.search.models import Document
from keyi.services.models import ServiceRecord

from .elements import check
from .models import Attempt, MessageKind, NationalCode, Outgoing, Position, State, UnitEffect
from .national import records, soap
from .national.layouts import LAYOUTS

TAKEN = "100"
AGAIN = frozenset({"204", "301"})  # their own troubles; any other code speaks of what was sent
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
BATCH = 200
LOOK_BACK = timedelta(minutes=10)  # for what was being written when the last look was taken
ORDER: dict[int, int] = {
    MessageKind.CENTRE: 0,
    MessageKind.FACILITY: 1,
    MessageKind.INSTRUMENT: 1,
}  # the rest later
MICROSECONDS = 1_000_000


def is_configured() -> bool:
    return bool(settings.NATIONAL_URL)


# -- filling


def collect() -> int:
    """Look through what was published or changed since the last time; the number of messages that are new."""
    with one_at_a_time("national-collect"):
        codes = {row.unit_id: row for row in NationalCode.objects.filter(is_on=True).select_related("unit")}
        return _collect_documents(codes) + _collect_services(codes)


def collect_unit(row: NationalCode) -> int:
    """Everything of one unit: when its sending is switched on."""
    with one_at_a_time("national-collect"):
        found = Document.objects.filter(unit_path__startswith=row.unit.path).order_by("pk")
        added = sum(_put_document(row, document) for document in found.iterator(BATCH))
        services = ServiceRecord.objects.filter(institution=row.unit_id).order_by("pk")
        return added + sum(_put_service(row, one) for one in _joined(services).iterator(BATCH))


def _collect_documents(codes: dict[int, NationalCode]) -> int:
    position, _made = Position.objects.get_or_create(name="documents")
    try:
        settled = settled_revision()  # what an open transaction could still undercut waits for the next time
    except Problem:
        return 0
    found = Document.objects.filter(revision__gt=position.value, revision__lte=settled).order_by("revision")
    units = {row.unit.path: row for row in codes.values()}
    added = 0
    for document in found.iterator(BATCH):
        row = units.get(OrgUnit(path=document.unit_path).institution_path)
        added += _put_document(row, document) if row else 0
        position.value = document.revision
    position.save()
    return added


def _put_document(row: NationalCode, document: Document) -> int:
    if document.kind == Instrument.record_kind:
        one = Instrument.objects.select_related("unit", "institution").filter(pk=document.object_id).first()
        return put_instrument(row, one) if one else 0
    if document.kind == Platform.record_kind:
        platform = Platform.objects.select_related("unit").filter(pk=document.object_id).first()
        return put_centre(row, platform) if platform else 0
    return 0


def put_centre(row: NationalCode, platform: Platform) -> int:
    return _put(row, MessageKind.CENTRE, f"platforms:{platform.pk}", platform.name, records.centre(platform))


def put_instrument(row: NationalCode, one: Instrument) -> int:
    """The instrument, or the facility; and its customs declarations, which need it to be there."""
    what = f"{Instrument.record_kind}:{one.pk}"
    if one.kind == InstrumentKind.FACILITY:
        return _put(row, MessageKind.FACILITY, what, str(one), records.facility(one))
    added = _put(row, MessageKind.INSTRUMENT, what, str(one), records.instrument(one, row.code))
    for message in records.customs(one, row.code):
        number = f"{message.get('declarationNumber', '')}-{message.get('itemNumber', '')}"
        added += _put(row, MessageKind.CUSTOMS, f"{what}:{number}", str(one), message, needs=what)
    return added


def _joined(services: Any) -> Any:
    return services.select_related("instrument").prefetch_related("subjects")


def _collect_services(codes: dict[int, NationalCode]) -> int:
    position, _made = Position.objects.get_or_create(name="services")
    since = (
        datetime.fromtimestamp(position.value / MICROSECONDS, tz=UTC) - LOOK_BACK if position.value else None
    )
    found = ServiceRecord.objects.filter(institution__in=codes).order_by("updated_at", "pk")
    added = 0
    for one in _joined(found.filter(updated_at__gt=since) if since else found).iterator(BATCH):
        added += _put_service(codes[one.institution_id], one)
        position.value = int(one.updated_at.timestamp() * MICROSECONDS)
    position.save()
    return added


def _put_service(row: NationalCode, one: ServiceRecord) -> int:
    label = f"{one.number} {one.instrument.name}"
    needs = f"{Instrument.record_kind}:{one.instrument_id}"
    message = records.service(one, row.code)
    return _put(row, MessageKind.SERVICE, f"services:{one.pk}", label, message, needs=needs)


def put_effect(row: NationalCode, effect: UnitEffect, tables: dict[str, str]) -> int:
    message = records.effect(effect.unit, effect.year, effect.texts, tables)
    return _put(
        row, MessageKind.EFFECT, f"effect:{effect.year}", f"{effect.unit.name} {effect.year}", message
    )


def _put(
    row: NationalCode, kind: int, what: str, label: str, message: records.Message, *, needs: str = ""
) -> int:
    """1 when the message is new or another than before."""
    digest = hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()
    if Outgoing.objects.filter(unit=row.unit_id, kind=kind, what=what, digest=digest).exists():
        return 0
    problems = check(LAYOUTS[kind], message)
    values = {
        "needs": needs, "label": label[:200], "message": message, "digest": digest, "problems": problems,
        "state": State.INCOMPLETE if problems else State.WAITING, "code": "", "answer": "", "tries": 0,
        "next_at": None if problems else timezone.now(), "changed_at": timezone.now(),
    }  # fmt: skip
    Outgoing.objects.update_or_create(unit=row.unit, kind=kind, what=what, defaults=values)
    return 1


# -- sending


def send_due(most: int = BATCH) -> int:
    """Send what is due, one after the other; how many were tried. Stops when nobody answers."""
    tried = 0
    for pk in _due()[:most]:
        outcome = _send_one(pk)
        tried += outcome is not None
        if outcome == State.FAILED:
            break
    return tried


def _due() -> list[int]:
    before = Outgoing.objects.filter(unit=OuterRef("unit"), what=OuterRef("needs"), state=State.SENT)
    due = Outgoing.objects.filter(state__in=[State.WAITING, State.FAILED], next_at__lte=timezone.now())
    ready = due.filter(Q(needs="") | Exists(before)).order_by("kind", "pk").values_list("pk", "kind")
    return [pk for pk, kind in sorted(ready, key=lambda row: ORDER.get(row[1], 2))]


@transaction.atomic
def _send_one(pk: int) -> str | None:
    """The row is held while it is sent, so that two workers never send it at once. None: somebody else does."""
    row = (
        Outgoing.objects.select_for_update(skip_locked=True)
        .filter(pk=pk, next_at__lte=timezone.now())
        .first()
    )
    code = NationalCode.objects.filter(unit=row.unit_id, is_on=True).first() if row else None
    if row is None or code is None:
        return None
    if _is_gone(row):
        row.state, row.next_at, row.digest = State.INCOMPLETE, None, ""  # made anew should it come back
        row.problems = [[str(row.get_kind_display()), _("It is no longer published, so it is not sent.")]]
        row.save()
        return None
    row.tries += 1
    text = json.dumps(row.message, ensure_ascii=False)
    try:
        answer = soap.call(settings.NATIONAL_URL, settings.NATIONAL_NAMESPACE, code.code, row.kind, text)
    except soap.Unreachable as error:
        _write(row, State.FAILED, "", str(error))
    else:
        number, rest = _read_answer(answer)
        state = State.SENT if number == TAKEN else State.FAILED if number in AGAIN else State.REFUSED
        _write(row, state, number, rest)
    return row.state


def _is_gone(row: Outgoing) -> bool:
    """Whether what it speaks of was taken offline or deleted since."""
    kind, _colon, rest = row.what.partition(":")
    key = rest.partition(":")[0]
    if kind in (Instrument.record_kind, Platform.record_kind):
        return not Document.objects.filter(kind=kind, object_id=key).exists()
    return kind == "services" and not ServiceRecord.objects.filter(pk=key).exists()


def _read_answer(text: str) -> tuple[str, str]:
    """(code, words) of “100”, “101:原值为空”, or {"code": 101, "message": …}."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        code = str(found.get("code", found.get("returnCode", "")))
        return code[:10], text[:2000]
    return text[:3] if text[:3].isdigit() else "", text[:2000]


def _write(row: Outgoing, state: str, code: str, answer: str) -> None:
    now = timezone.now()
    wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 20), LONGEST_WAIT)
    row.state, row.code, row.answer = state, code, answer
    row.next_at = now + wait if state == State.FAILED else None
    row.sent_at = now if state == State.SENT else row.sent_at
    row.save()
    Attempt.objects.create(outgoing=row, code=code, answer=answer)


def again(row: Outgoing) -> None:
    """Try once more now, at a person's wish."""
    Outgoing.objects.filter(pk=row.pk).exclude(state=State.INCOMPLETE).update(
        state=State.WAITING, next_at=timezone.now(), tries=0
    )


def words_for(row: Outgoing) -> str:
    """What the last answer means, for people."""
    meanings = {
        "": _("The national platform did not answer. It is tried again by itself."),
        "100": _("The national platform has taken it."),
        "101": _("The national platform finds a mistake in the figures. Its answer says where."),
        "200": _("The national platform does not know the unit's code. Check it."),
        "201": _("The national platform could not read the message."),
        "202": _("The national platform found the message wrong."),
        "203": _("The national platform found the message wrong."),
        "204": _("The national platform has a trouble of its own. It is tried again by itself."),
        "301": _("The national platform has a trouble of its own. It is tried again by itself."),
    }
    return meanings.get(row.code, _("The national platform answered with a code that is not known here."))
