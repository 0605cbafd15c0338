"""服务记录: entering, the rules, who sees them, papers, two windows, closed years."""

import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from keyi.accounts.models import KeptInput
from keyi.audit.models import Entry
from keyi.services.models import ServiceFile, ServiceRecord
from tests.core.samples import pdf
from tests.factories import make_instrument
from tests.reporting.rows import closed_year, open_year
from tests.services.rows import TYPED, make_paper, make_service, moment


@pytest.fixture
def instrument(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_instrument(world, status="published", inventory_number="S9")


def post(client, **typed):
    return client.post("/work/services/new/", TYPED | typed)


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


def test_saving_a_record(world, as_, instrument):
    client = as_(world.lab_manager)
    response = post(client)
    record = ServiceRecord.objects.get()
    assert response.headers["Location"] == f"/work/services/{record.pk}/"
    assert record.number == f"FW{record.pk:08d}"
    assert {
        "instrument": record.instrument, "institution": record.institution, "year": record.year,
        "started_at": record.started_at, "hours": record.hours, "amount": record.amount, "ways": record.ways,
        "income_yuan": record.income_yuan, "funds": record.project_funds, "origin": record.origin,
        "subjects": [item.code for item in record.subjects.all()], "by": record.updated_by,
    } == {
        "instrument": instrument, "institution": world.university, "year": 2025, "started_at": moment(),
        "hours": Decimal("3.5"), "amount": 12, "ways": ["commissioned"], "income_yuan": Decimal("1200.50"),
        "funds": ["none"], "origin": "typed", "subjects": ["150"], "by": world.lab_manager,
    }  # fmt: skip
    assert Entry.objects.filter(action="service.create").count() == 1
    assert KeptInput.objects.count() == 0
    page = client.get(f"/work/services/{record.pk}/").content.decode()
    assert "浏阳河环保有限公司" in page
    assert "委托共享" in page


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"instrument": "nothing"}, "instrument", "没有找到已发布的仪器“nothing”，请从列表中选择"),
        ({"ended_at": "2025-03-12T09:00"}, "ended_at", "结束时间要晚于开始时间。"),
        ({"ended_at": "2099-03-12T09:00"}, "ended_at", "结束时间还没有到"),
        ({"ended_at": "2026-05-12T09:00"}, "ended_at", "一次服务最长一年"),
        ({"hours": "3.6"}, "hours", "从开始到结束只有 3.5 小时"),
        ({"hours": "", "amount": ""}, "hours", "请填写服务机时，或者填写样品数（次数）。"),
        ({"hours": "-1"}, "hours", "请填写不小于 0 的数。"),
        ({"applicant_uscc": "91430100MA4L00000X"}, "applicant_uscc", "校验"),
        ({"project_funds": ["none", "nsfc"]}, "project_funds", "选了“无”就不能再选其他来源。"),
        ({"project_funds": ["nsfc", "torch", "spark", "863", "973"]}, "project_funds", "最多选 4 项"),
        ({"subjects": []}, "subjects", "选"),
        ({"place": "outside"}, "address", "请填写在哪里使用。"),
        ({"invoiced_on": "2099-01-01"}, "invoiced_on", "日期还没有到，请对照发票核对。"),
        ({"satisfaction": "perfect"}, "satisfaction", "perfect"),
        ({"started_at": "gestern"}, "started_at", "请填写日期和时间，例：2026-03-12 09:30。"),
    ],
)
def test_wrong_answers_are_told_at_the_field_and_kept(world, as_, instrument, typed, field, message):
    client = as_(world.lab_manager)
    found = errors(post(client, **typed))
    assert list(found) == [field]
    assert message in found[field][0]
    assert ServiceRecord.objects.count() == 0
    again = client.get("/work/services/new/").content.decode()
    assert "水样中铅、镉的测定" in again


def test_customs_notice_is_due_for_three_years_after_release(world, as_, instrument):
    row = {
        "declaration": "1" * 18,
        "item": "01",
        "name": "光谱仪",
        "released_on": "2022-03-13",
        "exemption": "",
    }
    type(instrument).objects.filter(pk=instrument.pk).update(customs=[row])
    client, outside = as_(world.lab_manager), {"place": "outside", "address": "株洲市天元区"}
    assert list(errors(post(client, **outside))) == ["customs_notice"]
    assert post(client, **outside, customs_notice="TZ-7").status_code == 302
    day_after = {"started_at": "2025-03-13T09:00", "ended_at": "2025-03-13T12:30"}
    assert post(client, **outside, **day_after).status_code == 302


def test_one_of_several_of_the_same_name_is_told_by_its_number(world, as_, instrument):
    make_instrument(world, status="published", inventory_number="S10")
    client = as_(world.lab_manager)
    assert "几台同名" in errors(post(client, instrument=instrument.name))["instrument"][0]
    line = f"S10 · {instrument.name} · {instrument.model_name}"
    assert post(client, instrument=line).status_code == 302
    assert ServiceRecord.objects.get().instrument.inventory_number == "S10"


def test_number_is_unique_in_the_unit_only(world, as_, instrument):
    make_service(world, instrument, number="A-7")
    assert list(errors(post(as_(world.lab_manager), number="A-7"))) == ["number"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_service(world, instrument, number="A-7")
    foreign = make_instrument(world, unit=world.strange_lab, institution=world.institute, status="published")
    make_service(world, foreign, number="A-7")
    assert ServiceRecord.objects.filter(number="A-7").count() == 2


def test_a_second_click_saves_nothing_more(world, as_, instrument):
    client = as_(world.lab_manager)
    key = str(client.get("/work/services/new/").context["form"].initial["form_key"])
    first, second = post(client, form_key=key), post(client, form_key=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert ServiceRecord.objects.count() == 1


def test_laboratory_sees_and_writes_only_its_own(world, as_, instrument):
    elsewhere = make_instrument(world, unit=world.other_department, status="published", inventory_number="X1")
    own, sibling = (
        make_service(world, instrument),
        make_service(world, elsewhere, number="B-1", content="热分析"),
    )
    client = as_(world.lab_manager)
    page = client.get("/work/services/").content.decode()
    assert (own.content in page, sibling.content in page) == (True, False)
    assert client.get(f"/work/services/{sibling.pk}/").status_code == 404
    assert client.post(f"/work/services/{sibling.pk}/delete/").status_code == 404
    assert list(errors(post(client, instrument="X1"))) == ["instrument"]
    everything = as_(world.unit_admin).get("/work/services/").content.decode()
    assert (own.content in everything, sibling.content in everything) == (True, True)
    stranger = as_(world.stranger)
    assert own.content not in stranger.get("/work/services/").content.decode()
    assert stranger.post(f"/work/services/{own.pk}/edit/", TYPED).status_code == 404
    assert as_(world.reviewer).post(f"/work/services/{own.pk}/edit/", TYPED).status_code == 403


def test_the_applicant_is_masked_and_only_keepers_may_ask_for_more(world, as_, instrument):
    url = f"/work/services/{make_service(world, instrument).pk}/"
    personal, masked = (
        ("赵云", "0731-88007777", "zhao@example.org"),
        ("赵*", "0731-****7777", "z***@example.org"),
    )
    for person, buttons in ((world.reviewer, 0), (world.unit_admin, 3)):
        seen = as_(person).get(url).content.decode()
        assert [text for text in personal if text in seen] == []
        assert [text for text in masked if text not in seen] == []
        assert seen.count(f'formaction="{url}show/') == buttons


def test_record_cannot_be_moved_to_a_foreign_instrument(world, as_, instrument):
    make_instrument(
        world, unit=world.strange_lab, institution=world.institute, status="published", inventory_number="Z"
    )
    record = make_service(world, instrument)
    response = as_(world.lab_manager).post(f"/work/services/{record.pk}/edit/", TYPED | {"instrument": "Z"})
    assert list(errors(response)) == ["instrument"]


def test_second_window_is_told(world, as_, instrument):
    record = make_service(world, instrument)
    client, url = as_(world.lab_manager), f"/work/services/{record.pk}/edit/"
    first = client.post(url, TYPED | {"number": "A-1", "content": "第一个窗口", "edits": "1"})
    second = client.post(url, TYPED | {"number": "A-1", "content": "第二个窗口", "edits": "1"})
    record.refresh_from_db()
    assert (first.status_code, second.status_code, record.content, record.edits) == (
        302,
        409,
        "第一个窗口",
        2,
    )
    assert "第二个窗口" in second.content.decode()


def test_closed_year_is_read_only(world, as_, instrument):
    closed_year(2025)
    record = make_service(world, instrument)
    client = as_(world.lab_manager)
    assert "2025 年度已关闭" in errors(post(client))["started_at"][0]
    assert client.post(f"/work/services/{record.pk}/delete/").status_code == 302
    assert client.post(f"/work/services/{record.pk}/papers/", {"slot": "invoice"}).status_code == 302
    assert client.get(f"/work/services/{record.pk}/edit/").status_code == 302
    assert ServiceRecord.objects.get() == record
    assert "修改</a>" not in client.get(f"/work/services/{record.pk}/").content.decode().replace("&nbsp;", "")


def test_deleting_leaves_a_trace(world, as_, instrument):
    record = make_service(world, instrument)
    client = as_(world.unit_admin)
    assert "删除服务记录 A-1？" in client.get(f"/work/services/{record.pk}/delete/").content.decode()
    assert client.post(f"/work/services/{record.pk}/delete/").status_code == 302
    assert ServiceRecord.objects.count() == 0
    assert Entry.objects.get(action="service.delete").data == {"year": 2025, "instrument": instrument.pk}


def test_papers_are_checked_kept_and_served_in_scope(world, as_, instrument):
    record = make_service(world, instrument)
    client, url = as_(world.lab_manager), f"/work/services/{record.pk}/papers/"
    fake = SimpleUploadedFile("发票.pdf", b"MZ\x90\x00", "application/pdf")
    refused = client.post(url, {"slot": "invoice", "paper": fake})
    assert refused.status_code == 422
    assert ServiceFile.objects.count() == 0
    sent = client.post(
        url, {"slot": "invoice", "paper": SimpleUploadedFile("发票.pdf", pdf(), "application/pdf")}
    )
    assert sent.status_code == 302
    file = ServiceFile.objects.get()
    address = f"/work/services/papers/{file.token}/"
    assert client.get(address).headers["Content-Type"] == "application/pdf"
    assert client.post(f"{url}{file.token}/remove/").status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?year=2025", 1),
        ("?client=internal", 1),
        ("?q=热分析", 1),
        ("?q=浏阳河", 2),
        ("?q=%00&year=x", 2),
    ],
)
def test_list_is_filtered_and_summed(world, as_, instrument, query, found):
    make_service(world, instrument)
    before = {"year": 2024, "started_at": moment("2024-03-12"), "ended_at": moment("2024-03-13")}
    make_service(world, instrument, number="A-2", content="热分析", client="internal", **before)
    response = as_(world.lab_manager).get(f"/work/services/{query}")
    assert response.context["totals"]["count"] == found
    assert len(response.context["page"].object_list) == found


def test_list_takes_as_many_queries_for_fifty_as_for_five(world, as_, instrument, django_assert_num_queries):
    client = as_(world.lab_manager)
    for number in range(5):
        make_service(world, instrument, number=f"N{number}")
    client.get("/work/services/")
    with connection.execute_wrapper(counter := Counter()):
        client.get("/work/services/")
    few = counter.number
    for number in range(5, 50):
        make_service(world, instrument, number=f"N{number}")
    with django_assert_num_queries(few):
        client.get("/work/services/")


class Counter:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)


@pytest.mark.django_db(transaction=True)
def test_two_windows_with_one_number_save_one(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_instrument(world, status="published", inventory_number="S9")
    together, codes = threading.Barrier(2), []

    def send() -> None:
        client = Client()
        client.force_login(world.lab_manager)
        together.wait()
        codes.append(post(client, number="A-9").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [302, 422]
    assert ServiceRecord.objects.filter(number="A-9").count() == 1


def test_open_year_and_coming_year_take_records(world, as_, instrument):
    open_year(2025)
    assert post(as_(world.lab_manager)).status_code == 302
    now = {"started_at": "2026-01-05T09:00", "ended_at": "2026-01-05T12:30"}
    assert post(as_(world.lab_manager), **now).status_code == 302


def test_paper_of_a_record_is_not_found_without_scope(world, as_, instrument):
    file = make_paper(world, make_service(world, instrument))
    assert as_(world.reviewer).get(f"/work/services/papers/{file.token}/").status_code == 200
    for person in (world.stranger, world.system_admin):
        assert as_(person).get(f"/work/services/papers/{file.token}/").status_code == 404
