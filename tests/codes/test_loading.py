from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from keyi.codes.csvfile import BadFile
from keyi.codes.loading import SHIPPED, compare, load
from keyi.codes.models import CodeItem, CodeList, LoadedList

from .conftest import CLASSES

NO_TEXT = "This is no CSV text in UTF-8 or GB18030. In Excel choose “CSV UTF-8” when saving."


def count(code_list: str) -> int:
    return CodeItem.objects.in_use(code_list).count()


def run(*args, **kwargs) -> str:
    out = StringIO()
    call_command("load_codes", *args, stdout=out, **kwargs)
    return out.getvalue()


def told(code_list: str, content: bytes | str) -> list[str]:
    with translation.override("en"):
        with pytest.raises(BadFile) as bad:
            load(code_list, content.encode() if isinstance(content, str) else content, "list.csv")
        return [str(problem) for problem in bad.value.problems]


def test_shipped_lists_load_completely_and_a_second_time_nothing_changes(db):
    with translation.override("en"):
        run()
        again = run().splitlines()
    assert {name: count(name) for name in CodeList.values} == {
        "division": 137,
        "country": 249,
        "industry": 117,
        "subject": 62,
        "instrument_class": 108,
        "asset": 0,
        "platform_type": 40,
    }
    assert again[0] == "division: 0 added, 0 changed, 0 restored, 0 retired, 137 unchanged"
    assert len(again) == 6


def test_shipped_lists_have_an_english_name_everywhere(db):
    run()
    assert not CodeItem.objects.filter(label_en="").exists()
    chinese = r"[\u4e00-\u9fff]"
    assert not CodeItem.objects.filter(full_label_en__regex=chinese).exists()


def test_shipped_instrument_classes_end_at_the_second_level():
    lines = (SHIPPED / "instrument_class.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[-2] for line in lines} == {"1", "2"}
    assert sorted(path.stem for path in SHIPPED.iterdir()) == [
        "country", "division", "industry", "instrument_class", "platform_type", "subject",
    ]  # fmt: skip


def test_division_is_named_from_the_city_down(divisions):
    yuelu = CodeItem.objects.get(pk="division:430104")
    assert (yuelu.full_label, yuelu.level, yuelu.parent_id) == ("长沙市岳麓区", 3, "division:430100")
    assert (yuelu.label_en, yuelu.full_label_en) == ("Yuelu District", "Yuelu District, Changsha City")
    assert (yuelu.pinyin, yuelu.initials) == ("yueluqu", "ylq")
    west = CodeItem.objects.get(pk="division:433100")
    assert west.label_en == "Xiangxi Tujia and Miao Autonomous Prefecture"


def test_class_is_named_with_its_parents(classes):
    item = CodeItem.objects.get(pk="instrument_class:010404")
    assert (item.full_label, item.level, item.order) == ("分析仪器/光谱仪器/原子荧光光谱仪", 3, 3)


def test_name_follows_the_language(db):
    run("country")
    germany = CodeItem.objects.get(pk="country:276")
    with translation.override("zh-hans"):
        assert germany.name == "德国"
    with translation.override("en"):
        assert germany.name == "Germany"


def test_name_stays_chinese_where_no_english_is_known(classes):
    with translation.override("en"):
        assert CodeItem.objects.get(pk="instrument_class:010404").name == "原子荧光光谱仪"


def test_code_missing_from_a_new_file_is_retired_and_comes_back(classes):
    shorter = CLASSES.replace("010406,激光光谱仪,3,010400\n", "")
    first = load("instrument_class", shorter.encode(), "shorter.csv")
    assert first.counts == {"added": 0, "changed": 0, "restored": 0, "retired": 1, "unchanged": 9}
    assert CodeItem.objects.get(pk="instrument_class:010406").is_retired
    assert CodeItem.objects.get(pk="instrument_class:010500").order == 5
    second = load("instrument_class", CLASSES.encode(), "again.csv")
    assert second.counts == {"added": 0, "changed": 0, "restored": 1, "retired": 0, "unchanged": 9}
    assert not CodeItem.objects.get(pk="instrument_class:010406").is_retired


def test_new_name_reaches_the_full_labels_below(classes):
    load("instrument_class", CLASSES.replace("光谱仪器", "光谱分析仪器").encode(), "new.csv")
    assert (
        CodeItem.objects.get(pk="instrument_class:010405").full_label
        == "分析仪器/光谱分析仪器/光电直读光谱仪"
    )


def test_english_label_outlives_a_file_without_one(db):
    run("instrument_class")
    load("instrument_class", CLASSES.encode(), "classes.csv")
    assert CodeItem.objects.get(pk="instrument_class:010400").label_en == "Optical spectrometers"


def test_comparing_changes_nothing(classes):
    before = list(CodeItem.objects.values())
    compare("instrument_class", b"code,name\n1,x\n")
    assert list(CodeItem.objects.values()) == before


def test_load_notes_when_and_from_what(classes):
    loaded = LoadedList.objects.get(pk="instrument_class")
    assert loaded.file_name == "classes.csv"
    assert loaded.loaded_at is not None


def test_children_may_stand_above_their_parents(db):
    load("instrument_class", "code,name,parent_code\n0104,光谱,01\n01,分析,\n".encode(), "x.csv")
    assert CodeItem.objects.get(pk="instrument_class:0104").full_label == "分析/光谱"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_excel_are_read(db, encoding):
    load("subject", "code,name\n150,化学\n".encode(encoding), "x.csv")
    assert list(CodeItem.objects.values_list("code", "label")) == [("150", "化学")]


def test_asset_classes_get_their_parents_from_the_zeros(db):
    text = "code,name\n2010000,通用设备\n2010100,计算机\n2010104,服务器\n"
    load("asset", text.encode(), "x.csv")
    assert CodeItem.objects.get(pk="asset:2010104").full_label == "通用设备/计算机/服务器"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("", ["Line 1: The heading has no column “code”."]),
        ("code,title\n1,x\n", ["Line 1: The heading has no column “name”."]),
        ("code,name\n", ["The file has no entries."]),
        ("code,name\n1,甲\n2,乙\n1,丙\n", ["Line 4: The code “1” stands in line 2 already (甲)."]),
        ("code,name,parent_code\n1,甲,9\n", ["Line 2: The parent code “9” is not in the file."]),
        ("code,name\n,甲\n2,\n", ["Line 2: The code is missing.", "Line 3: The name is missing."]),
        (
            "code,name\n1 <b>,甲\n",
            ["Line 2: The code “1<b>” may only have letters, digits, dots and hyphens, at most 30."],
        ),
        ("code,name\n1," + "长" * 101 + "\n", ["Line 2: The name is longer than 100 characters."]),
        (b"PK\x03\x04\0\0\0", [NO_TEXT]),
        (b"code,name\n1,\xff\xff\n", [NO_TEXT]),
        (b"x" * (5 * 1024 * 1024 + 1), ["The file is larger than 5 MB. Leave out the columns that are not needed."]),
        ("code,name\n" + "".join(f"{n},x\n" for n in range(20_001)), ["The file has more than 20,000 entries."]),
    ],
)  # fmt: skip
def test_bad_file_is_refused_with_line_and_reason(classes, content, problems):
    before = list(CodeItem.objects.values())
    assert told("instrument_class", content) == problems
    assert list(CodeItem.objects.values()) == before


def test_circle_of_parents_is_refused(db):
    problems = told("instrument_class", "code,name,parent_code\n1,甲,2\n2,乙,1\n")
    assert problems[0] == "Line 2: The parents of “1” go round in a circle or are more than 6 levels."


def test_broken_quotation_is_refused(db):
    assert told("subject", 'code,name\n1,"a"b\n')[0].startswith("Line 2: The quotation marks do not match")


def test_command_names_file_line_and_reason(classes):
    classes.write_text("code,name\n1,甲\n1,乙\n", encoding="utf-8")
    with translation.override("en"), pytest.raises(CommandError) as error:
        run("instrument_class", path=classes)
    assert str(error.value) == (
        f"{classes}: Line 3: The code “1” stands in line 2 already (甲).\nNothing was changed."
    )


def test_command_refuses_a_missing_file_and_a_list_that_is_not_shipped(db, tmp_path):
    with translation.override("en"):
        with pytest.raises(CommandError, match="does not come with the program"):
            run("asset")
        with pytest.raises(CommandError, match="cannot be read"):
            run("asset", path=tmp_path / "none.csv")
        with pytest.raises(CommandError, match="Name the list"):
            run(path=tmp_path / "none.csv")
