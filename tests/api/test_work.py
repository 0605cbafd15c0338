"""Records, yearly records and services written by a unit's own system: the page's forms, their words, its rules."""

import json
import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keyi.api import tokens
from keyi.api.models import KeptAnswer
from keyi.api.repeated import KEPT, forget_old
from keyi.records.models import Institution, Instrument
from keyi.reporting.models import AnnualOperation, AnnualStaff, MaintenancePeriod
from keyi.services.models import ServiceRecord
from tests.api.bodies import INSTRUMENT, SERVICE
from tests.core.samples import as_bytes, scene
from tests.factories import make_institution, make_instrument, make_platform
from tests.reporting.rows import closed_year, make_operation, make_staff, open_year, put_down
from tests.services.rows import make_service

pytestmark = pytest.mark.django_db
WORK = "/api/v1/work"


class Caller:
    def __init__(self, client, person, unit):
        self.client = client
        _token, secret = tokens.make(person, unit, name="设备系统", may_write=True, days=30)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def send(self, method, address, body=None, **headers):
        text = body if isinstance(body, bytes) else json.dumps(body or {})
        return self.client.generic(
            method, f"{WORK}{address}", text, content_type="application/json",
            headers=self.headers | {name.replace("_", "-"): value for name, value in headers.items()},
        )  # fmt: skip

    def get(self, address, **query):
        return self.client.get(f"{WORK}{address}", query, headers=self.headers)


@pytest.fixture
def unit(client, world):
    make_institution(world)
    return Caller(client, world.unit_admin, world.university)


@pytest.fixture
def lab(client, world):
    return Caller(client, world.lab_manager, world.department)


def problems(response, status=422):
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json().get("errors", [])}


def photo():
    return SimpleUploadedFile("正面.jpg", as_bytes(scene()), "image/jpeg")


def confirmed(person):
    person.email_verified_at = timezone.now()
    person.save()


def test_a_draft_is_made_changed_and_submitted(unit, world):
    confirmed(world.unit_admin)
    made = unit.send("POST", "/instruments", INSTRUMENT)
    assert made.status_code == 201, made.content.decode()
    body = made.json()
    assert (body["status"], body["edits"], body["unit"]) == ("draft", 1, "分析测试中心 / 无机元素分析室")
    record = Instrument.objects.get(pk=body["id"])
    assert (record.value_wan, record.category, record.unit) == (Decimal("88.60"), world.category, world.lab)
    assert record.funds == [{"source": "own", "amount_wan": "88.6"}]
    address = f"/instruments/{record.pk}"
    assert set(problems(unit.send("POST", f"{address}/steps/submit"))) == {"photos"}
    attached = unit.client.post(f"{WORK}{address}/files/photos", {"file": photo()}, headers=unit.headers)
    assert (attached.status_code, attached.json()["slot"]) == (201, "photos")
    changed = unit.send("PATCH", address, {"name": "等离子体发射光谱仪", "edits": 1})
    assert (changed.status_code, changed.json()["edits"]) == (200, 2)
    assert changed.json()["fields"] == body["fields"] | {"name": "等离子体发射光谱仪"}
    assert unit.get(f"{address}/missing").json() == {"errors": []}
    submitted = unit.send("POST", f"{address}/steps/submit")
    assert (submitted.status_code, submitted.json()["status"]) == (200, "endorsed")
    assert problems(unit.send("PATCH", address, {"name": "x"}), 409) == {}
    assert unit.send("POST", f"{address}/steps/recall").json()["status"] == "draft"


def test_what_is_read_can_be_sent_back_unchanged(unit, world):
    record = make_instrument(world)
    read = unit.get(f"/instruments/{record.pk}").json()
    again = unit.send("PATCH", f"/instruments/{record.pk}", read["fields"])
    assert (again.status_code, again.json()) == (200, read)


@pytest.mark.parametrize("kind", ["platforms", "units"])
def test_the_other_kinds_go_back_unchanged_too(unit, world, kind):
    record = make_platform(world) if kind == "platforms" else make_institution_of(world)
    unit.send("POST", f"/{kind}/{record.pk}/steps/revise")
    read = unit.get(f"/{kind}/{record.pk}").json()
    again = unit.send("PATCH", f"/{kind}/{record.pk}", read["fields"])
    assert (again.status_code, again.json()) == (200, read)


def make_institution_of(world):
    return Institution.objects.get(unit=world.university)


def test_a_platform_is_made_by_the_unit_and_not_by_a_laboratory(unit, lab, world):
    made = unit.send("POST", "/platforms", {"kind": "platform", "name": "新平台"})
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    problems(lab.send("POST", "/platforms", {"kind": "platform", "name": "新平台"}), 403)
    problems(unit.send("POST", "/units", {"name": "麓山大学"}), 409)


@pytest.mark.parametrize(
    ("said", "field", "message"),
    [
        ({"nonsense": 1}, "nonsense", "没有这个字段"),
        ({"photos": "x"}, "photos", "没有这个字段"),
        ({"fees": "100"}, "fees", "列表"),
        ({"fees": [{"price": 1}]}, "fees.0.price", "没有这个字段"),
        ({"fees": [1]}, "fees.0", "JSON 对象"),
        ({"fees": [{"item": {}}]}, "fees.0", "文字或数字"),
        ({"name": {"a": 1}}, "name", "文字或数字"),
        ({"name": True}, "name", "文字或数字"),
        ({"has_no_platform": "yes"}, "has_no_platform", "true 或 false"),
        ({"subjects": ["150"] * 300}, "subjects", "200"),
        ({"name": "x" * 10_000}, "name", "100"),
        ({"value_wan": "1" * 5_000}, "value_wan", "。"),
        ({"value_wan": float("inf")}, "value_wan", "。"),
        ({"booked_on": "2999-01-01"}, "booked_on", "日期晚于今天"),
        ({"category": "999999"}, "category", "。"),
        ({"lab": "别人的实验室"}, "lab", "别人的实验室"),
        ({"inventory_number": "TAKEN"}, "inventory_number", "已"),
    ],
)
def test_it_is_refused_in_the_words_of_the_form(unit, world, said, field, message):
    make_instrument(world, inventory_number="TAKEN")
    found = problems(unit.send("POST", "/instruments", {"name": "光谱仪"} | said))
    assert list(found) == [field]
    assert message in found[field]
    assert Instrument.objects.count() == 1


def test_a_strange_laboratory_is_none(lab, world):
    for pk in (world.other_department.pk, world.strange_lab.pk):
        assert list(problems(lab.send("POST", "/instruments", {"name": "光谱仪", "lab": pk}))) == ["lab"]


DEEP = b'{"fees":' + b"[" * 10_000 + b"]" * 10_000 + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"nonsense", 400), (b"\xff\xfe{}", 400), (DEEP, 400), (b'"\\ud800"', 400), (b"[]", 422),
        (b"{}", 422), (b'{"name": "\\u0000"}', 422), (b'{"name": "' + b"x" * 50_000_000 + b'"}', 413),
        (b'{"value_wan": ' + b"9" * 200_000 + b"}", 422), (b'{"value_wan": 1e999999999}', 422),
    ],
    ids=["empty", "no json", "utf-16", "deep", "half a pair", "list", "nothing", "nul", "50 MB", "long", "huge"],
)  # fmt: skip
def test_hostile_bodies_are_refused(unit, body, status):
    problems(unit.send("POST", "/instruments", body), status)
    assert not Instrument.objects.exists()


def test_files_are_checked_by_their_content(unit, world):
    record = make_instrument(world)
    address = f"{WORK}/instruments/{record.pk}/files"
    fake = SimpleUploadedFile("正面.jpg", b"MZ" + b"\0" * 500, "image/jpeg")
    assert list(problems(unit.client.post(f"{address}/photos", {"file": fake}, headers=unit.headers))) == [
        "photos"
    ]
    problems(unit.client.post(f"{address}/nothing", {"file": photo()}, headers=unit.headers), 404)
    problems(unit.client.post(f"{address}/photos", {"other": photo()}, headers=unit.headers))
    assert not record.files.exists()
    token = unit.client.post(f"{address}/photos", {"file": photo()}, headers=unit.headers).json()["token"]
    assert unit.client.delete(f"{address}/photos/{token}", headers=unit.headers).status_code == 204
    problems(unit.client.delete(f"{address}/photos/{token}", headers=unit.headers), 404)


def test_somebody_elses_change_is_not_overwritten(unit, world):
    record = make_instrument(world)
    assert unit.send("PATCH", f"/instruments/{record.pk}", {"name": "甲", "edits": 0}).status_code == 200
    problems(unit.send("PATCH", f"/instruments/{record.pk}", {"name": "乙", "edits": 0}), 409)
    record.refresh_from_db()
    assert record.name == "甲"


def test_a_request_with_a_key_is_done_once(unit):
    first = unit.send("POST", "/instruments", {"name": "光谱仪"}, Idempotency_Key="a-1")
    again = unit.send("POST", "/instruments", {"name": "光谱仪"}, Idempotency_Key="a-1")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Instrument.objects.count() == 1
    problems(unit.send("POST", "/instruments", {"name": "质谱仪"}, Idempotency_Key="a-1"))
    problems(unit.send("POST", "/instruments", {"name": "质谱仪"}, Idempotency_Key="x" * 101))
    assert unit.send("POST", "/instruments", {"name": "质谱仪"}, Idempotency_Key="a-2").status_code == 201


def test_what_was_refused_may_be_sent_again_under_the_same_key(unit):
    problems(unit.send("POST", "/instruments", {"nonsense": 1}, Idempotency_Key="b"))
    assert not KeptAnswer.objects.exists()
    assert unit.send("POST", "/instruments", {"name": "光谱仪"}, Idempotency_Key="b").status_code == 201


def test_the_year_of_an_instrument(unit, lab, world):
    open_year()
    make_instrument(world, status="published", inventory_number="S1", value_wan=Decimal("20"), funds=[])
    figures = {
        "run_hours": 1200, "teach_hours": 100, "research_hours": 900, "social_hours": 200, "service_hours": 900,
        "ext_hours": 200, "users_in": 30, "users_ext": 5, "income_in": 0, "income_ext": "12000",
        "hour_source": "paper", "year_end_status": "normal",
    }  # fmt: skip
    year = open_number()
    found = problems(lab.send("PUT", f"/years/{year}/operations/S1", figures | {"ext_hours": 1000}))
    assert set(found) == {"ext_hours"}
    saved = lab.send("PUT", f"/years/{year}/operations/S1", figures)
    assert saved.status_code == 200, saved.content.decode()
    assert saved.json()["fields"]["run_hours"] == "1200.0"
    record = AnnualOperation.objects.get()
    assert (record.run_hours, record.year, record.updated_by) == (Decimal(1200), year, world.lab_manager)
    partly = lab.send("PUT", f"/years/{year}/operations/S1", {"users_in": 31, "edits": saved.json()["edits"]})
    assert (partly.status_code, partly.json()["fields"]["users_in"]) == (200, 31)
    problems(lab.send("PUT", f"/years/{year}/operations/S1", {"users_in": 32, "edits": 1}), 409)
    assert [row["instrument"] for row in unit.get(f"/years/{year}/operations").json()["items"]] == ["S1"]
    problems(lab.send("PUT", f"/years/{year}/operations/S2", figures), 404)
    problems(lab.send("PUT", "/years/2019/operations/S1", figures), 404)


def open_number():
    return MaintenancePeriod.objects.latest("year").year


def test_the_people_of_a_year(lab, world):
    open_year()
    make_instrument(world, status="published", inventory_number="S1")
    year = open_number()
    person = {
        "name": "李四",
        "title": "工程师",
        "tel": "0731-12345678",
        "kinds": ["operator"],
        "employ": "full",
    }
    assert "title" in problems(lab.send("POST", f"/years/{year}/staff/S1", person | {"title": ""}))
    added = lab.send("POST", f"/years/{year}/staff/S1", person)
    assert (added.status_code, added.json()) == (201, {"added": 1})
    assert lab.send("POST", f"/years/{year}/staff/S1", person).json() == {"added": 0}
    row = lab.get(f"/years/{year}/staff").json()["items"][0]
    assert (row["name"], row["instrument"], row["kind"]) == ("李四", "S1", "operator")
    assert lab.send("DELETE", f"/years/{year}/staff/S1/{row['id']}").status_code == 204
    assert not AnnualStaff.objects.exists()


def test_a_closed_year_takes_nothing(lab, world):
    closed_year()
    make_instrument(world, status="published", inventory_number="S1")
    problems(lab.send("PUT", f"/years/{open_number()}/operations/S1", {"run_hours": 1}), 409)


def test_services_come_in_batches_all_or_none(lab, world):
    make_instrument(world, status="published", inventory_number="S1")
    problems(lab.send("POST", "/services", {"items": [SERVICE]}))  # without a key
    bad = lab.send("POST", "/services", {"items": [SERVICE, SERVICE | {"hours": 7}]}, Idempotency_Key="1")
    assert list(problems(bad)) == ["items.1.hours"]
    assert not ServiceRecord.objects.exists()
    batch = {"items": [SERVICE | {"number": f"LS-{n}"} for n in range(3)]}
    saved = lab.send("POST", "/services", batch, Idempotency_Key="1")
    assert saved.status_code == 200, saved.content.decode()
    assert [(one["number"], one["state"]) for one in saved.json()["items"]] == [
        (f"LS-{n}", "new") for n in range(3)
    ]
    assert lab.send("POST", "/services", batch, Idempotency_Key="1").json() == saved.json()
    batch["items"][1]["hours"] = "5.5"
    states = lab.send("POST", "/services", batch, Idempotency_Key="2").json()["items"]
    assert [one["state"] for one in states] == ["unchanged", "changed", "unchanged"]
    assert sorted(ServiceRecord.objects.values_list("hours", flat=True)) == [
        Decimal("5.5"),
        Decimal(6),
        Decimal(6),
    ]
    assert set(ServiceRecord.objects.values_list("origin", flat=True)) == {"api"}
    assert len(lab.get("/services", year=2026).json()["items"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [1]},
        {"items": {}, "more": 1},
        {"items": [{}] * 501},
        {"items": [{"number": "a"}] * 2},
    ],
)
def test_a_batch_that_is_none_is_refused(lab, body):
    problems(lab.send("POST", "/services", body, Idempotency_Key="1"))


def test_a_foreign_number_is_taken_and_a_foreign_instrument_unknown(lab, world, client):
    make_instrument(world, status="published", inventory_number="S1")
    other = make_instrument(world, status="published", inventory_number="S2", unit=world.other_department)
    found = problems(
        lab.send("POST", "/services", {"items": [SERVICE | {"instrument": "S2"}]}, Idempotency_Key="1")
    )
    assert list(found) == ["items.0.instrument"]
    Caller(client, world.unit_admin, world.university).send(
        "POST",
        "/services",
        {"items": [SERVICE | {"instrument": other.inventory_number, "number": "N1"}]},
        Idempotency_Key="1",
    )
    found = problems(
        lab.send("POST", "/services", {"items": [SERVICE | {"number": "N1"}]}, Idempotency_Key="2")
    )
    assert list(found) == ["items.0.number"]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_with_one_key_are_one(world, client):
    caller = Caller(client, world.lab_manager, world.department)
    together, answers = threading.Barrier(2), []

    def send():
        other = Caller.__new__(Caller)
        other.client, other.headers = Client(), caller.headers
        together.wait()
        answers.append(other.send("POST", "/instruments", {"name": "光谱仪"}, Idempotency_Key="k").json())
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1]
    assert Instrument.objects.count() == KeptAnswer.objects.count() == 1


def test_old_answers_are_forgotten(unit):
    unit.send("POST", "/instruments", {"name": "光谱仪"}, Idempotency_Key="k")
    assert forget_old() == 0
    KeptAnswer.objects.update(at=timezone.now() - KEPT)
    assert forget_old() == 1


def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(lab, world):
    def counted() -> list[int]:
        found = []
        for address in ("/instruments", "/services", "/years/2025/operations", "/years/2025/staff"):
            lab.get(address)
            with CaptureQueriesContext(connection) as caught:
                assert lab.get(address).status_code == 200
            found.append(len(caught))
        return found

    grow(world, range(1))
    few = counted()
    grow(world, range(1, 6))
    assert counted() == few


def grow(world, numbers):
    for number in numbers:
        instrument = make_instrument(world, status="published", inventory_number=f"S{number}")
        make_service(world, instrument, number=f"A-{number}")
        make_operation(world, instrument)
        put_down(instrument, make_staff(world, name=f"李{number}"))
