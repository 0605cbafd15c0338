import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from docx import Document as Word

from keyi.accounts.models import OrgUnit, User
from keyi.catalogue.demo.source import items
from keyi.catalogue.models import Download, Notice
from keyi.core.text import check_uscc, uscc_warning
from keyi.inbox.models import Message
from keyi.records.models import Institution, Instrument, InstrumentFile, Platform
from keyi.search.find import Request, find
from keyi.search.models import Document

pytestmark = pytest.mark.django_db
CORPUS = Path(__file__).resolve().parents[1] / "search" / "data" / "corpus.csv"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, made once for all tests of this file, which only read. The folder of its files."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        call_command("load_codes", verbosity=0)
        call_command("demo", verbosity=0, stdout=io.StringIO())
        yield folder
        transaction.set_rollback(True)


def test_demo_has_records_of_every_state(demo):
    states = Counter(Instrument.objects.values_list("status", flat=True))
    assert set(states) == {"draft", "submitted", "endorsed", "approved", "returned", "published", "offline"}
    assert states["published"] >= 35
    assert Instrument.objects.filter(is_public=True, status="draft").count() == 1
    assert Instrument.objects.filter(is_public=True, status="endorsed").count() == 1
    assert Counter(Institution.objects.values_list("status", flat=True)) == {
        "published": 5,
        "endorsed": 1,
        "returned": 1,
    }
    assert Instrument.objects.filter(institution__name="麓山大学").count() >= 35


def test_demo_publishes_what_is_public(demo):
    shown = {(document.kind, document.object_id) for document in Document.objects.all()}
    instruments = Instrument.objects.filter(is_public=True).values_list("pk", flat=True)
    institutions = Institution.objects.filter(is_public=True).values_list("pk", flat=True)
    platforms = Platform.objects.filter(is_public=True).values_list("pk", flat=True)
    assert shown == {("instruments", pk) for pk in instruments} | {
        ("institutions", pk) for pk in institutions
    } | {("platforms", pk) for pk in platforms}
    assert all(document.files for document in Document.objects.filter(kind="instruments"))


def test_demo_has_platforms_in_every_state_and_instruments_in_them(demo):
    assert Counter(Platform.objects.values_list("status", flat=True)) == {
        "published": 2, "endorsed": 1, "draft": 1,
    }  # fmt: skip
    assert all(platform.figures["number"] for platform in Platform.objects.filter(is_public=True))
    assert all(intro.startswith("【示例】") for intro in Platform.objects.values_list("intro", flat=True))


def test_demo_pictures_all_differ(demo):
    hashes = list(InstrumentFile.objects.values_list("phash", flat=True))
    assert len(set(hashes)) == len(hashes) > 50


def test_demo_units_are_marked_as_invented(demo):
    units = OrgUnit.objects.filter(level=OrgUnit.Level.INSTITUTION)
    assert units.count() == 8
    for unit in units:
        assert (check_uscc(unit.uscc), uscc_warning(unit.uscc)) == (unit.uscc, "")
    assert all(intro.startswith("【示例】") for intro in Institution.objects.values_list("intro", flat=True))


def test_demo_accounts_are_ready(demo):
    roles = {
        user.username: (user.home.role, user.home.unit.name)
        for user in User.objects.filter(username__in=["reviewer", "unit", "newunit", "lab", "admin"])
    }
    assert roles == {
        "reviewer": ("reviewer", "湖南省"),
        "unit": ("institution_admin", "麓山大学"),
        "newunit": ("institution_admin", "衡阳先进制造研究所"),
        "lab": ("lab_manager", "分析测试中心"),
        "admin": ("system_admin", "湖南省"),
    }
    assert not User.objects.filter(email_verified_at=None).exists()
    assert not Institution.objects.filter(unit__name="衡阳先进制造研究所").exists()
    assert (
        max(Counter(Message.objects.filter(read_at=None).values_list("recipient", flat=True)).values()) == 3
    )


def test_demo_offers_the_application_form_as_the_third_file(demo, settings):
    settings.MEDIA_ROOT = demo
    titles = list(Download.objects.values_list("title", "kind"))
    assert titles == [
        ("平台操作指南", "docx"),
        ("仪器分类代码表", "xlsx"),
        ("平台申请书", "docx"),
        ("开放共享管理制度参考文本", "docx"),
    ]
    with Download.objects.get(title="平台申请书").file.open() as file:
        assert Word(file).tables[0].cell(0, 0).text == "单位名称"
    assert Notice.objects.public().count() == 5


def test_demo_does_nothing_a_second_time(demo):
    before = (Instrument.objects.count(), User.objects.count(), Notice.objects.count())
    call_command("demo", verbosity=0, stdout=io.StringIO())
    assert (Instrument.objects.count(), User.objects.count(), Notice.objects.count()) == before


def test_demo_is_refused_in_production(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="never"):
        call_command("demo")


def test_source_list_is_cleaned_by_its_rules():
    by_number = {item.number: item for item in items()}
    assert len(by_number) == len(items())
    assert "SB-256" not in by_number  # a refrigerator
    ion, icp, brand = by_number["SB-081"], by_number["SB-192"], by_number["SB-241"]
    assert (ion.maker, ion.country, ion.run_status) == ("戴安（Dionex）", "840", "to_repair")
    assert (icp.name, icp.model, icp.maker) == (
        "电感耦合等离子体发射光谱仪",
        "iCAP 6300",
        "赛默飞世尔（Thermo Fisher）",
    )
    assert (brand.model, brand.maker, brand.is_complete) == ("", "步琦（Büchi）", False)
    assert by_number["SB-246"].model == "DAWN HELEOS"
    assert (by_number["SB-294"].checked_on, by_number["SB-294"].valid_until) == ("", "")
    assert all(any(char.isdigit() for char in item.type.technical) for item in items())


def test_corpus_is_published_through_the_forms_and_found(demo, settings, tmp_path):
    """Every fifth row of the list beside the demo's own instruments, found as people ask."""
    settings.MEDIA_ROOT = tmp_path
    heading, *rows = CORPUS.read_text("utf-8-sig").splitlines()
    part = tmp_path / "list.csv"
    part.write_text("\n".join([heading, *rows[2::5]]), "utf-8")
    out = io.StringIO()
    call_command("demo", corpus=part, stdout=out)
    assert "24 instruments were published." in out.getvalue()
    answer = find(Request("株洲 三坐标", kinds=("instruments",), size=1))
    assert Document.objects.get(pk=answer.ids[0]).content["fields"]["model_name"] == "PRISMO"
    again = io.StringIO()
    call_command("demo", corpus=part, stdout=again)
    assert "The list was published before; nothing was made." in again.getvalue()


def test_unusable_corpus_is_refused(demo, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="columns are missing"):
        call_command("demo", corpus=file, stdout=io.StringIO())
