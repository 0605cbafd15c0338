"""Our receiving end: the national interface spoken by a unit's system, taken by the same forms as everything else."""

import json
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from keyi.api import tokens
from keyi.exchange.models import UnitEffect
from keyi.exchange.national import records, soap
from keyi.records.models import Instrument, Platform
from keyi.services.models import ServiceRecord
from tests.factories import add_photo, make_institution, make_instrument
from tests.reporting.rows import make_operation, open_year
from tests.services.rows import make_service

pytestmark = pytest.mark.django_db
SERVICE = "/national/service/"


@pytest.fixture
def push(client, world):
    make_institution(world)
    _token, code = tokens.make(
        world.unit_admin, world.university, name="设备系统", may_write=True, days=30, is_code=True
    )
    return lambda kind, record, ins_code=code: send(client, ins_code, kind, record)


def send(client, ins_code, kind, record) -> str:
    text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
    body = soap.envelope(
        "instruInfo", "http://x/", {"insCode": ins_code, "instruType": str(kind), "instruList": text}
    )
    response = client.post(SERVICE, body, content_type="text/xml")
    assert response.status_code == 200, response.content
    return soap.answer_of(response.content)


def message(world, **changes) -> dict[str, str]:
    """What our own adapter says of an instrument, so that both ends speak alike."""
    one = make_instrument(world, status="published", inventory_number="VORLAGE")
    add_photo(world, one)
    make_operation(world, one)
    return records.instrument(one, "") | {"innerId": "LIMS-1"} | changes


def test_an_instrument_becomes_a_draft_and_is_changed_by_the_next_push(world, push):
    said = message(world, fee="面议")
    assert push(4, said) == "100"
    draft = Instrument.objects.get(inventory_number="LIMS-1")
    assert (draft.status, draft.unit, draft.value_wan, draft.category) == (
        "draft", world.lab, Decimal("88.60"), world.category,
    )  # fmt: skip
    assert (draft.source, draft.usage_type, draft.is_fee_negotiable, draft.country) == (
        "bought", "general", True, world.usa,
    )  # fmt: skip
    assert (draft.division, list(draft.subjects.all())) == (world.yuelu, [world.chemistry])
    assert push(4, [said | {"cname": "新名称"}]) == "100"
    draft.refresh_from_db()
    assert draft.name == "新名称"
    assert Instrument.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cname": "长" * 101}, "name"), ({"worth": "很贵"}, "value_wan"), ({"instrSource": "借的"}, "source"),
        ({"instrCategory": "999999"}, "category"), ({"insideDepart": "没有的室"}, "lab"), ({"innerId": ""}, "innerId"),
        ({"beginDate": "2999-01-01"}, "booked_on"),
    ],
)  # fmt: skip
def test_what_the_form_refuses_is_told_and_nothing_saved(world, push, changes, words):
    answer = push(4, [message(world), message_of(world, changes)])
    assert answer.startswith("101:")
    assert words in answer
    assert not Instrument.objects.filter(inventory_number__startswith="LIMS").exists()


def message_of(world, changes):
    one = Instrument.objects.get(inventory_number="VORLAGE")
    return records.instrument(one, "") | {"innerId": "LIMS-2"} | changes


def test_customs_come_after_their_instrument(world, push):
    row = {"innerId": "LIMS-1", "declarationNumber": "123456789012345678", "itemNumber": "01", "importDate": "2025-01-01", "formname": "光谱仪"}  # fmt: skip  # noqa: E501
    assert push(5, row).startswith("101:")
    push(4, message(world))
    assert (push(5, row), push(5, row), push(5, row | {"itemNumber": "02"})) == ("100", "100", "100")
    draft = Instrument.objects.get(inventory_number="LIMS-1")
    assert draft.is_customs_supervised
    assert [one["item"] for one in draft.customs] == ["01", "02"]


def test_services(world, push):
    make_instrument(world, status="published", inventory_number="S1")
    other = make_service(world, Instrument.objects.get(), number="N-1")
    said = records.service(other, "") | {"recordInnerId": "N-2", "amounts": "80.00", "serviceTime": "4"}
    assert push(6, [said, said | {"recordInnerId": "N-3", "serviceTime": "3"}]) == "100"
    made = ServiceRecord.objects.get(number="N-2")
    assert (made.income_yuan, made.hours, made.ways, made.origin) == (
        Decimal("80.00"), Decimal(4), ["commissioned"], "api",
    )  # fmt: skip
    assert push(6, said | {"serviceTime": "2"}) == "100"
    made.refresh_from_db()
    assert (made.hours, ServiceRecord.objects.count()) == (Decimal(2), 3)
    assert push(6, said | {"innerId": "fremd"}).startswith("101:instrument")


def test_a_centre_a_facility_and_the_effects_of_the_open_year(world, push):
    open_year()
    centre = {"cname": "分析中心", "innerId": "P-1", "accept": "否", "area": "120", "subject": "化学"}
    assert push(1, centre) == "100"
    assert Platform.objects.get().inner_number == "P-1"
    facility = {
        "cname": "装置",
        "innerId": "F-1",
        "construction": "建成",
        "worth": "12000",
        "sciContact": "张远山",
    }
    assert push(2, facility) == "100"
    assert Instrument.objects.get().facility_cost_wan == Decimal("12000.00")
    texts = {"remark": "甲", "remarks": "乙", "remarkOne": "无", "remarkTwo": "丙", "billNum": "3"}
    assert push(7, texts) == "100"
    effect = UnitEffect.objects.get()
    assert (effect.year, effect.remark_two) == (2025, "丙")
    assert push(7, {"remark": "甲"}).startswith("101:")


def test_a_published_one_is_revised_and_one_in_review_left_alone(world, push):
    one = make_instrument(world, status="published", inventory_number="S1")
    assert push(4, {"innerId": "S1", "cname": "改名"}) == "100"
    one.refresh_from_db()
    assert (one.status, one.name, one.is_public) == ("draft", "改名", True)
    same = make_instrument(world, status="published", inventory_number="S3")
    assert push(4, {"innerId": "S3", "cname": same.name, "nation": "美国", "auditStatus": "0"}) == "100"
    same.refresh_from_db()
    assert (same.status, same.edits) == (
        "published",
        0,
    )  # nothing changed, so nothing has to be reviewed again
    waiting = make_instrument(world, status="endorsed", inventory_number="S2")
    assert push(4, {"innerId": "S2", "cname": waiting.name}) == "100"
    assert push(4, {"innerId": "S2", "cname": "改名"}).startswith("101:")
    waiting.refresh_from_db()
    assert waiting.name == "电感耦合等离子体发射光谱仪"


def test_it_submits_where_the_message_says_so(world, push):
    assert push(4, {"innerId": "X", "cname": "光谱仪", "auditStatus": "0"}).startswith("101:")
    assert not Instrument.objects.exists()  # all or nothing


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [(3, "{}", "201"), ("x", "{}", "201"), (4, "nonsense", "202"), (4, "[]", "202"), (4, "[1]", "202"),
     (4, '{"cname": {}}', "202"), (4, "[" * 10_000, "202"), (4, json.dumps([{}] * 501), "202")],
)  # fmt: skip
def test_calls_that_are_none(push, kind, text, code):
    assert push(kind, text).partition(":")[0] == code


def test_whose_code_it_is(world, push, client):
    strange, code = tokens.make(
        world.stranger, world.institute, name="x", may_write=True, days=1, is_code=True
    )
    _token, bearer = tokens.make(world.unit_admin, world.university, name="y", may_write=True, days=1)
    for wrong in ("", "0" * 32, bearer):
        assert push(4, {"innerId": "1"}, wrong).startswith("200:")
    one = make_instrument(world, inventory_number="S1")
    push(4, {"innerId": "S1", "cname": "fremd"}, code)
    one.refresh_from_db()
    assert one.name == "电感耦合等离子体发射光谱仪"
    tokens.revoke(strange, world.stranger)
    assert push(4, {"innerId": "S1"}, code).startswith("200:")
    assert client.get("/api/v1/work/me", headers={"Authorization": f"Bearer {code}"}).status_code == 401


BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"<a/>",
        b"<a>" * 100_000,
        BOMB + b"<x>&b;</x>",
        OUTSIDE + b"<x>&a;</x>",
        b"\xff\xfe\x00",
    ],
    ids=["empty", "no xml", "no envelope", "deep", "bomb", "outside", "bytes"],
)
def test_what_is_no_soap_is_a_fault(client, body, db):
    response = client.post(SERVICE, body, content_type="text/xml")
    assert response.status_code == 400
    assert ElementTree.fromstring(response.content).find(".//faultcode").text == "soap:Client"


def test_an_entity_inside_an_envelope_is_refused(client, db):
    body = soap.envelope("instruInfo", "", {"insCode": "&b;", "instruType": "4", "instruList": "{}"})
    hostile = body.replace(b"?>", b"?>" + BOMB, 1).replace(b"&amp;b;", b"&b;")
    assert client.post(SERVICE, hostile, content_type="text/xml").status_code == 400


def test_the_service_describes_itself(client, db):
    page = client.get(SERVICE)
    root = ElementTree.fromstring(page.content)
    assert root.tag == "{http://schemas.xmlsoap.org/wsdl/}definitions"
    assert client.put(SERVICE).status_code == 405
