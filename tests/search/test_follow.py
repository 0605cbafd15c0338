"""The index follows the table: on every worker, through kills, damage and transactions that end in another order."""

import threading
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test import override_settings

from keyi.search import find as asking
from keyi.search import follow, index
from keyi.search.find import Request
from keyi.search.models import Document, ThesaurusGroup
from keyi.search.place import Place
from tests.search.documents import document, publish
from tests.search.process import Process

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 2.0  # seconds within which every worker shows what was published
ALL = "离心机"


def find(text: str = ALL) -> list[int]:
    return sorted(asking.find(Request(text, size=5000)).ids)


def table() -> list[int]:
    return sorted(Document.objects.values_list("pk", flat=True))


@pytest.fixture
def folder(settings):
    return settings.SEARCH_FOLDER


@pytest.fixture
def start(folder):
    started = []

    def begin(*command: str) -> Process:
        started.append(Process(folder, *command))
        return started[-1]

    yield begin
    for process in started:
        process.end()


def test_every_worker_sees_a_publication_and_a_withdrawal_within_two_seconds(start):
    workers = [start(), start()]
    for worker in workers:
        worker.sees(ALL, [], seconds=20)

    [one, two] = publish(1, 2)
    for worker in workers:
        worker.sees(ALL, [one.pk, two.pk], seconds=SOON)

    one.delete()
    for worker in workers:
        worker.sees(ALL, [two.pk], seconds=SOON)

    Document.objects.filter(pk=two.pk).update(title="天平", found_by={"title": ["天平"]})
    for worker in workers:
        worker.sees("天平", [two.pk], seconds=SOON)
        assert worker.ask(ALL) == []


def test_worker_killed_while_it_follows_leaves_an_index_that_goes_on(start):
    worker = start()
    worker.sees(ALL, [], seconds=20)
    done = threading.Event()

    def keep_publishing():
        for number in range(200):
            publish(number)
            if number % 3 == 0:
                Document.objects.get(object_id=number).delete()
        connection.close()
        done.set()

    thread = threading.Thread(target=keep_publishing)
    thread.start()
    while not done.is_set():
        worker.end()
        worker = start()
        worker.ask(ALL)
    thread.join()

    worker.sees(ALL, table(), seconds=20)
    assert find() == table()


def test_reindex_killed_half_way_leaves_the_old_index_in_use(start, folder):
    publish(*range(3000))
    assert len(find()) == 3000
    place = Place.of_this_node()
    before = place.state()

    reindex = start("-m", "django", "reindex")
    while len(list(place.folder.glob("build-*"))) < 2:
        assert reindex.process.poll() is None
        threading.Event().wait(0.01)  # leaves the processor to what is waited for
    reindex.end()

    assert place.state() == before
    [new] = publish(3000)
    assert new.pk in find()
    follow.build(place)
    assert [path.name for path in place.folder.glob("build-*")] == [f"build-{place.state().build}"]
    assert place.state().build != before.build
    assert find() == table()


def test_damaged_index_is_built_anew(folder):
    publish(1, 2)
    assert find() == table()
    place = Place.of_this_node()
    broken = place.state().build
    index._engine.cache_clear()
    for path in place.path(broken).iterdir():
        if path.suffix in (".term", ".idx", ".fast"):
            path.unlink()  # another file in its place: one that a thread still reads must not grow shorter under it
            path.write_bytes(b"rubbish")

    with suppress(index.NotReadyError):  # a page says then that the search is being prepared
        find()
    assert find() == table()
    assert place.state().build != broken


@pytest.mark.parametrize("what", ["state.json", "build"])
def test_missing_index_is_built_anew(folder, what):
    publish(1, 2)
    assert find() == table()
    place = Place.of_this_node()
    index._engine.cache_clear()
    if what == "build":
        for path in place.path(place.state().build).iterdir():
            path.unlink()
        place.path(place.state().build).rmdir()
    else:
        place.file.write_text("{")

    assert find() == table()


def test_search_says_so_while_there_is_no_index(db):
    publish(1)
    with override_settings(SEARCH_FOLLOWS_IN="thread"), pytest.raises(index.NotReadyError):
        asking.find(Request(ALL))


def test_number_given_before_but_committed_after_another_is_not_passed_over():
    find()
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            publish(1)
            begun.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    begun.wait(10)
    [quick] = publish(2)
    assert find() == [quick.pk]
    assert find() == [quick.pk]
    go_on.set()
    slow.join()
    assert find() == table()
    assert len(table()) == 2


def test_more_changes_than_one_batch_are_all_followed(monkeypatch):
    find()
    monkeypatch.setattr(follow, "BATCH", 7)
    publish(*range(30))
    assert find() == table()
    Document.objects.filter(object_id__lt=20).delete()
    assert find() == table()
    assert len(table()) == 10


def test_emptied_table_empties_the_index():
    publish(1, 2)
    assert len(find()) == 2
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE search_document")
    assert find() == []
    publish(3)
    assert find() == table()


def test_changed_thesaurus_takes_effect():
    publish(1)
    assert asking.find(Request("甩干机")).count == 0
    ThesaurusGroup.objects.create(subject="instrument", terms=["离心机", "甩干机"])
    assert asking.find(Request("甩干机")).count == 1
    ThesaurusGroup.objects.all().delete()
    assert asking.find(Request("甩干机")).count == 0


def test_only_one_process_builds_at_a_time():
    place = Place.of_this_node()
    with place.lock("build") as is_mine:
        assert is_mine
        assert follow.build(place) is False
    assert follow.build(place) is True


def test_those_who_ask_while_another_builds_get_the_answer():
    """In tests, where a question itself brings the index up to date, nobody is told to come again."""
    publish(*range(200))
    answers, together = [], threading.Barrier(4)

    def ask() -> None:
        together.wait()
        answers.append(find())
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [table()] * 4


def test_following_costs_nothing_without_changes(django_assert_num_queries):
    publish(1)
    find()
    with django_assert_num_queries(3):  # the last number, and the thesaurus' mark; asked twice
        follow.catch_up(Place.of_this_node())


def test_copy_in_the_same_transaction_is_found_by_its_own_request():
    with transaction.atomic():
        document(1).save()
        assert len(find()) == 1
