"""The outbox towards the national platform: messages of all kinds, order, answers, retries, and who sees it."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.utils import timezone

from keyi.exchange import effects, elements, outbox
from keyi.exchange.forms import EffectForm
from keyi.exchange.models import Attempt, EffectTable, NationalCode, Outgoing, UnitEffect
from keyi.exchange.national import layouts, records, words
from keyi.records.choices import FundsSource, RunStatus, ShareMode, Source, UsageType
from keyi.records.models import Instrument
from keyi.reporting.operations import public_hours
from keyi.review.models import ReviewEvent
from keyi.review.workflow import perform
from keyi.search import public
from keyi.services.choices import Client, Direction, Funding, Place, Satisfaction, Way
from tests.exchange.nation import NAMESPACE, Nation, rules
from tests.factories import add_pdf, add_photo, make_institution, make_instrument, make_platform
from tests.reporting.rows import make_operation, open_year
from tests.services.rows import make_service

pytestmark = pytest.mark.django_db
CODE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def nation(settings):
    made = Nation()
    settings.NATIONAL_URL, settings.NATIONAL_NAMESPACE = made.address, NAMESPACE
    yield made
    made.close()


@pytest.fixture
def row(world):
    make_institution(world, service_url="https://share.example.org/", service_year=2016)
    return NationalCode.objects.create(unit=world.university, code=CODE, is_on=True)


def ready(world, **values) -> Instrument:
    """Published, with everything the national platform asks for."""
    record = make_instrument(world, status="published", **values)
    add_photo(world, record)
    make_operation(world, record)
    return record


def states() -> dict[str, str]:
    return dict(Outgoing.objects.values_list("what", "state"))


def test_what_is_published_is_sent_and_taken(world, nation, row):
    record = ready(world, inventory_number="S1")
    draft = make_instrument(world, inventory_number="S2")
    outbox.collect()
    assert outbox.send_due() == 1
    code, kind, message = nation.taken[0]
    assert (code, kind) == (CODE, "4")
    assert message["cname"] == "电感耦合等离子体发射光谱仪"
    chosen = {
        name: message[name]
        for name in ("innerId", "worth", "nation", "instrSource", "type", "funds", "subject")
    }
    assert chosen == {
        "innerId": "S1", "worth": "88.60", "nation": "美国", "instrSource": "购置", "type": "通用",
        "funds": "单位自有资金", "subject": "化学",
    }  # fmt: skip
    assert (message["province"], message["city"], message["county"]) == ("湖南省", "长沙市", "岳麓区")
    assert message["fee"] == "水样多元素测定 外部 100 元/样、内部 60 元/样"
    assert (message["runMachine"], message["serviceMachine"]) == ("1412.0", "320.0")
    assert (message["instrBelongsType"], message["auditStatus"]) == ("无", "-1")
    assert message["serviceUrl"].endswith(f"/instruments/{record.code}/")
    assert states() == {f"instruments:{record.pk}": "sent"}
    assert Attempt.objects.get().code == "100"
    assert not Outgoing.objects.filter(what=f"instruments:{draft.pk}").exists()


def test_nothing_is_sent_twice_and_a_change_is_sent_again(world, nation, row):
    record = ready(world)
    outbox.collect()
    outbox.send_due()
    assert (outbox.collect(), outbox.send_due()) == (0, 0)
    make_operation(world, record, 2026, run_hours=Decimal(1500))
    public.set_hours("instruments", record.pk, public_hours(record))
    outbox.collect()
    assert outbox.send_due() == 1
    assert [message["runMachine"] for _code, _kind, message in nation.taken] == ["1412.0", "1500.0"]


def test_a_working_copy_does_not_leave_the_house(world, nation, row):
    record = ready(world)
    published = record.snapshot()
    perform(record, "revise", world.lab_manager)
    ReviewEvent.objects.create(
        kind="instruments", object_id=record.pk, transition="publish", from_status="approved", to_status="published",
        version=1, actor=world.reviewer, actor_label="省平台", snapshot=published,
    )  # fmt: skip
    Instrument.objects.filter(pk=record.pk).update(name="没审过的名称")
    record.refresh_from_db()
    assert records.instrument(record, CODE)["cname"] == "电感耦合等离子体发射光谱仪"


def test_what_is_missing_is_told_and_not_sent(world, nation, row, as_):
    make_instrument(world, status="published")
    outbox.collect()
    assert outbox.send_due() == 0
    made = Outgoing.objects.get()
    assert (made.state, [label for label, _text in made.problems]) == (
        "incomplete", ["年总运行机时", "年服务机时", "图片"],
    )  # fmt: skip
    page = as_(world.unit_admin).get(f"/work/national/{made.pk}/").content.decode()
    assert "年总运行机时" in page
    assert "缺少内容" in page


def test_customs_and_services_wait_for_their_instrument(world, nation, row):
    customs = [
        {"declaration": "123456789012345678", "item": "01", "released_on": "2025-01-01", "name": "光谱仪"}
    ]
    record = ready(world, is_customs_supervised=True, customs=customs)
    make_service(world, record, number="A-1")
    outbox.collect()
    nation.says = ["301"]  # their trouble, at the instrument
    assert outbox.send_due() == 1
    assert sorted(states().values()) == ["failed", "waiting", "waiting"]
    assert outbox.send_due() == 0  # not before its time
    Outgoing.objects.update(next_at=timezone.now())
    assert outbox.send_due() == 1
    assert outbox.send_due() == 2
    assert [kind for _code, kind, _message in nation.taken] == ["4", "5", "6"]
    service = nation.taken[2][2]
    assert service["recordInnerId"] == "A-1"
    assert service["startTime"].count(":") == 0
    assert nation.taken[1][2]["formname"] == "光谱仪"


def test_a_centre_and_a_facility(world, nation, row):
    platform = make_platform(
        world, area=Decimal("1200.00"), inner_number="P1", website="https://lab.example.org/"
    )
    ready(world, platforms=[platform])
    outbox.collect()
    outbox.send_due()
    sent = {kind: message for _code, kind, message in nation.taken}
    assert set(sent) == {"1", "4"}
    assert (sent["1"]["instruNum"], sent["1"]["worth"], sent["1"]["accept"]) == ("1", "88.60", "否")
    assert (sent["4"]["instrBelongsType"], sent["4"]["instrBelongsName"]) == ("1", "P1")
    assert sent["4"]["resourceName"] == "先进分析技术湖南省重点实验室"


FACILITY = {
    "kind": "facility", "name_en": "Test facility", "facility_competent_dept": "湖南省教育厅",
    "facility_host": "麓山大学", "facility_approver": "湖南省发展改革委", "facility_category": "public",
    "facility_construction": "built", "facility_cost_wan": Decimal("12000.00"),
    "facility_accepted_on": dt.date(2020, 5, 1), "facility_center": "分析中心", "facility_users_home": "省内高校",
    "facility_achievements": "支撑重大任务", "facility_chief": "张远山", "facility_chief_post": "教授",
    "facility_chief_unit": "麓山大学", "facility_chief_tel": "0731-88000001", "facility_chief_email": "z@example.org",
    "facility_operator": "李楠", "facility_operator_post": "主任", "facility_operator_unit": "麓山大学",
    "facility_operator_tel": "0731-88000002", "facility_operator_email": "l@example.org",
    "facility_contact_post": "工程师", "facility_video": "https://video.example.org/1",
}  # fmt: skip


def test_a_facility(world, nation, row):
    record = make_instrument(world, status="published", **FACILITY)
    for slot in ("facility_layout", "facility_parts", "facility_operation", "photos"):
        add_photo(world, record, slot=slot)
    for slot in ("facility_management", "facility_opening", "facility_application", "facility_results"):
        add_pdf(world, record, slot=slot)
    outbox.collect()
    assert outbox.send_due() == 1, Outgoing.objects.get().problems
    _code, kind, message = nation.taken[0]
    chosen = {
        name: message[name]
        for name in ("worth", "deviceCategory", "construction", "requirement", "sciContact")
    }
    assert kind == "2"
    assert chosen == {
        "worth": "12000.00", "deviceCategory": "公共实验设施", "construction": "建成", "requirement": "无",
        "sciContact": "张远山",
    }  # fmt: skip
    assert message["researchFileOne"].startswith("http")


def test_effects_of_a_year(world, nation, row, client):
    open_year()
    record = ready(world)
    make_operation(world, make_instrument(world, status="published"), invoices=7)
    make_service(world, record, number="=1+1", invoice_number="FP-1", invoiced_on=dt.date(2025, 3, 1))
    texts = {"remark": "甲", "remarks": "乙", "remark_one": "无", "remark_two": "丙"}
    form = EffectForm(texts, instance=UnitEffect(unit=world.university, year=2025))
    assert form.is_valid()
    effects.save(form, world.unit_admin)
    outbox.send_due()
    message = next(message for _code, kind, message in nation.taken if kind == "7")
    assert (message["billNum"], message["billWorth"], message["billWorthInstr"]) == ("7", "23.00", "17.00")
    assert (message["instrNum"], message["instrWorth"], message["remarkTwo"]) == ("2", "177.20", "丙")
    for table in EffectTable.objects.all():
        assert client.get(f"/national/tables/{table.token}/").status_code == 200
    assert client.get(f"/national/tables/{'0' * 32}/").status_code == 404


def test_a_refusal_stays_until_something_changes(world, nation, row, as_):
    ready(world)
    outbox.collect()
    nation.says = ["101:原值为空"]
    outbox.send_due()
    made = Outgoing.objects.get()
    assert (made.state, made.code, made.answer, made.next_at) == ("refused", "101", "101:原值为空", None)
    assert outbox.send_due() == 0
    assert "原值为空" in as_(world.unit_admin).get(f"/work/national/{made.pk}/").content.decode()
    as_(world.unit_admin).post(f"/work/national/{made.pk}/again/")
    assert outbox.send_due() == 1
    assert states() == {made.what: "sent"}


@pytest.mark.parametrize("answer", [None, "<b>", "nonsense"])
def test_who_does_not_answer_is_asked_again_later_and_later(world, nation, row, settings, answer):
    ready(world)
    outbox.collect()
    nation.says = [answer] * 3
    waits = []
    for _try in range(3):
        Outgoing.objects.update(next_at=timezone.now() - dt.timedelta(seconds=1))
        outbox.send_due()
        made = Outgoing.objects.get()
        if made.state == "failed":
            waits.append(round((made.next_at - timezone.now()).total_seconds() / 60))
    if answer == "nonsense":
        assert (made.state, made.code) == ("refused", "")
    else:
        assert (made.state, waits, made.tries) == ("failed", [1, 2, 4], 3)
        assert Attempt.objects.count() == 3


def test_nobody_there(world, row, settings):
    settings.NATIONAL_URL = "http://127.0.0.1:9/"
    for number in range(3):
        ready(world, inventory_number=f"S{number}")
    outbox.collect()
    assert outbox.send_due() == 1  # one is enough to see it
    assert sorted(states().values()) == ["failed", "waiting", "waiting"]


def test_units_without_a_code_send_nothing(world, nation):
    make_institution(world)
    ready(world)
    assert (outbox.collect(), outbox.send_due()) == (0, 0)


def test_switching_on_collects_everything(world, nation, as_, run_jobs, django_capture_on_commit_callbacks):
    make_institution(world)
    record = ready(world)
    outbox.collect()
    with django_capture_on_commit_callbacks(execute=True):
        as_(world.unit_admin).post("/work/national/code/", {"code": CODE.upper(), "is_on": "on"})
    run_jobs()
    assert states() == {f"instruments:{record.pk}": "sent"}


@pytest.mark.parametrize("code", ["", "abc", "g" * 32, "0" * 33])
def test_a_wrong_code_is_refused(world, as_, code):
    assert as_(world.unit_admin).post("/work/national/code/", {"code": code}).status_code == 422
    assert not NationalCode.objects.exists()


def test_who_sees_the_outbox(world, nation, row, as_):
    ready(world)
    outbox.collect()
    made = Outgoing.objects.get()
    seen = {
        person: as_(getattr(world, person)).get(f"/work/national/{made.pk}/").status_code
        for person in ("unit_admin", "reviewer", "lab_manager", "stranger", "system_admin")
    }
    assert seen == {
        "unit_admin": 200,
        "reviewer": 200,
        "lab_manager": 403,
        "stranger": 404,
        "system_admin": 403,
    }
    assert as_(world.stranger).post(f"/work/national/{made.pk}/again/").status_code == 404


def test_what_was_taken_offline_or_deleted_is_not_sent(world, nation, row):
    record, service = ready(world), make_service(world, ready(world, inventory_number="S2"))
    outbox.collect()
    perform(record, "take_down", world.lab_manager, comment="报废")
    service.delete()
    outbox.send_due()
    outbox.send_due()
    assert [message["innerId"] for _code, _kind, message in nation.taken] == ["S2"]
    gone = Outgoing.objects.filter(state="incomplete")
    assert sorted(one.what.partition(":")[0] for one in gone) == ["instruments", "services"]
    assert "不再公开" in gone[0].problems[0][1]


def test_an_applicants_numbers_are_masked_on_the_page(world, nation, row, as_):
    make_service(world, ready(world), applicant_tel="13812345678", applicant_email="zhao@example.org")
    outbox.collect()
    made = Outgoing.objects.get(kind=6)
    assert made.message["applicantPhone"] == "13812345678"
    for person in (world.reviewer, world.unit_admin):
        page = as_(person).get(f"/work/national/{made.pk}/").content.decode()
        assert "13812345678" not in page
        assert "zhao@example.org" not in page
        assert CODE not in page


def test_our_layouts_say_what_the_published_list_says():
    for kind, published in rules().items():
        own = {element.name: element for element in layouts.LAYOUTS[int(kind)]}
        needed = {name for name, rule in published.items() if rule.is_required}
        assert needed - own.keys() == set(), kind
        assert own.keys() - published.keys() == set(), kind
        longer = {
            name for name, one in own.items() if published[name].most and one.most > published[name].most
        }
        assert longer == set(), kind


def test_every_code_of_ours_has_their_word():
    for choices, known in (
        (Source, words.SOURCE), (UsageType, words.USAGE), (ShareMode, words.SHARE), (RunStatus, words.STATE),
        (FundsSource, words.FUNDS), (Way, words.WAY), (Client, words.CLIENT), (Direction, words.DIRECTION),
        (Place, words.PLACE), (Satisfaction, words.OPINION), (Funding, words.INCOME),
    ):  # fmt: skip
        assert set(known) == set(choices.values)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cname", "长" * 101), ("technical", "x" * 501), ("worth", "-1"), ("worth", "1.234"), ("worth", "NaN"),
        ("beginDate", "2020-02-30"), ("beginDate", "20200201"), ("type", "都行"), ("subject", "a,b,c,d,e"),
        ("funds", "中央财政资金,借来的"), ("serviceUrl", "javascript:alert(1)"), ("instrCategory", "12"),
        ("instrSupervise", "也许"), ("auditStatus", "7"), ("cname", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_never_cut(world, name, text):
    good = records.instrument(ready(world), CODE)
    layout = layouts.LAYOUTS[4]
    assert elements.check(layout, good) == []
    labels = {element.name: element.label for element in layout}
    assert [label for label, _why in elements.check(layout, good | {name: text})] == [labels[name]]


def test_json_of_a_message_is_plain(world):
    message = records.instrument(ready(world), CODE)
    assert json.loads(json.dumps(message)) == message
