"""修改记录: who reads the versions of which row, what changed in each, and what is left out."""

import pytest
from django.db import connection

from keyi.accounts.models import Membership
from keyi.accounts.roles import Role
from keyi.audit import log
from keyi.records.models import Instrument
from tests.factories import make_institution, make_instrument
from tests.records.posted import instrument_post
from tests.services.rows import make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(world):
    return world.person("auditor", world.province, Role.AUDITOR, "许真")


def shown(response) -> list[tuple]:
    return [
        (str(one.label), one.who, [(str(c.label), c.before, c.after) for c in one.changes])
        for one in response.context["versions"]
    ]


def test_a_keeper_reads_what_changed_by_whom(as_, world):
    record = make_instrument(world, name="光谱仪")
    Instrument.objects.filter(pk=record.pk).update(unit=world.department, is_modified=None)
    client = as_(world.lab_manager)
    data = instrument_post(world, do="save", edits=str(record.edits), name="电感耦合等离子体发射光谱仪")
    assert client.post(f"/work/instruments/{record.pk}/edit/", data).status_code == 302
    *by_page, second, first = shown(client.get(f"/work/log/instrument/{record.pk}/"))
    assert {(label, who) for label, who, _ in by_page} == {("修改", "李楠")}
    assert ("仪器名称", "光谱仪", "电感耦合等离子体发射光谱仪") in [
        one for _, _, changes in by_page for one in changes
    ]
    assert second == (
        "修改",
        "运维命令",
        [("所属实验室或单位", "无机元素分析室", "分析测试中心"), ("是否二次开发", "否", "")],
    )
    assert first[:2] == ("新增", "运维命令")
    assert ("仪器名称", "", "光谱仪") in first[2]


def test_a_change_that_no_program_made_stands_out(as_, world, auditor):
    record = make_instrument(world)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pghistory.context_metadata TO ''")
        cursor.execute("UPDATE records_instrument SET value_wan = 1 WHERE id = %s", [record.pk])
    response = as_(auditor).get(f"/work/log/instrument/{record.pk}/")
    assert [(one.who, one.is_unasked) for one in response.context["versions"]] == [
        ("不明", True),
        ("运维命令", False),
    ]
    assert "有人直接改了数据库" in response.content.decode()


def test_what_is_kept_encrypted_is_not_among_the_versions(as_, world, auditor):
    record = make_institution(world, admin_qq="123456789")
    record.admin_mobile = "13912345678"
    record.save()
    for person in (world.unit_admin, auditor):
        text = as_(person).get(f"/work/log/institution/{record.pk}/").content.decode()
        assert "123456789" not in text
        assert "13912345678" not in text


def test_the_auditor_sees_telephones_and_mail_masked(as_, world, auditor):
    record = make_instrument(world, tel="0731-88001234", email="li@example.org")
    text = as_(auditor).get(f"/work/log/instrument/{record.pk}/").content.decode()
    assert ("0731-88001234" in text, "0731-****1234" in text) == (False, True)
    assert ("li@example.org" in text, "l***@example.org" in text) == (False, True)
    assert (
        "0731-88001234" in as_(world.lab_manager).get(f"/work/log/instrument/{record.pk}/").content.decode()
    )


def test_numbers_of_an_applicant_stay_masked_and_a_technical_change_is_no_missing_page(as_, world):
    record = make_service(
        world, make_instrument(world, status="published"), applicant="赵云", applicant_tel="13912345678"
    )
    client = as_(world.lab_manager)
    text = client.get(f"/work/log/servicerecord/{record.pk}/").content.decode()
    assert ("赵云" in text, "13912345678" in text, "139****5678" in text) == (False, False, True)
    instrument = record.instrument
    for edits in range(1, 22):
        Instrument.objects.filter(pk=instrument.pk).update(edits=100 + edits)
    response = client.get(f"/work/log/instrument/{instrument.pk}/")
    assert (response.status_code, response.context["versions"]) == (200, [])
    assert "没有可读的改动" in response.content.decode()


def test_nobody_reads_the_versions_of_what_they_do_not_keep(as_, world):
    record = make_instrument(world)
    neighbour = world.person("neighbour", world.other_department, "lab_manager", "赵云")
    for person in (world.stranger, neighbour, world.reviewer, world.system_admin):
        assert as_(person).get(f"/work/log/instrument/{record.pk}/").status_code == 404, person
    mine = Membership.objects.get(user=world.lab_manager).pk
    assert as_(world.unit_admin).get(f"/work/log/membership/{mine}/").status_code == 403


def test_deleted_rows_and_rows_of_other_kinds_are_the_auditors(as_, world, auditor):
    record = make_instrument(world)
    key = record.pk
    record.delete()
    client = as_(auditor)
    assert [one[0] for one in shown(client.get(f"/work/log/instrument/{key}/"))] == ["删除", "新增"]
    mine = Membership.objects.get(user=world.lab_manager).pk
    assert client.get(f"/work/log/membership/{mine}/").status_code == 200
    for address in (
        f"/work/log/instrument/{key + 1}/",
        "/work/log/session/1/",
        "/work/log/user/9999999999999999999/",
    ):
        assert client.get(address).status_code == 404, address


def test_the_log_leads_to_the_versions(as_, world, auditor):
    record = make_instrument(world)
    log.record(world.lab_manager, "record.save", record)
    assert f'href="/work/log/instrument/{record.pk}/"' in as_(auditor).get("/work/log/").content.decode()
    page = as_(world.lab_manager).get(f"/work/instruments/{record.pk}/").content.decode()
    assert f'href="/work/log/instrument/{record.pk}/"' in page


def test_long_histories_are_turned_page_by_page_with_the_same_questions(
    as_, world, auditor, django_assert_max_num_queries
):
    record = make_instrument(world)
    for number in range(45):
        Instrument.objects.filter(pk=record.pk).update(name=f"光谱仪 {number}")
    client = as_(auditor)
    with django_assert_max_num_queries(22):
        response = client.get(f"/work/log/instrument/{record.pk}/?page=2")
    assert next(one[2] for one in shown(response)) == [("仪器名称", "光谱仪 23", "光谱仪 24")]
