"""Text that people type: cleaning, checking, masking, and the letters it is sorted by.

Every check accepts harmless differences (blanks, hyphens, full width, lower case), returns the one spelling
that is stored, and raises ValidationError with what is wrong and what to write.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .dictionaries import pinyin

# Folded in running text: full-width ASCII except Chinese punctuation, and the look-alikes that copying from
# a PDF brings (Kangxi radicals). NFKC of the whole text would write 10⁻³ as 10-3 and ，（） as ,().
_LOOKALIKE = re.compile(
    "[\uff02-\uff07\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff20-\uff5d\u2e80-\u2fdf\ufb00-\ufb06]"
)
_LINE_BREAK = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_DASHES = re.compile("[-\u2010-\u2015\u2212\u30fc_]")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f\u2600-\u2604\u2607-\u27bf\u2b50\u2b55\ufe0f\u20e3]"
)
_COMPOUND_SURNAMES = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|司徒|司空|令狐|东方|端木|百里|南宫|轩辕|独孤|澹台|呼延|"
    "闻人|赫连|万俟|申屠|太史|公羊|钟离|单于|濮阳|拓跋|闾丘|淳于|仲孙|西门|东郭|第五"
)

USCC_LENGTH = 18
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise(text: str, *, multiline: bool = False) -> str:
    """Typed text as it is stored: NFC, full-width letters and digits narrow, nothing invisible,
    trimmed, one blank for many. ``multiline`` keeps line breaks, at most one empty line in a row.
    """
    text = _LOOKALIKE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFC", _LINE_BREAK.sub("\n", text))
    lines = [" ".join(_printable(line).split()) for line in text.split("\n")]
    if not multiline:
        return " ".join(line for line in lines if line)
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _printable(line: str) -> str:
    """The line with one kind of blank, without control, invisible, surrogate and non-characters."""
    if line.isprintable():  # has none of them, and no blank but the usual one
        return line
    return "".join(char if char.isprintable() else _shown(char) for char in line)


def _shown(char: str) -> str:
    """What stays of a character that is not printable: a blank, itself (private use), or nothing."""
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    return char if category not in ("Cc", "Cf", "Cs") and ord(char) & 0xFFFE != 0xFFFE else ""


def narrow(text: str) -> str:
    """Codes and numbers: NFKC, every blank and invisible character gone."""
    return "".join(_printable(unicodedata.normalize("NFKC", text)).split())


def has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def has_emoji(text: str) -> bool:
    """Emoji and picture symbols. Units and signs such as ℃ Ω ± ™ ★ □ are none."""
    return bool(_EMOJI.search(text))


def refuse_emoji(text: str) -> str:
    """For names and other single lines, which go on certificates and labels. Told, not silently removed;
    running text may keep them.
    """
    if found := _EMOJI.search(text):
        raise ValidationError(
            _("“%(symbol)s” cannot be used here. Leave the symbol out and write words."),
            code="emoji",
            params={"symbol": found[0]},
        )
    return text


def uscc_check_character(body: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, 5.2)."""
    total = sum(USCC_ALPHABET.index(char) * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def org_check_character(body: str) -> str:
    """The 9th character of an organisation code for the first 8 (GB 11714-1997)."""
    total = sum(_ORG_ALPHABET.index(char) * weight for char, weight in zip(body, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def check_uscc(text: str) -> str:
    """统一社会信用代码, 18 characters in upper case (GB 32100-2015). Never tells the right one."""
    code = _DASHES.sub("", narrow(text)).upper()
    if len(code) != USCC_LENGTH:
        raise ValidationError(
            _("You wrote %(count)d characters; there must be 18. Copy it from the certificate."),
            code="uscc_length",
            params={"count": len(code)},
        )
    for position, char in enumerate(code, start=1):
        if char not in USCC_ALPHABET:
            raise ValidationError(
                _bad_character(char), code="uscc_character", params={"position": position, "char": char}
            )
    if code[-1] != uscc_check_character(code[:-1]):
        raise ValidationError(
            _(
                "The check character in position 18 does not fit. Compare the code with the certificate "
                "once more. Often 0 was written as O, or 1 as I."
            ),
            code="uscc_check",
        )
    return code


def _bad_character(char: str) -> str:
    if char in "IOSVZ":
        return _(
            "Position %(position)d is the letter %(char)s. The code never has the letters I, O, S, V and Z; "
            "it may be the digit 1, 0, 5 or 2."
        )
    return _("Position %(position)d is “%(char)s”. The code has only digits and capital letters.")


def uscc_warning(code: str) -> str:
    """What looks odd about a code that check_uscc accepted, or nothing. Some old codes are odd and right."""
    body = code[8:17]
    if org_check_character(body[:8]) == body[8]:
        return ""
    return _(
        "Positions 9 to 17 (the organisation code) do not check. Some old codes are like this; "
        "compare it with the certificate once more."
    )


def check_org_code(text: str) -> str:
    """组织机构代码 as XXXXXXXX-X (GB 11714-1997)."""
    code = _DASHES.sub("", narrow(text)).upper()
    if not re.fullmatch("[0-9A-Z]{8}[0-9X]", code):
        raise ValidationError(
            _("Write the 9 characters of the organisation code, for example 12345678-X."),
            code="org_code_form",
        )
    if code[-1] != org_check_character(code[:-1]):
        raise ValidationError(
            _("The last character of the organisation code does not fit. Compare it with the certificate."),
            code="org_code_check",
        )
    return f"{code[:8]}-{code[8]}"


def check_mobile(text: str) -> str:
    """A mobile number of mainland China, 11 digits."""
    digits = _drop_country(_digits_of(text))
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise ValidationError(
            _("Write the 11 digits of a mobile number, for example 13900000000."), code="mobile"
        )
    return digits


_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|,|-)+:?\(?([0-9]{1,6})\)?$", re.IGNORECASE)
_PHONE_HELP = gettext_lazy(
    "Write a landline with its area code, for example 0731-12345678 or 0731-12345678-801, a mobile number, "
    "or a 400 number."
)


def check_phone(text: str) -> str:
    """A landline "0731-12345678" with or without "-801", a mobile number, or "400-123-4567"."""
    typed = narrow(text)
    for number, extension in ((typed, ""), _split_extension(typed)):
        found = _area_and_number(_drop_country(_digits_of(number)))
        if found:
            return "-".join(part for part in (*found, extension) if part)
    raise ValidationError(_PHONE_HELP, code="phone")


def _split_extension(typed: str) -> tuple[str, str]:
    found = _EXTENSION.search(typed)
    return (typed[: found.start()], found[1]) if found else (typed, "")


def _area_and_number(digits: str) -> tuple[str, ...]:
    """The number in its parts, or nothing. Area codes: 010 and 02x have three digits, all others four."""
    if re.fullmatch(r"1[3-9][0-9]{9}", digits):
        return (digits,)
    if re.fullmatch(r"[48]00[0-9]{7}", digits):
        return digits[:3], digits[3:6], digits[6:]
    found = re.fullmatch(r"(010|02[0-9]|0[3-9][0-9]{2})([1-9][0-9]{6,7})", digits)
    return found.groups() if found else ()


def _digits_of(text: str) -> str:
    """Digits without blanks, hyphens, brackets and +; any other character stays and fails later."""
    return re.sub(r"[()+.]", "", _DASHES.sub("", narrow(text)))


def _drop_country(digits: str) -> str:
    """Without 86 or 0086 in front. An area code keeps, or gets back, its 0."""
    rest = re.sub("^(?:0086|86)(?=[0-9]{9,12}$)", "", digits)
    if rest == digits or rest.startswith("0") or re.fullmatch("1[3-9][0-9]{9}|[48]00[0-9]{7}", rest):
        return rest
    return f"0{rest}"


def check_postcode(text: str) -> str:
    code = narrow(text)
    if not re.fullmatch("[0-9]{6}", code):
        raise ValidationError(_("Write the 6 digits of the postcode, for example 410000."), code="postcode")
    return code


def mask_phone(phone: str) -> str:
    """138****1234; a landline keeps its area code: 0731-****5678."""
    if "-" in phone:
        area, number = phone.split("-")[:2]
        return f"{area}-****{number[-4:]}"
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def mask_email(address: str) -> str:
    name, at, host = address.rpartition("@")
    return f"{name[:1]}***{at}{host}"


def mask_name(name: str) -> str:
    """The surname and one star, however long the rest is."""
    surname = name[:2] if len(name) > 2 and _COMPOUND_SURNAMES.match(name) else name[:1]
    return f"{surname}*"


def pinyin_of(text: str) -> tuple[str, str]:
    """("xshexianyansheyi", "xsxysy") for X射线衍射仪: to sort and to find by typing. Lower-case letters
    and digits only; a run of them stands whole in both.
    """
    parts = pinyin(narrow(text), errors=lambda run: f" {run}")
    spelled = [(part.startswith(" "), _letters(part)) for part in parts]
    initials = [letters if is_run else letters[:1] for is_run, letters in spelled]
    return "".join(letters for _is_run, letters in spelled), "".join(initials)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isascii() and char.isalnum())
