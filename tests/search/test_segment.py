"""How text is taken apart, heard and forgiven."""

import pytest

from keyi.search import sounds, thesaurus
from keyi.search.segment import atoms, canonical, cut, normalise, words


@pytest.mark.parametrize(
    ("typed", "one_spelling"),
    [
        ("ＸＲＤ", "xrd"),
        ("透射電子顯微鏡", "透射电子显微镜"),
        ("  iCAP\t6300\u3000", "icap 6300"),
        ("Büchi", "buchi"),
        ("a\x00b\u200bc", "a b c"),
        ("γ能谱", "γ能谱"),
    ],
)
def test_text_has_one_spelling(typed, one_spelling):
    assert normalise(typed) == one_spelling


@pytest.mark.parametrize("typed", ["iCAP 6300", "Icap6300", "i-CAP6300", "ICAP－6300", "icap_6300"])
def test_model_numbers_are_compared_without_what_stands_between(typed):
    assert canonical(typed) == "icap6300"


def test_words_of_a_model_number_are_its_parts_and_what_they_make_together():
    assert words(atoms("jem-2100f")) == {"jem", "2100", "f", "jem2100", "2100f", "jem2100f"}
    assert words(atoms("icap 6300"), over_blanks=True) == {"icap", "6300", "icap6300"}
    assert words(atoms("icap 6300")) == {"icap", "6300"}


def test_words_of_chinese_are_pairs_of_neighbours():
    assert words(atoms("核磁共振，波谱")) == {"核磁", "磁共", "共振", "波谱"}
    assert words(atoms("镜")) == {"镜"}


def test_very_long_run_is_bounded():
    assert len(words(atoms("a1" * 5000))) < 100


@pytest.mark.parametrize(
    ("han", "found"),
    [
        ("测粒径的仪器", ["测", "粒径", "的", "仪器"]),
        ("波谱仪", ["波谱仪"]),
        ("三坐标", ["三坐标"]),
        ("土壤重金属", ["土壤", "重金属"]),
    ],
)
def test_chinese_is_cut_into_words(han, found):
    assert cut(han) == found
    assert "".join(cut(han)) == han


def test_pinyin_is_read_in_every_way_it_can_be():
    assert sounds.typed_sounds("saomiaodianjing")[0] == {"saomiao", "miaodian", "dianjing"}
    assert {"xian"} in sounds.typed_sounds("xian")
    assert sounds.typed_sounds("mastersizer") == []
    assert sounds.typed_sounds("x" * 200) == []


def test_first_letters_of_neighbours_are_words():
    assert sounds.letter_words("扫描电镜") == {"smd", "mdj"}
    assert sounds.typed_letters("smdj") == {"smd", "mdj"}


@pytest.fixture(scope="module")
def shipped():
    return thesaurus.build(thesaurus.shipped())


def concepts(shipped, text: str) -> set[str]:
    return shipped.concepts(atoms(normalise(text)), with_makers=True)


def test_thesaurus_has_its_groups(shipped):
    assert len(shipped.groups) >= 150
    assert len({group.subject for group in shipped.groups.values()}) == 3


@pytest.mark.parametrize("text", ["透射电镜", "TEM", "透射电子显微镜", "Transmission Electron Microscope"])
def test_record_is_filed_under_its_group_and_the_wider_ones(shipped, text):
    assert {"#透射电镜", "#电镜", "#显微镜"} <= concepts(shipped, text)


def test_wider_word_is_not_filed_under_the_narrower(shipped):
    assert concepts(shipped, "电镜") == {"#电镜", "#显微镜"}


@pytest.mark.parametrize("text", ["ICP-MS", "icpms", "ICP MS", "电感耦合等离子体质谱仪"])
def test_abbreviation_is_known_with_and_without_hyphen(shipped, text):
    assert {"#icp-ms", "#icp", "#质谱"} <= concepts(shipped, text)


def test_term_inside_a_longer_term_does_not_count(shipped):
    assert "#磁共振成像" not in concepts(shipped, "核磁共振波谱仪")
    assert "#核磁共振" in concepts(shipped, "核磁共振波谱仪")
    assert "#扫描电镜" not in concepts(shipped, "assembly")


def test_maker_that_is_an_everyday_word_is_one_only_where_makers_stand(shipped):
    pieces = atoms("物理学院")
    assert "#理学" in shipped.concepts(atoms("理学"), with_makers=True)
    assert "#理学" not in shipped.concepts(pieces, with_makers=False)


@pytest.mark.parametrize("slip", ["shimazu", "shimadsu", "shimadzuu", "shmiadzu"])
def test_one_slip_of_the_pen_is_forgiven(shipped, slip):
    assert shipped.similar(slip) == {"shimadzu"}


@pytest.mark.parametrize("word", ["zeis", "shimaz", "shmiadsu"])
def test_short_words_and_two_slips_are_not(shipped, word):
    assert shipped.similar(word) == set()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("subject,terms\n", "第 1 行"),
        ("subject,terms,narrower,related\nx,,,\n", "第 2 行"),
        ("subject,terms,narrower,related\nx,A\n", "第 2 行"),
        ("subject,terms,narrower,related\nx,电镜|EM,扫描电镜,\n", "扫描电镜"),
        ("subject,terms,narrower,related\nx,电镜,,\nx,电镜,,\n", "重复"),
    ],
)
def test_unusable_thesaurus_is_refused_with_the_reason(text, problem):
    with pytest.raises(thesaurus.BadThesaurusError, match=problem):
        thesaurus.parse(text.splitlines(keepends=True))
