"""The corpus of 120 instruments as public copies, in an index that every test of a module may only read."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from keyi.accounts.models import OrgUnit
from keyi.codes.models import CodeItem, CodeList
from keyi.search import follow, index
from keyi.search.models import Document
from keyi.search.place import Place
from tests.factories import make_instrument
from tests.world import World, code

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def publish_corpus(world: World) -> dict[int, str]:
    """Publish the corpus through real records; which document is which row: {document: "C001"}."""
    hunan = CodeItem.objects.get(key="division:430000")
    cities = {world.changsha.label[:2]: world.changsha, world.xiangtan.label[:2]: world.xiangtan}
    units: dict[str, OrgUnit] = {}
    ids = {}
    for row in rows("corpus.csv"):
        if row["city"] not in cities:
            cities[row["city"]] = code(
                CodeList.DIVISION, f"43{len(cities) + 10}00", f"{row['city']}市", hunan
            )
        division = cities[row["city"]]
        if row["unit"] not in units:
            number = len(units)
            unit = world.institution(row["unit"], f"9143{number:014d}", world.changsha_city, division)
            units[row["unit"]] = world.node("department", f"测试{number}室", unit)
        record = make_instrument(
            world, status="published", unit=units[row["unit"]], name=row["name"], name_en=row["name_en"],
            model_name=row["model"], manufacturer=row["maker"], function=row["function"],
            technical=row["technical"], category=_category(row["category"]), division=division,
            country=world.china if row["country"] == "中国" else world.usa, service_content=row["function"],
            inventory_number=row["id"],
        )  # fmt: skip
        ids[Document.objects.get(kind="instruments", object_id=record.pk).pk] = row["id"]
    return ids


def _category(number: str) -> CodeItem:
    """The 中类 by its real name; 小类 are the operator's and have no name here."""
    leaf = CodeItem.objects.filter(key=f"{CodeList.INSTRUMENT_CLASS}:{number}").first()
    if leaf is None:
        middle = CodeItem.objects.get(key=f"{CodeList.INSTRUMENT_CLASS}:{number[:4]}00")
        leaf = code(CodeList.INSTRUMENT_CLASS, number, "", middle)
    return leaf


@pytest.fixture(scope="module")
def corpus(django_db_setup, django_db_blocker, tmp_path_factory):
    """{document: "C001"} with its index, committed for the whole module and taken away after it."""
    folder, before = tmp_path_factory.mktemp("search"), settings.SEARCH_FOLDER
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with transaction.atomic():
            settings.SEARCH_FOLDER = folder
            world = World()
            call_command("load_codes", "instrument_class", verbosity=0)
            ids = publish_corpus(world)
            follow.build(Place.of_this_node())
            yield ids
            transaction.set_rollback(True)
        settings.SEARCH_FOLDER = before
        index._engine.cache_clear()
