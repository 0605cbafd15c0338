"""审核中心, the record page: what the reviewer sees, decides, and is told when somebody was first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from keyi.accounts.models import OrgUnit
from keyi.inbox.models import Message
from keyi.records.models import Instrument
from keyi.review.models import ReviewEvent
from keyi.review.status import Status
from keyi.review.workflow import perform, perform_all
from keyi.search.models import Document
from tests.factories import add_pdf, add_photo, make_institution, make_instrument

S = Status


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def url(record):
    return reverse("review-record", args=[record.record_kind, record.pk])


def submitted(world, **values):
    record = make_instrument(world, **values)
    perform(record, "submit", world.lab_manager)
    return record


def revised(world, **changes):
    """A published record, changed and submitted again."""
    record = submitted(world)
    perform_all(record, ["approve", "publish"], world.reviewer)
    perform(record, "revise", world.lab_manager)
    Instrument.objects.filter(pk=record.pk).update(**changes)
    record.refresh_from_db()
    perform(record, "submit", world.lab_manager)
    return record


def decide(client, record, do, **data):
    return client.post(url(record), {"do": do, "version": record.version, **data})


def state(record):
    return Instrument.objects.get(pk=record.pk).status


# Looking


def test_a_first_submission_shows_everything(world, as_):
    record = submitted(world, sample_requirements="液体，不少于 10 mL")
    page = as_(world.reviewer).get(url(record)).content.decode()
    for text in (
        "电感耦合等离子体发射光谱仪",
        "液体，不少于 10 mL",
        "岳麓区",
        "水样多元素测定",
        record.receipt,
        "未发现与其他仪器重复的图片，未发现重复的仪器和异常数值。",
    ):
        assert text in page
    assert page.count('name="mark-technical"') == 1
    assert "<del" not in page


def test_a_change_of_a_published_record_shows_what_changed(world, as_):
    response = as_(world.reviewer).get(url(revised(world, floor="4 层")))
    changes = response.context["changes"]
    assert [(change.name, note) for change, note in changes] == [("floor", "")]
    page = response.content.decode()
    assert "<del>3</del> 层" in page
    assert "<ins>4</ins> 层" in page
    assert page.count('name="mark-floor"') == 1
    assert page.count('name="mark-technical"') == 1


def test_text_of_the_unit_cannot_become_markup(world, as_):
    record = revised(world, function="<script>alert(1)</script>")
    page = as_(world.reviewer).get(url(record)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_attachments_are_seen_in_the_page(world, as_):
    record = make_institution(world, status=S.DRAFT)
    paper, scan = add_pdf(world, record, slot="policies"), add_photo(world, record, slot="license")
    perform(record, "submit", world.unit_admin)
    page = as_(world.reviewer).get(url(record)).content.decode()
    assert f'<iframe class="k-pdf" src="{reverse("record-file", args=[paper.token])}"' in page
    assert f'<img src="{reverse("record-file", args=[scan.token])}?small"' in page


def test_the_history_masks_the_submitter(world, as_):
    record = submitted(world)
    perform(record, "return", world.second_reviewer, comment="缺楼层。")
    perform(record, "submit", world.lab_manager)
    response = as_(world.reviewer).get(url(record))
    assert [(step["event"].transition, step["who"]) for step in response.context["history"]] == [
        ("submit", "李*"),
        ("return", ""),
        ("submit", "李*"),
    ]
    assert "“缺楼层。”" in response.content.decode()


def test_typing_that_was_not_submitted_is_not_shown(world, as_):
    record = submitted(world)
    perform(record, "return", world.reviewer, comment="缺楼层。")
    Instrument.objects.filter(pk=record.pk).update(function="还没有提交的字")
    page = as_(world.reviewer).get(url(record)).content.decode()
    assert "还没有提交的字" not in page
    assert "多元素同时测定" in page
    assert as_(world.reviewer).get(url(make_instrument(world))).status_code == 404


def test_a_picture_used_elsewhere_and_a_twin_are_pointed_out(world, as_):
    other = submitted(world, unit=None, serial_number="SN-1", name="另一台")
    add_photo(world, other, phash="ffffffffffff0000")
    far = submitted(world, model_name="X")
    add_photo(world, far, phash="0000ffff0000ffff")
    record = make_instrument(world, serial_number="SN-1")
    add_photo(world, record, phash="ffffffffffff0003")
    perform(record, "submit", world.lab_manager)
    findings = as_(world.reviewer).get(url(record)).context["findings"]
    assert [file.record for file in findings.pictures] == [other]
    assert findings.twins == [other]


def test_the_neighbours_in_the_queue_are_linked(world, as_):
    one, two, three = submitted(world), submitted(world), submitted(world)
    around = as_(world.reviewer).get(url(two)).context["around"]
    assert around == {"before": ("instruments", one.pk), "after": ("instruments", three.pk), "others": 2}


# Deciding


def test_approving_publishes_and_goes_on_to_the_next(world, as_):
    record, following = submitted(world), submitted(world)
    response = decide(as_(world.reviewer), record, "publish")
    assert (response.status_code, response["Location"]) == (302, url(following))
    assert state(record) == S.PUBLISHED
    assert Document.objects.filter(object_id=record.pk).exists()


def test_the_last_decision_leads_back_to_the_queue(world, as_):
    response = decide(as_(world.reviewer), submitted(world), "publish")
    assert response["Location"] == reverse("review-queue")


def test_a_return_takes_the_reason_and_the_marks_along(world, as_):
    record = submitted(world)
    marks = {"mark-floor": " 例：３ 层 ", "mark-technical": "", "mark-status": "不是字段"}
    decide(as_(world.reviewer), record, "return", comment="请补楼层。", **marks)
    record.refresh_from_db()
    assert (record.status, record.reason, record.marks) == ("returned", "请补楼层。", {"floor": "例：3 层"})
    assert Message.objects.filter(recipient=world.lab_manager, body="请补楼层。").count() == 1


def test_a_return_without_a_reason_keeps_the_marks_on_the_page(world, as_):
    record = submitted(world)
    response = decide(as_(world.reviewer), record, "return", point=["2"], **{"mark-floor": "例：3 层"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_comment"' in page
    assert ">例：3 层</textarea>" in page
    assert response.context["marked"] == 1
    assert [ticked for _n, _text, ticked in response.context["points"]] == [False, True, False, False, False]
    assert state(record) == S.ENDORSED


@pytest.mark.parametrize(
    "data",
    [{"comment": "改" * 501}, {"mark-floor": "改" * 201}, {"version": "x"}, {"do": "explode"}, {"do": ""}],
)
def test_bad_input_is_answered_with_422_and_changes_nothing(world, as_, data):
    record = submitted(world)
    posted = {"do": "return", "version": record.version, "comment": "缺楼层。"} | data
    assert as_(world.reviewer).post(url(record), posted).status_code == 422
    assert state(record) == S.ENDORSED
    assert ReviewEvent.objects.count() == 1


def test_publishing_with_marks_asks_once_more(world, as_):
    record, client = submitted(world), as_(world.reviewer)
    response = decide(client, record, "publish", comment="可以。", **{"mark-floor": "例：3 层"})
    assert response.status_code == 200
    assert response.templates[0].name == "records/reviewing/sure.html"
    assert state(record) == S.ENDORSED
    page = response.content.decode()
    assert 'name="mark-floor" value="例：3 层"' in page
    assert 'name="is_sure" value="1"' in page
    decide(client, record, "publish", comment="可以。", is_sure="1", **{"mark-floor": "例：3 层"})
    assert state(record) == S.PUBLISHED
    assert {tuple(event.marks) for event in ReviewEvent.objects.all()} == {()}


def test_the_second_of_two_reviewers_is_told_who_was_first_and_keeps_the_text(world, as_):
    record = submitted(world)
    perform(Instrument.objects.get(pk=record.pk), "return", world.second_reviewer, comment="缺楼层。")
    response = decide(
        as_(world.reviewer), record, "return", comment="图片有人。", **{"mark-photos": "请重拍"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert response.context["event"] == ReviewEvent.objects.first()
    assert "缺楼层。" in page
    assert ">图片有人。</textarea>" in page
    assert "请重拍" in page
    assert (state(record), ReviewEvent.objects.count()) == (S.RETURNED, 2)


def test_a_page_from_before_a_new_submission_decides_nothing(world, as_):
    record = submitted(world)
    perform(record, "recall", world.lab_manager)
    perform(record, "submit", world.lab_manager)
    response = as_(world.reviewer).post(url(record), {"do": "publish", "version": 1})
    assert response.status_code == 409
    assert state(record) == S.ENDORSED


def test_a_published_record_can_be_taken_offline_with_a_reason(world, as_):
    record, client = submitted(world), as_(world.reviewer)
    perform_all(record, ["approve", "publish"], world.reviewer)
    assert decide(client, record, "take_down").status_code == 422
    assert state(record) == S.PUBLISHED
    decide(client, record, "take_down", comment="仪器已报废。")
    record.refresh_from_db()
    assert (record.status, record.reason) == ("offline", "仪器已报废。")
    assert not Document.objects.filter(object_id=record.pk).exists()


# First review by the unit


def test_the_unit_passes_its_laboratorys_submission_to_the_province(world, as_):
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=True)
    record, client = submitted(world), as_(world.unit_admin)
    response = client.get(url(record))
    assert [decision.name for decision in response.context["decisions"]] == ["endorse", "return"]
    decide(client, record, "endorse", comment="同意。")
    assert state(record) == S.ENDORSED


def test_the_unit_returns_its_laboratorys_submission(world, as_):
    OrgUnit.objects.filter(pk=world.university.pk).update(has_first_review=True)
    record = submitted(world)
    decide(as_(world.unit_admin), record, "return", comment="请补楼层。", **{"mark-floor": "3 层"})
    record.refresh_from_db()
    assert (record.status, record.marks) == ("returned", {"floor": "3 层"})


# Who may not


@pytest.mark.parametrize(
    ("name", "status"), [("stranger", 404), ("system_admin", 404), ("lab_manager", 403), ("unit_admin", 200)]
)
def test_who_may_look(world, as_, name, status):
    assert as_(getattr(world, name)).get(url(submitted(world))).status_code == status


@pytest.mark.parametrize(
    ("name", "do", "status"),
    [
        ("stranger", "publish", 404),
        ("lab_manager", "publish", 403),
        ("unit_admin", "publish", 403),
        ("unit_admin", "return", 409),
        ("reviewer", "endorse", 403),
    ],
)
def test_who_may_not_decide(world, as_, name, do, status):
    record = submitted(world)
    response = decide(as_(getattr(world, name)), record, do, comment="试试。")
    assert response.status_code == status
    assert (state(record), ReviewEvent.objects.count()) == (S.ENDORSED, 1)


def test_visitors_unknown_records_and_wrong_methods(world, client, as_):
    record = submitted(world)
    assert client.get(url(record))["Location"].startswith(reverse("login"))
    reviewer = as_(world.reviewer)
    assert reviewer.get("/review/instruments/999999/").status_code == 404
    assert reviewer.get("/review/spoons/1/").status_code == 404
    assert reviewer.put(url(record)).status_code == 405


def test_a_long_queue_does_not_cost_the_page_more_queries(
    world, as_, django_assert_num_queries, django_assert_max_num_queries
):
    record = submitted(world)
    for _n in range(4):
        make_instrument(world, status=S.ENDORSED)
    client = as_(world.reviewer)
    client.get(url(record))
    with django_assert_max_num_queries(100) as few:
        client.get(url(record))
    for _n in range(45):
        make_instrument(world, status=S.ENDORSED, submitted_at=timezone.now())
    with django_assert_num_queries(len(few)):
        client.get(url(record))
