"""Numbers of persons: masked on every page, whole on click for who may see them, and each look is written down."""

import pytest

from keyi.accounts.models import Membership
from keyi.audit.models import Entry
from keyi.core import personal
from keyi.records.models import AdminChange
from keyi.review.models import ReviewEvent
from tests.factories import make_institution, make_instrument
from tests.services.rows import make_service

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
NUMBERS = {
    "admin_mobile": "13912345678", "admin_qq": "123456789", "admin_wechat": "zhouming", "admin_birth_month": "1985-03",
}  # fmt: skip


@pytest.fixture
def record(world):
    record = make_institution(world, status="endorsed", **NUMBERS)
    ReviewEvent.objects.create(
        kind="institutions", object_id=record.pk, transition="submit", from_status="draft", to_status="endorsed",
        version=1, actor=world.unit_admin, snapshot=record.snapshot(),
    )  # fmt: skip
    return record


def looks() -> list[tuple]:
    entries = Entry.objects.filter(action="personal.shown").order_by("pk")
    return [(entry.actor.username, entry.kind, entry.data) for entry in entries]


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("mobile", "13912345678", "139****5678"), ("admin_qq", "123456789", "12****"),
        ("admin_wechat", "zhou", "zh****"), ("birth_month", "1985-03", "1985-**"), ("applicant", "欧阳云", "欧阳*"),
        ("applicant_email", "li@example.org", "l***@example.org"), ("mobile", "", ""), ("name", "周明", "周明"),
    ],
)  # fmt: skip
def test_what_everybody_may_see_of_a_number(name, text, masked):
    assert personal.mask(name, text) == masked


def test_pages_show_them_masked_to_keeper_and_reviewer(as_, world, record):
    for person, address in (
        (world.unit_admin, f"/work/institutions/{record.pk}/"),
        (world.reviewer, f"/review/institutions/{record.pk}/"),
    ):
        page = as_(person).get(address).content.decode()
        assert [text for text in NUMBERS.values() if text in page] == []
        assert [text for text in ("139****5678", "12****", "zh****", "1985-**") if text not in page] == []
    assert looks() == []


@pytest.mark.parametrize("field", NUMBERS)
def test_on_click_the_whole_number_comes_and_the_look_is_written_down(as_, world, record, field):
    for person in (world.unit_admin, world.reviewer):
        response = as_(person).post(f"/review/institutions/{record.pk}/show/{field}/", **HTMX)
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert NUMBERS[field] in response.content.decode()
        assert "<html" not in response.content.decode()
    label = str(record._meta.get_field(field).verbose_name)
    assert looks() == [
        ("unit_admin", "records.institution", {"fields": [label]}),
        ("reviewer", "records.institution", {"fields": [label]}),
    ]


def test_without_script_a_page_of_its_own_leads_back(as_, world, record):
    address = f"/review/institutions/{record.pk}/show/admin_mobile/"
    page = as_(world.reviewer).post(
        address, HTTP_REFERER=f"http://testserver/review/institutions/{record.pk}/?a=1"
    )
    assert f'href="/review/institutions/{record.pk}/"' in page.content.decode()
    elsewhere = as_(world.reviewer).post(address, HTTP_REFERER="http://evil.example.org/x")
    assert "evil.example.org" not in elsewhere.content.decode()


def test_a_reviewer_sees_what_was_submitted_and_not_what_is_typed_now(as_, world, record):
    type(record).objects.filter(pk=record.pk).update(admin_mobile="13999999999", status="draft")
    address = f"/review/institutions/{record.pk}/show/admin_mobile/"
    assert "13912345678" in as_(world.reviewer).post(address, **HTMX).content.decode()
    assert "13999999999" in as_(world.unit_admin).post(address, **HTMX).content.decode()
    ReviewEvent.objects.all().delete()
    assert as_(world.reviewer).post(address, **HTMX).status_code == 404


def test_nobody_else_and_nothing_else_is_shown(as_, world, record):
    for person in (world.stranger, world.lab_manager, world.system_admin):
        assert as_(person).post(f"/review/institutions/{record.pk}/show/admin_mobile/").status_code == 404, (
            person
        )
    client = as_(world.unit_admin)
    for field in ("name", "applicant", "no_such"):
        assert client.post(f"/review/institutions/{record.pk}/show/{field}/").status_code == 404, field
    assert client.get(f"/review/institutions/{record.pk}/show/admin_mobile/").status_code == 405
    assert looks() == []


def test_changes_of_a_number_are_seen_but_not_read(as_, world, record):
    ReviewEvent.objects.update(transition="publish")
    record.admin_mobile = "13987654321"
    record.is_public = True
    record.save()
    ReviewEvent.objects.create(
        kind="institutions", object_id=record.pk, transition="submit", from_status="draft", to_status="endorsed",
        version=2, actor=world.unit_admin, snapshot=record.snapshot(),
    )  # fmt: skip
    response = as_(world.reviewer).get(f"/review/institutions/{record.pk}/")
    assert [change.name for change, _ in response.context["changes"]] == ["admin_mobile"]
    page = response.content.decode()
    assert ("13912345678" in page, "13987654321" in page) == (False, False)


def test_a_laboratorys_account_shows_its_number_to_the_unit_alone(as_, world):
    world.lab_manager.mobile = "13912345678"
    world.lab_manager.save()
    account = Membership.objects.get(user=world.lab_manager).pk
    client = as_(world.unit_admin)
    page = client.get("/work/accounts/").content.decode()
    assert ("13912345678" in page, "139****5678" in page) == (False, True)
    assert "13912345678" in client.post(f"/work/accounts/{account}/show/", **HTMX).content.decode()
    client.get(f"/work/accounts/{account}/")  # the form says it whole
    assert [data["fields"] for _, _, data in looks()] == [["手机号"], ["email", "mobile"]]
    assert as_(world.stranger).post(f"/work/accounts/{account}/show/").status_code == 404


def test_the_applicant_of_a_service_is_shown_to_its_keepers_alone(as_, world):
    service = make_service(
        world, make_instrument(world, status="published"), applicant="赵云", applicant_tel="13912345678"
    )
    address = f"/work/services/{service.pk}/"
    page = as_(world.lab_manager).get(address).content.decode()
    assert ("赵云" in page, "13912345678" in page, "赵*" in page) == (False, False, True)
    assert "赵云" in as_(world.lab_manager).post(f"{address}show/applicant/", **HTMX).content.decode()
    assert as_(world.reviewer).post(f"{address}show/applicant/").status_code == 404
    assert as_(world.lab_manager).post(f"{address}show/content/").status_code == 404
    assert looks() == [("lab_manager", "services.servicerecord", {"fields": ["申请人"]})]


def test_a_change_of_administrator_shows_the_number_to_the_province_alone(as_, world):
    record = AdminChange.objects.create(
        unit=world.university, name="麓山大学", username="lushan_new", real_name="赵云", mobile="13912345678",
        email="z@example.org", reason_given="离职。", terms_version="1",
    )  # fmt: skip
    ReviewEvent.objects.create(
        kind="admin-changes", object_id=record.pk, transition="submit", from_status="draft", to_status="endorsed",
        version=1, actor=world.unit_admin, snapshot=record.snapshot(),
    )  # fmt: skip
    address = f"/review/admin-changes/{record.pk}/show/mobile/"
    assert "13912345678" in as_(world.reviewer).post(address, **HTMX).content.decode()
    assert as_(world.unit_admin).post(address).status_code == 404
