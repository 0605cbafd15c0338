"""What clients were promised, held against what is there afterwards."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.api.bodies import INSTRUMENT
from tests.faults.running import MAKE_UNIT, Running, Sender, wait_for

COUNT = """
import hashlib, json
from collections import Counter
from keyi.records.models import Instrument, InstrumentFile
from keyi.audit.models import Entry
from keyi.api.models import KeptAnswer
from keyi.review.models import ReviewEvent
rows = list(Instrument.objects.values_list("inventory_number", "pk", "name", "status", "receipt"))
files = InstrumentFile.objects.all()
print(json.dumps({
    "rows": rows,
    "logged": list(Entry.objects.filter(action="record.save").values_list("object_id", flat=True)),
    "answers": KeptAnswer.objects.count(),
    "photos": {file.record_id: file.token for file in files},
    "number of photos": len(files),
    "broken": [f.pk for f in files if hashlib.sha256(f.file.read()).hexdigest() != f.sha256],
    "steps": Counter(ReviewEvent.objects.filter(transition="submit").values_list("object_id", flat=True)),
}))
"""


@contextmanager
def sending(running: Running, number: int) -> Iterator[list[Sender]]:
    secret = running.manage("shell", "-v0", "-c", MAKE_UNIT).split("\n")[-1]
    threads = [Sender(running, secret, f"T{one}") for one in range(number)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.stopped.set()


def saved(senders) -> int:
    return sum(len(thread.submitted) for thread in senders)


def goes_on(running, senders, seconds: float = 90) -> None:
    """The service answers again by itself: four more instruments are saved with their photos and submitted."""
    wanted = saved(senders) + 4
    wait_for(lambda: refused(senders) or saved(senders) >= wanted, seconds, running.printed)
    assert refused(senders) == []


def refused(senders) -> list[str]:
    """What was said to requests that are right: nothing, whatever happens to the machine."""
    return [words for thread in senders for words in thread.words]


def kept(running: Running, senders: list[Sender], imported: Sequence[str] = ()) -> None:
    """Every answer that was given holds, nothing is there half or twice; the counts are printed.

    ``imported``: the inventory numbers of a table that was imported meanwhile.
    """
    found = json.loads(running.manage("shell", "-v0", "-c", COUNT).split("\n")[-1])
    promised = {number: key for thread in senders for number, key in thread.promised.items()}
    photos = {str(key): token for thread in senders for key, token in thread.photos.items()}
    submitted = {key: receipt for thread in senders for key, receipt in thread.submitted.items()}
    repeats = sum(thread.repeats for thread in senders)
    everything = {number: key for number, key, *_rest in found["rows"]}
    there = {number: key for number, key in everything.items() if number not in imported}
    said = f"promised {len(promised)} drafts, {len(photos)} photos, {len(submitted)} submissions; there"
    print(
        f"\n{said} {len(there)}, {found['number of photos']}, {len(found['steps'])}; {repeats} repeats; "
        f"{len(imported)} rows to import, {len(everything) - len(there)} there",
        file=sys.stderr,
    )
    assert refused(senders) == []
    assert {number: key for number, key in promised.items() if there.get(number) != key} == {}
    assert len(found["rows"]) == len(everything)
    assert set(imported) <= set(everything)
    assert {name for number, _key, name, *_rest in found["rows"] if number in there} == {INSTRUMENT["name"]}
    assert sorted(found["logged"]) == sorted(str(key) for key in everything.values())
    assert {key: token for key, token in photos.items() if found["photos"].get(key) != token} == {}
    assert (found["number of photos"], found["broken"]) == (len(found["photos"]), [])
    receipts = {key: receipt for _number, key, _name, _status, receipt in found["rows"]}
    assert {key: receipt for key, receipt in submitted.items() if receipts.get(key) != receipt} == {}
    assert set(found["steps"].values()) == {1}
    assert {int(key) for key in found["steps"]} == {key for key, receipt in receipts.items() if receipt}
    assert found["answers"] == len(there) + len(found["photos"]) + len(found["steps"])
    assert min(repeats, len(photos), len(submitted)) > 0
