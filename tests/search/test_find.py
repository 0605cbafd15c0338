"""The order of answers, the counts of filters, what comes closest, and what is no question at all."""

import time

import pytest

from keyi.search.find import HOURS, NEWEST, VALUE, Request, find
from keyi.search.models import Document
from tests.search.documents import document, publish

pytestmark = pytest.mark.django_db
HOSTILE = [
    "a" * 10_000, "电" * 10_000, "电镜 " * 2_000, "xian" * 2_500, '"unbalanced', "((((((", "title:电镜 AND (", "*",
    "?*~^",
    "+-&|!(){}[]^\"~*?:\\/", "电镜^999", "'; DROP TABLE search_document; --", "<script>alert(1)</script>", "\0\1\2",

    "\ud800", "../../../etc/passwd", "%s%s%n", "#电镜", "id:1 OR 1=1", "\u202e电镜", "🔬" * 500, "1" * 9_999,
    "a-" * 5_000, "sem " * 3_000, "NOT", "AND OR", "[2000 TO 2020]", "𠀀" * 300, "e\u0301" * 2_000,
]  # fmt: skip


def names(text: str, **values) -> list[str]:
    answer = find(Request(text, **values))
    found = Document.objects.in_bulk(answer.ids)
    return [found[key].title for key in answer.ids]


def tell(number: int, name: str, **said) -> Document:
    found_by = {"title": [name], "model": [said.pop("model", "")], "facets": said.pop("facets", {})} | said
    made = document(number, title=name, found_by=found_by)
    made.save()
    return made


def test_exact_name_comes_first_then_exact_model():
    tell(1, "离心机离心机配件", about=["离心机 离心机"])
    tell(2, "高速离心机", is_open=True)
    tell(3, "离心机")
    tell(4, "配件", model="iCAP 6300 Duo", about=["icap 6300"])
    tell(5, "光谱", model="iCAP-6300")
    assert names("离心机")[0] == "离心机"
    assert names("icap6300")[0] == "光谱"


def test_open_instruments_come_a_little_before_others_that_answer_as_well():
    tell(1, "离心机 A", is_open=False)
    tell(2, "离心机 B", is_open=True)
    tell(3, "离心机 C", is_open=False)
    assert names("离心机")[0] == "离心机 B"


def test_orders():
    first, second = tell(1, "离心机 A", value=9.5), tell(2, "离心机 B", value=120.0)
    Document.objects.filter(pk=first.pk).update(hours={"2024": {"run": "9999"}, "2025": {"run": "1200.5"}})
    Document.objects.filter(pk=second.pk).update(hours={"2025": {"run": "300"}})
    assert names("离心机", order=VALUE) == ["离心机 B", "离心机 A"]
    assert names("离心机", order=HOURS) == ["离心机 A", "离心机 B"]
    assert names("", order=NEWEST) == ["离心机 B", "离心机 A"]


def test_pages_show_every_copy_once():
    publish(*range(45))
    seen = [key for start in (0, 20, 40) for key in find(Request("离心机", start=start)).ids]
    assert len(seen) == len(set(seen)) == 45


def test_counts_of_a_filter_ignore_its_own_choice():
    tell(1, "离心机 A", facets={"place": ["430100", "430104"], "share": ["external"]})
    tell(2, "离心机 B", facets={"place": ["430200"], "share": ["external"]})
    tell(3, "离心机 C", facets={"place": ["430100"], "share": ["internal"]})
    tell(4, "天平", facets={"place": ["430100"], "share": ["external"]})
    answer = find(Request("离心机", chosen={"place": ["430100"]}))
    assert answer.count == 2
    assert answer.counts["place"] == {"430100": 2, "430104": 1, "430200": 1}
    assert answer.counts["share"] == {"external": 1, "internal": 1}
    both = find(Request("离心机", chosen={"place": ["430100", "430200"], "share": ["external"]}))
    assert both.count == 2
    assert both.counts["place"] == {"430100": 1, "430104": 1, "430200": 1}
    assert both.counts["share"] == {"external": 2, "internal": 1}


def test_hundreds_of_choices_that_exist_or_not_are_answered():
    tell(1, "离心机", facets={"place": ["430100"]})
    values = [f"{n:06d}" for n in range(430_000, 430_500)]
    assert find(Request("离心机", chosen={"place": values})).count == 1
    assert find(Request("离心机", chosen={"place": ["x"], "nothing": ["y"]})).count == 0


def test_nothing_found_names_the_closest():
    tell(1, "扫描电镜", facets={"place": ["430100"]})
    tell(2, "离心机")
    for text in ("扫描电镜 郴州", "扫描电镜的探头罩", "电镜室排队"):
        answer = find(Request(text))
        assert (answer.count, answer.ids) == (0, [])
        assert Document.objects.get(pk=answer.nearest[0]).title == "扫描电镜"
    elsewhere = find(Request("扫描电镜", chosen={"place": ["430200"]}))
    assert elsewhere.count == 0
    assert Document.objects.get(pk=elsewhere.nearest[0]).title == "扫描电镜"
    assert len(find(Request("qqqqq")).nearest) == 2


def test_other_kinds_are_found_only_where_they_are_asked_for():
    document(1).save()
    document(2, kind="institutions", title="离心机研究所", found_by={"title": ["离心机研究所"]}).save()
    assert names("离心机", kinds=("institutions",)) == ["离心机研究所"]
    assert len(names("离心机")) == 2


def test_copy_without_words_of_its_own_is_found_by_title_and_text():
    document(1, title="天平", text="称量 te 3102s", found_by={}).save()
    assert names("称量") == names("TE3102S"[:2]) == ["天平"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_breaks_the_search_or_keeps_it_busy(text):
    publish(*range(5))
    find(Request("sem saomiao 离心机"))  # loads the dictionaries
    took = []
    for _attempt in range(3):  # the collector of garbage may run in one of them
        started = time.thread_time()
        find(Request(text, chosen={"place": [text[:50], '"', "430100"]}))
        took.append(time.thread_time() - started)
    assert min(took) < 0.1
