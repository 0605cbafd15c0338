"""One size of the catalogue's benchmark; started by bench/catalogue.py with the environment of a fresh platform."""

import io
import statistics
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlencode

import django

from keyi.config import embedded, environment, startup

startup.ensure_demo_secrets(environment.data_folder())
embedded.ensure_database(environment.data_folder())
django.setup()

# Models only once Django is set up.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import catalogue_http as web  # noqa: E402
from bench import catalogue_peers as peers  # noqa: E402
from bench.catalogue_questions import QUESTIONS  # noqa: E402
from keyi.config import prepare  # noqa: E402
from keyi.search import find as index  # noqa: E402
from keyi.search import index as opened  # noqa: E402
from keyi.search.models import Document  # noqa: E402
from keyi.search.place import Place  # noqa: E402

ROUNDS = 7
TYPED = (
    "电",
    "扫描",
    "guang",
    "sao",
    "sm",
    "ICP",
    "iCAP 63",
    "湘",
    "核磁共",
    "zzz",
)  # while somebody is typing
TRIES = 2  # of each peer, the engine included: the better one counts
LONGEST_LAG = 30.0  # seconds, then it is given up


def main(size: int) -> None:
    print(f"\n== {size:,} instruments")
    made = seconds(lambda: fill(size))
    tell("seconds to make the data", made, f"data made in {made:,.0f} s")
    built = seconds(lambda: call_command("reindex", verbosity=0))
    folder = Place.of_this_node().folder
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(f"index built in {built:,.0f} s, {disk:,.0f} MB on disk")
    engine()
    compare()
    pages()


def fill(size: int) -> None:
    prepare._migrate(print)
    prepare._load_codes(lambda _text: None)
    prepare._collect_static(lambda _text: None)
    call_command("demo", scale=size, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_document")  # as the database does by itself at night


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def tell(name: str, value: float, sentence: str) -> None:
    """For the reader, and for the promises."""
    print(sentence)
    print(f"{name}\t{value}")


def ask(text: str, chosen: dict[str, list[str]]) -> index.Answer:
    """As if nobody had asked it before: what is kept of an answer is thrown away first."""
    opened.engine().view().answers.clear()
    return index.find(index.Request(text, kinds=("instruments",), chosen=chosen))


def engine() -> None:
    """Page, count and all filters."""
    for _name, text, chosen in QUESTIONS:
        ask(text, chosen)
    times: dict[str, list[float]] = {}
    for _round in range(ROUNDS):
        for name, text, chosen in QUESTIONS:
            took = seconds(lambda text=text, chosen=chosen: ask(text, chosen)) * 1000
            times.setdefault(name, []).append(took)
    for name, some in times.items():
        print(f"engine, {name:<9} p50 {statistics.median(some):6.2f} ms  p95 {p95(some):6.2f} ms")
    every = [took for some in times.values() for took in some]
    middle = statistics.median(every)
    tell("engine p95", p95(every), f"engine, all 30    p50 {middle:6.2f} ms  p95 {p95(every):6.2f} ms")


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def compare() -> None:
    """Broad questions of the engine, of full-text search, and of ILIKE, in turns."""
    made = peers.make()
    print(f"full-text: table and GIN index made in {made:,.0f} s")
    broad = [question for question in QUESTIONS if question[0] == "broad"]
    own, other, slow = [], [], []
    for _name, text, chosen in broad:
        peers.full_text(text, chosen)
        own += [min(seconds(lambda t=text, c=chosen: ask(t, c)) for _n in range(TRIES))]
        other += [min(seconds(lambda t=text, c=chosen: peers.full_text(t, c)) for _n in range(TRIES))]
        slow += [min(seconds(lambda t=text, c=chosen: peers.like(t, c)) for _n in range(TRIES))]
        print(f"  “{text}”: engine {own[-1] * 1000:,.1f} ms, full-text {other[-1] * 1000:,.0f} ms, "
              f"ILIKE {slow[-1] * 1000:,.0f} ms")  # fmt: skip
    ratio = sum(other) / sum(own)
    tell("times faster than full-text", ratio, f"broad questions: {ratio:,.0f} × faster than full-text, "
         f"{sum(slow) / sum(own):,.0f} × faster than ILIKE")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_words")


def pages() -> None:
    with web.Server() as server:
        first = web.first_page()
        tell("first page after a restart", first, f"first result page after a restart {first:,.0f} ms "
             f"(the server answered at all after {server.up_after:.1f} s)")  # fmt: skip
        web.latency(web.ADDRESSES, rounds=2)  # warms every worker
        new = [took for number in range(5) for took in after_a_change(number)]
        print("page asked for the first time since the index changed, 1 connection  "
              f"p50 {statistics.median(new):.1f} ms  p95 {p95(new):.1f} ms")  # fmt: skip
        times = web.latency(web.ADDRESSES)
        size = web.page_bytes()
        bare = web.latency([f"/bench/bare/{size}/"], rounds=200)
        middle = statistics.median(times)
        tell("page p50", middle, f"page asked again, 1 connection  p50 {middle:.1f} ms  p95 {p95(times):.1f} ms  "
             f"({size / 1000:.0f} KB; a bare view of this size {statistics.median(bare):.1f} ms)")  # fmt: skip
        rate = web.throughput(web.ADDRESSES)
        empty = web.throughput([f"/bench/bare/{size}/"], rounds=300)
        tell("pages per second", rate, f"8 connections: {rate:,.0f} pages/s; of the bare view {empty:,.0f}/s "
             f"({empty / rate:.1f} ×)")  # fmt: skip
        typed = web.latency([f"/suggest/?{urlencode({'q': text})}" for text in TYPED])
        tell("suggestions p95", p95(typed), f"suggestions, 1 connection  p50 {statistics.median(typed):.1f} ms  "
             f"p95 {p95(typed):.1f} ms")  # fmt: skip
        print(f"memory of the server {server.memory():,.0f} MB")
        lag()


def after_a_change(number: int) -> list[float]:
    """Milliseconds of each question's page, when nothing that was kept of its answer may be used."""
    publish(f"zxchange{number}q")
    return web.latency(web.ADDRESSES, rounds=1)


def lag() -> None:
    """From the commit of a publication until a page finds it."""
    times = [publish(f"zxlag{number}q") for number in range(5)]
    tell("published to visible", max(times), f"published to visible: {statistics.median(times):.2f} s, "
         f"at most {max(times):.2f} s, asked by whole pages")  # fmt: skip


def publish(word: str) -> float:
    """Change one public copy; the seconds until a page finds it."""
    document = Document.objects.filter(kind="instruments").order_by("pk").first()
    assert document is not None
    document.found_by["model"] = [word]
    document.save()
    started = time.perf_counter()
    while not is_found(word, document.slug):
        assert time.perf_counter() - started < LONGEST_LAG, f"not visible after {LONGEST_LAG} s"
        time.sleep(0.02)
    return time.perf_counter() - started


def is_found(word: str, slug: str) -> bool:
    client = HTTPConnection("127.0.0.1", web.PORT, timeout=60)
    client.request("GET", web.address(("", word, {})), headers={"Host": "127.0.0.1"})
    return f"/instruments/{slug}/" in client.getresponse().read().decode()


if __name__ == "__main__":
    main(int(sys.argv[1]))
