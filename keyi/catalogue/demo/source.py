"""The instruments of the demo: a public laboratory's list, with its flaws cleaned by the rules below.

instruments.csv holds the rows as they were published (real names, models, makers). The rules:

* a number that was given twice is used once, for the first row that names a model;
* kitchen and bench utensils (refrigerators, water baths, stirrers …) are left out: types.csv does not know them;
* makers get one spelling and a country (makers.csv); a brand written in the column of models moves to the maker;
* a row without model or maker can only be a draft, for there is something to fill in; every third is kept;
* “已坏” means waiting for repair, “长期不开” standby; all other remarks were about rooms and are dropped;
* a certificate whose validity ends before it begins is dropped, and so is a repeated slip of the pen in names.

What the list does not say (value, fees, figures) is made up per type of instrument in types.csv.
"""

import csv
import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keyi.core.text import normalise
from keyi.records.choices import RunStatus

FOLDER = Path(__file__).parent
BRANDS = frozenset({"bio-rad", "buchi", "zeiss", "eyela"})
SLIPS = {
    "纯水超纯水一体化体统": "纯水-超纯水一体机",
    "Icap6300": "iCAP 6300",
    "Nicolet6700": "Nicolet 6700",
    "Spectrum400200": "Spectrum 400",
    "DAWN HELLO": "DAWN HELEOS",
}
REMARKS = {"已坏": RunStatus.TO_REPAIR, "长期不开": RunStatus.STANDBY}


@dataclass(frozen=True)
class Type:
    """What all instruments of one type share. ``value`` in 10,000 CNY, ``external`` in CNY per ``charge``."""

    word: str
    category: str
    subject: str
    shape: str
    room: str
    value: str
    charge: str
    external: str
    technical: str
    function: str
    service: str


@dataclass(frozen=True)
class Item:
    """One cleaned row. ``model`` or ``maker`` may be empty; then it can only be a draft."""

    number: str
    name: str
    model: str
    maker: str
    country: str
    accuracy: str
    checked_on: str
    valid_until: str
    run_status: str
    type: Type

    @property
    def is_complete(self) -> bool:
        return bool(self.model and self.maker)


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def types() -> tuple[Type, ...]:
    return tuple(Type(**row) for row in _read("types.csv"))


@functools.cache
def items() -> tuple[Item, ...]:
    """Every usable row, cleaned, in the list's order."""
    rows: dict[str, dict[str, str]] = {}
    for row in _read("instruments.csv"):
        row = {key: normalise(value) for key, value in row.items()}
        number = row["number"]
        if number not in rows or (row["model"] and not rows[number]["model"]):
            rows[number] = row
    cleaned = tuple(_clean_all(rows.values()))
    kept = [item for item in cleaned if not item.is_complete][::3]
    return tuple(item for item in cleaned if item.is_complete or item in kept)


def _clean_all(rows) -> Iterator[Item]:
    for row in rows:
        name = SLIPS.get(row["name"], row["name"])
        found = next((kind for kind in types() if kind.word in name), None)
        if found is not None:
            yield _clean(row, name, found)


def _clean(row: dict[str, str], name: str, found: Type) -> Item:
    is_brand = row["model"].casefold() in BRANDS
    maker, country = _maker_of(row["maker"] or (row["model"] if is_brand else ""))
    checked_on, valid_until = row["checked_on"], row["valid_until"]
    if checked_on and valid_until and dt.date.fromisoformat(valid_until) < dt.date.fromisoformat(checked_on):
        checked_on = valid_until = ""
    return Item(
        number=row["number"],
        name=name,
        model="" if is_brand else SLIPS.get(row["model"], row["model"]),
        maker=maker,
        country=country,
        accuracy=row["accuracy"],
        checked_on=checked_on,
        valid_until=valid_until,
        run_status=REMARKS.get(row["note"], RunStatus.NORMAL),
        type=found,
    )


def _maker_of(written: str) -> tuple[str, str]:
    """(maker, numeric country code), or two empty texts when the list does not really say."""
    for row in _read("makers.csv"):
        if row["written"] in written.casefold():
            return row["maker"], row["country"]
    return "", ""
