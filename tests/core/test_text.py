import random
import unicodedata

import pytest
from django.core.exceptions import ValidationError

from keyi.core import text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FITTING = "12430000MB00000192"


def made_codes(count: int) -> list[str]:
    """Codes built by the words of the standard, not by the code under test."""
    rng = random.Random(32100)
    codes = []
    while len(codes) < count:
        body = [ALPHABET.index(char) for char in rng.choices(ALPHABET, k=17)]
        rest = sum(value * pow(3, place, 31) for place, value in enumerate(body)) % 31
        codes.append("".join(ALPHABET[value] for value in [*body, (31 - rest) % 31]))
    return codes


def reason(check, typed: str) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        check(typed)
    return refused.value.code, refused.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  ＩＣＰ－２０２６　光谱仪 ", "ICP-2026 光谱仪"),
        ("灵敏度 10⁻³ m²，（优于）", "灵敏度 10⁻³ m²，（优于）"),
        ("a\x00b\x1b\u200b\u202ec\ud800\ufeff", "abc"),
        ("⽼师 ﬁne", "老师 fine"),
        ("a\r\nb\tc\u00a0d", "a b c d"),
        ("e\u0301", "é"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_normalise_cleans_one_line(typed, stored):
    assert text.normalise(typed) == stored


def test_normalise_keeps_line_breaks_when_told():
    assert text.normalise(" 一 \r\n\r\n\r\n\n二\u2028三\r四 ", multiline=True) == "一\n\n二\n三\n四"


def test_every_character_stays_becomes_a_blank_or_goes_by_its_category():
    wrong = []
    for code in range(0, 0x110000, 7):
        char, category = chr(code), unicodedata.category(chr(code))
        goes = category in ("Cc", "Cf", "Cs") or code & 0xFFFE == 0xFFFE
        wanted = " " if category == "Zs" or char == "\t" else "" if goes else char
        if text._printable(f"a{char}b") != f"a{wanted}b":
            wrong.append(hex(code))
    assert wrong == []


def test_normalise_is_stable():
    rng = random.Random(1)
    for _ in range(300):
        once = text.normalise("".join(chr(rng.randrange(0x11000)) for _ in range(40)), multiline=True)
        assert text.normalise(once, multiline=True) == once


@pytest.mark.parametrize("code", made_codes(60))
def test_uscc_accepts_every_fitting_code_in_any_spelling(code):
    spelled = " " + "－".join([code[:2], code[2:8].lower(), code[8:]]) + "\u3000"
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    assert [text.check_uscc(spelled), text.check_uscc(wide)] == [code, code]


@pytest.mark.parametrize("code", made_codes(12))
def test_uscc_refuses_any_single_wrong_character(code):
    for place in range(18):
        for other in ALPHABET.replace(code[place], ""):
            wrong = code[:place] + other + code[place + 1 :]
            with pytest.raises(ValidationError):
                text.check_uscc(wrong)


def test_uscc_tells_the_length():
    code, message = reason(text.check_uscc, FITTING[:17])
    assert (code, "17" in message, "18" in message) == ("uscc_length", True, True)


@pytest.mark.parametrize("char", "IOSVZ")
def test_uscc_tells_the_forbidden_letter_and_its_place(char):
    code, message = reason(text.check_uscc, FITTING[:9] + char + FITTING[10:])
    assert (code, "10" in message, f" {char}" in message) == ("uscc_character", True, True)


def test_uscc_tells_a_strange_character_and_its_place():
    code, message = reason(text.check_uscc, FITTING[:3] + "中" + FITTING[4:])
    assert (code, "4" in message, "中" in message) == ("uscc_character", True, True)


def test_uscc_does_not_tell_the_right_check_character():
    messages = {reason(text.check_uscc, FITTING[:-1] + wrong) for wrong in ALPHABET.replace("2", "")}
    assert [code for code, _message in messages] == ["uscc_check"]


def test_uscc_warning_is_about_the_organisation_part_only():
    odd_body = "12430000MB0000018"
    odd = odd_body + text.uscc_check_character(odd_body)
    assert text.check_uscc(odd) == odd
    assert text.uscc_warning(FITTING) == ""
    assert "17" in text.uscc_warning(odd)


@pytest.mark.parametrize("typed", ["MB000001-9", "mb0000019", " ＭＢ００００ ０１９ "])
def test_org_code_has_one_spelling(typed):
    assert text.check_org_code(typed) == "MB000001-9"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("MB000001-8", "org_code_check"),
        ("MB00000-9", "org_code_form"),
        ("", "org_code_form"),
        ("中" * 9, "org_code_form"),
    ],
)
def test_org_code_refuses(typed, code):
    assert reason(text.check_org_code, typed)[0] == code


@pytest.mark.parametrize(("body", "check"), [("00000000", "0"), ("00000005", "1"), ("D2143569", "X")])
def test_org_code_check_character(body, check):
    assert text.org_check_character(body) == check


@pytest.mark.parametrize(
    "typed",
    ["13900001234", "139 0000 1234", "+86 139-0000-1234", "0086 13900001234", "１３９００００１２３４"],
)
def test_mobile_has_one_spelling(typed):
    assert text.check_mobile(typed) == "13900001234"


@pytest.mark.parametrize(
    "typed", ["", "1390000123", "139000012345", "12900001234", "0731-88880000", "139a0001234", "😀"]
)
def test_mobile_refuses(typed):
    assert reason(text.check_mobile, typed)[0] == "mobile"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0731-88880000", "0731-88880000"),
        ("（０７３１）8888 0000", "0731-88880000"),
        ("073188880000转801", "0731-88880000-801"),
        ("0731-88880000-801", "0731-88880000-801"),
        ("0731-88880000 分机 1", "0731-88880000-1"),
        ("+86 731 8888 0000", "0731-88880000"),
        ("010-62345678", "010-62345678"),
        ("02162345678", "021-62345678"),
        ("0734-8888000", "0734-8888000"),
        ("+86 139 0000 1234", "13900001234"),
        ("4001234567", "400-123-4567"),
        ("800-810-0000", "800-810-0000"),
    ],
)
def test_phone_has_one_spelling(typed, stored):
    assert text.check_phone(typed) == stored
    assert text.check_phone(stored) == stored


@pytest.mark.parametrize(
    "typed", ["", "88880000", "0731-888", "电话", "0731-88880000-1-2", "12345678901234567890" * 50]
)
def test_phone_refuses(typed):
    assert reason(text.check_phone, typed)[0] == "phone"


def test_postcode():
    assert text.check_postcode("４１０ 000") == "410000"
    assert [reason(text.check_postcode, typed)[0] for typed in ("", "41000", "4100000", "41000a")] == [
        "postcode"
    ] * 4


def test_masks():
    phones = ["13800001234", "0731-88880000", "0731-88880000-801", "123"]
    assert [text.mask_phone(phone) for phone in phones] == [
        "138****1234",
        "0731-****0000",
        "0731-****0000",
        "****",
    ]
    assert text.mask_email("zhou@csu.edu.cn") == "z***@csu.edu.cn"
    assert [text.mask_name(name) for name in ("陈静", "陈静怡", "欧阳静", "欧阳", "John Smith", "")] == [
        "陈*", "陈*", "欧阳*", "欧*", "J*", "*",
    ]  # fmt: skip


def test_emoji_is_told():
    code, message = reason(text.refuse_emoji, "光谱仪😀")
    assert (code, "😀" in message) == ("emoji", True)
    assert text.refuse_emoji("℃ Ω ± ™ ★ □ ① 𠮷") == "℃ Ω ± ™ ★ □ ① 𠮷"
    assert [text.has_emoji(typed) for typed in ("❤", "☎", "1⃣", "🇨🇳", "μ²")] == [True, True, True, True, False]


def test_has_digit():
    assert [text.has_digit(typed) for typed in ("优于 5%", "５", "很高", "")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("透射电镜", ("toushedianjing", "tsdj")),
        ("X射线衍射仪", ("xshexianyansheyi", "xsxysy")),
        ("ICP-MS 质谱", ("icpmszhipu", "icpmszp")),
        ("长沙市", ("changshashi", "css")),
        ("重庆", ("chongqing", "cq")),
        ("，😀", ("", "")),
        ("", ("", "")),
    ],
)
def test_pinyin_of(typed, spelled):
    assert text.pinyin_of(typed) == spelled
