"""Very many invented instruments, to see how the platform behaves with a nation's stock: ``keyi demo --scale N``.

Only public copies and their 法人单位 are made; nobody can sign in for them. The same N gives the same instruments.
Classes, counties, subjects and makers are those of the code lists and of the thesaurus; how often each comes is
skewed, as in life: a few units, classes and makers have most.
"""

import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db import connection

from keyi.accounts import tree
from keyi.accounts.choices import UnitNature
from keyi.accounts.models import OrgUnit
from keyi.codes.models import CodeItem, CodeList
from keyi.records.choices import ChargeUnit, RunStatus, ShareMode, UsageType
from keyi.records.models.found import CHINA, band, origin
from keyi.search import thesaurus

from .source import Type, types

SEED = 20260101
PER_UNIT, PER_PLATFORM = 13, 8  # instruments, as in Hunan: 9,200 of 710 units, 1,100 platforms
FIRST_ID = 1_000_000_000  # of the records that these copies stand for; there are none
LAST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KINDS = ("研究院", "大学", "检测中心", "科技公司", "职业学院")
NATURES = (UnitNature.INSTITUTE, UnitNature.UNIVERSITY, UnitNature.INTERMEDIARY, UnitNature.ENTERPRISE,
           UnitNature.UNIVERSITY)  # fmt: skip
MANNERS = (
    "",
    "",
    "",
    "全自动",
    "台式",
    "便携式",
    "高分辨",
    "场发射",
    "双通道",
    "在线",
    "高温",
    "低温",
    "微区",
    "真空",
)
SHARED = (ShareMode.EXTERNAL, ShareMode.INTERNAL, ShareMode.NONE)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
MARK = "（规模演示）"
COLUMNS = ("kind", "object_id", "slug", "title", "text", "facets", "found_by", "content", "files", "hours",
           "unit_path", "version", "revision", "first_published_at", "published_at")  # fmt: skip
Say = Callable[[int, int], None]
Json = dict[str, Any]


@dataclass
class Skewed:
    """Things of which the first come most often."""

    things: list[Any]
    steepness: float = 1.0
    weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = list(
            accumulate(1 / (place + 2) ** self.steepness for place in range(len(self.things)))
        )

    def pick(self, dice: random.Random) -> Any:
        return dice.choices(self.things, cum_weights=self.weights)[0]


@dataclass(frozen=True)
class Unit:
    name: str
    slug: str
    nature: str
    county: CodeItem
    path: str
    tel: str

    @property
    def mention(self) -> Json:
        return {"name": self.name, "slug": self.slug, "nature": self.nature, "tel": self.tel}


class Vocabulary:
    """What the names and fields are made of. A dozen queries, then none."""

    def __init__(self, dice: random.Random) -> None:
        leaves = CodeItem.objects.in_use(CodeList.INSTRUMENT_CLASS).filter(level__gte=2).order_by("code")
        classes = [item for item in leaves if item.level == max(item.level for item in leaves)]
        groups = thesaurus.shipped()
        self.nouns = Skewed(
            _shuffled(dice, [group.terms[0] for group in groups if group.subject == "instrument"])
        )
        self.makers = Skewed(
            _shuffled(dice, [group.terms[0] for group in groups if group.subject == "maker"])
        )
        self.classes = _shuffled(dice, classes)
        self.counties = Skewed([county for _city, counties in tree.counties() for county in counties], 0.8)
        self.subjects = Skewed(_shuffled(dice, list(CodeItem.objects.in_use(CodeList.SUBJECT))))
        countries = CodeItem.objects.in_use(CodeList.COUNTRY).filter(
            code__in=(CHINA, "840", "276", "392", "826")
        )
        self.countries = Skewed(sorted(countries, key=lambda item: item.code != CHINA), 1.2)
        self.kinds = Skewed(_shuffled(dice, list(types())), 0.7)

    def class_of(self, noun: str) -> CodeItem:
        """The same noun always belongs to the same class."""
        return self.classes[sum(map(ord, noun)) % len(self.classes)]


def _shuffled(dice: random.Random, things: list[Any]) -> list[Any]:
    return dice.sample(things, len(things))


def make(number: int, say: Say | None = None) -> None:
    """``number`` published instruments with their units and platforms, in the caller's transaction."""
    dice = random.Random(SEED)  # noqa: S311  the same every time
    words = Vocabulary(dice)
    units = _make_units(max(1, number // PER_UNIT), words, dice)
    platforms = [f"S{place}" for place in range(1, number // PER_PLATFORM + 1)]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY search_document ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for place, unit in enumerate(units, start=1):
            copy.write_row(_unit_row(place, unit))
        for place, slug in enumerate(platforms, start=1):
            copy.write_row(_platform_row(place, slug, units[place % len(units)]))
        held = Skewed(units, 0.9)
        for place in range(1, number + 1):
            drawn = _draw(place, held.pick(dice), words, platforms, dice)
            copy.write_row(_instrument_row(drawn, _hours(dice)))
            if say and (place % 1000 == 0 or place == number):
                say(place, number)


def _make_units(number: int, words: Vocabulary, dice: random.Random) -> list[Unit]:
    tree.ensure_province()
    cities = {city.division_id: city for city in OrgUnit.objects.filter(level=OrgUnit.Level.CITY)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('accounts_orgunit', 'id')) FROM generate_series(1, %s)",
            [number],
        )
        keys = [key for (key,) in cursor.fetchall()]
    rows, units = [], []
    for place, key in enumerate(keys, start=1):
        county, kind = words.counties.pick(dice), dice.randrange(len(KINDS))
        city = cities[county.parent_id]
        name = f"{county.label}第 {place} {KINDS[kind]}{MARK}"
        unit = Unit(
            name, f"SCALE{place:013d}", NATURES[kind], county, f"{city.path}{key:06d}/", f"0731-{place:08d}"
        )
        units.append(unit)
        rows.append(OrgUnit(
            pk=key, level=OrgUnit.Level.INSTITUTION, parent=city, path=unit.path, name=name, uscc=unit.slug,
            nature=unit.nature, division=county,
        ))  # fmt: skip
    OrgUnit.objects.bulk_create(rows, batch_size=2000)
    return units


def _row(kind: str, place: int, slug: str, title: str, said: Json, facets: Json, content: Json, unit: Unit,
         hours: Json | None = None, day: int = 0) -> tuple:  # fmt: skip
    text = " ".join(
        word for name in ("title", "model", "class", "maker", "about", "place") for word in said.get(name, [])
    )
    moment = LAST_DAY - dt.timedelta(minutes=17 * day)
    return (
        kind, FIRST_ID + place, slug, title, text.lower(), _json(facets), _json(said), _json(content), "{}",
        _json(hours or {}), unit.path, 1, 0, moment, moment,
    )  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _code(item: CodeItem) -> Json:
    return {"key": item.pk, "label": item.label, "full": item.full_label, "en": item.label_en}


def _place(county: CodeItem) -> Json:
    return {"city": county.parent_id, "county": county.pk}


def _unit_row(place: int, unit: Unit) -> tuple:
    intro = "为演示大规模数据而虚构的单位，与任何真实单位无关。"
    said = {
        "title": [unit.name], "about": [intro], "place": [unit.county.full_label], "is_open": True,
        "facets": {"place": _codes(unit.county), "nature": [unit.nature], "unit": [unit.slug]},
    }  # fmt: skip
    fields = {
        "name": unit.name,
        "nature": unit.nature,
        "division": _code(unit.county),
        "intro": intro,
        "street": "示范路 1 号",
    }
    content = {"fields": fields, "files": [], "uscc": unit.slug, "tel": unit.tel}
    facets = {**_place(unit.county), "nature": unit.nature}
    return _row("institutions", place, unit.slug, unit.name, said, facets, content, unit, day=place)


def _platform_row(place: int, slug: str, unit: Unit) -> tuple:
    name, level = f"第 {place} 重点实验室{MARK}", platform_level(place)
    said = {
        "title": [name], "place": [unit.name, unit.county.full_label], "is_open": True,
        "facets": {"place": _codes(unit.county), "unit": [unit.slug], "platform": [level], "type": ["platform"]},
    }  # fmt: skip
    fields = {
        "kind": "platform", "name": name, "level": level, "state": "normal", "division": _code(unit.county),
        "host_name": unit.name, "intro": "为演示大规模数据而虚构。", "services": "分析测试。", "street": "示范路 1 号",
    }  # fmt: skip
    facets = {**_place(unit.county), "kind": "platform", "level": level, "type": "", "unit": unit.slug}
    content = {"fields": fields, "files": [], "unit": unit.mention}
    return _row("platforms", place, slug, name, said, facets, content, unit, day=place)


def _codes(county: CodeItem) -> list[str]:
    return [f"{county.code[:4]}00", county.code]


@dataclass(frozen=True)
class Drawn:
    """One instrument as the dice fell."""

    place: int
    unit: Unit
    title: str
    model: str
    maker: str
    kind: Type
    category: CodeItem
    subject: CodeItem
    country: CodeItem
    value: float  # in 10,000 CNY
    share: str
    status: str
    year: int
    price: str  # empty: by agreement
    platform: list[str]
    lab: str
    floor: int

    @property
    def level(self) -> str:
        return platform_level(int(self.platform[0][1:])) if self.platform else ""

    @property
    def fee(self) -> str:
        return "listed" if self.price else "negotiable"


def platform_level(place: int) -> str:
    return "national" if place % 9 == 0 else "provincial"


def _draw(place: int, unit: Unit, words: Vocabulary, platforms: list[str], dice: random.Random) -> Drawn:
    noun = words.nouns.pick(dice)
    first, second, mark = dice.choice(LETTERS), dice.choice(LETTERS), dice.choice(("-", " ", ""))
    return Drawn(
        place=place, unit=unit, title=f"{dice.choice(MANNERS)}{noun}",
        model=f"{first}{second}{mark}{dice.randrange(100, 9999)}", maker=words.makers.pick(dice),
        kind=words.kinds.pick(dice), category=words.class_of(noun), subject=words.subjects.pick(dice),
        country=words.countries.pick(dice), value=round(min(dice.lognormvariate(3.6, 1.1), 9000), 2),
        share=dice.choices(SHARED, (80, 17, 3))[0], status=dice.choices(RunStatus.values, (78, 8, 3, 5, 2, 3, 1))[0],
        year=2025 - min(int(dice.expovariate(0.12)), 29),
        price=str(dice.randrange(2, 80) * 10) if dice.random() < 0.7 else "",
        platform=[dice.choice(platforms)] if platforms and dice.random() < 0.3 else [],
        lab=f"第 {dice.randrange(1, 9)} 实验室", floor=dice.randrange(1, 9),
    )  # fmt: skip


def _instrument_row(drawn: Drawn, hours: Json) -> tuple:
    unit, place = drawn.unit, drawn.place
    facets = {
        **_place(unit.county), "class": f"instrument_class:{drawn.category.code[:2]}0000",
        "category": drawn.category.pk, "share": drawn.share, "nature": unit.nature, "fee": drawn.fee,
        "unit": unit.slug, "value": f"{drawn.value:.2f}", "kind": "instrument", "platform": drawn.platform,
        "platform_level": drawn.level,
    }  # fmt: skip
    content = {
        "fields": _instrument_fields(drawn), "files": [], "platforms": drawn.platform, "unit": unit.mention,
        "lab": {"name": drawn.lab, "parent": ""},
    }  # fmt: skip
    said = _instrument_words(drawn)
    return _row(
        "instruments", place, f"S{place:09d}", drawn.title, said, facets, content, unit, hours, day=place
    )


def _instrument_words(drawn: Drawn) -> Json:
    code, kind = drawn.category.code, drawn.kind
    return {
        "title": [drawn.title], "model": [drawn.model], "class": [drawn.category.full_label], "maker": [drawn.maker],
        "about": [kind.function, kind.technical, kind.service],
        "place": [drawn.unit.name, drawn.lab, drawn.unit.county.full_label],
        "value": drawn.value, "is_open": drawn.share == ShareMode.EXTERNAL,
        "facets": {
            "class": list(dict.fromkeys([f"{code[:2]}0000", f"{code[:4]}00", code])),
            "place": _codes(drawn.unit.county), "unit": [drawn.unit.slug], "nature": [drawn.unit.nature],
            "platform": [drawn.level] if drawn.level else [], "subject": [drawn.subject.code],
            "share": [drawn.share], "value": [band(Decimal(str(drawn.value)))],
            "origin": [origin(drawn.country)], "country": [drawn.country.code],
            "year": [str(drawn.year)], "status": [drawn.status], "fee": [drawn.fee], "type": ["instrument"],
        },
    }  # fmt: skip


def _instrument_fields(drawn: Drawn) -> Json:
    kind, price = drawn.kind, drawn.price
    fee = {
        "item": kind.service[:50],
        "unit": ChargeUnit.SAMPLE,
        "external": price,
        "internal": price,
        "negotiable": False,
    }
    return {
        "kind": "instrument", "name": drawn.title, "model_name": drawn.model, "manufacturer": drawn.maker,
        "country": _code(drawn.country), "category": _code(drawn.category), "value_wan": f"{drawn.value:.2f}",
        "started_on": f"{drawn.year}-06-01", "share_mode": drawn.share, "run_status": drawn.status,
        "function": kind.function, "technical": kind.technical, "service_content": kind.service,
        "subjects": [_code(drawn.subject)], "division": _code(drawn.unit.county), "street": "示范路 1 号",
        "building": "实验楼", "floor": f"{drawn.floor} 层", "fees": [fee] if price else [],
        "is_fee_negotiable": not price, "usage_type": UsageType.GENERAL, "is_modified": False, "source": "bought",
        "open_hours": [{"days": "workdays", "opens": "08:30", "closes": "17:30"}],
    }  # fmt: skip


def _hours(dice: random.Random) -> Json:
    """Two years of most instruments."""
    if dice.random() < 0.2:
        return {}
    run = dice.randrange(20, 3000)
    ext = int(run * dice.random() * 0.4)
    return {
        "2024": {"run": f"{run}.0", "ext": f"{ext}.0"},
        "2025": {"run": f"{run + 40}.0", "ext": f"{ext + 10}.0"},
    }
