"""English labels from public standards: territory names of the CLDR, romanised names of divisions."""

from babel import Locale

from keyi.core.dictionaries import pinyin

from .models import CodeList

TERRITORIES = Locale("en").territories
KINDS = {
    "自治区": "Autonomous Region",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "特别行政区": "Special Administrative Region",
    "地区": "Prefecture",
    "林区": "Forestry District",
    "省": "Province",
    "市": "City",
    "县": "County",
    "区": "District",
    "盟": "League",
    "旗": "Banner",
}
PEOPLES = {
    "土家族": "Tujia", "苗族": "Miao", "侗族": "Dong", "瑶族": "Yao", "壮族": "Zhuang", "回族": "Hui",
    "藏族": "Tibetan", "维吾尔": "Uygur", "蒙古族": "Mongol", "彝族": "Yi", "白族": "Bai", "黎族": "Li",
    "羌族": "Qiang", "满族": "Manchu", "朝鲜族": "Korean", "布依族": "Bouyei", "仡佬族": "Gelao",
    "水族": "Sui", "畲族": "She", "哈尼族": "Hani", "傣族": "Dai",
}  # fmt: skip


def english_label(code_list: str, label: str, alpha2: str) -> str:
    """The English label where a standard gives one, else an empty text."""
    if code_list == CodeList.COUNTRY and alpha2:
        return TERRITORIES.get(alpha2.upper(), "")
    if code_list == CodeList.DIVISION:
        return _division(label)
    return ""


def _division(label: str) -> str:
    """Yuelu District for 岳麓区, Chengbu Miao Autonomous County for 城步苗族自治县."""
    suffix = next((kind for kind in KINDS if label.endswith(kind) and len(label) > len(kind)), "")
    name = label.removesuffix(suffix)
    peoples: list[str] = []
    while found := next((people for people in PEOPLES if name.endswith(people)), ""):
        name = name.removesuffix(found)
        peoples.insert(0, PEOPLES[found])
    return " ".join(filter(None, [_romanise(name), " and ".join(peoples), KINDS.get(suffix, "")]))


def _romanise(name: str) -> str:
    """One word; an apostrophe before a vowel inside it, as GB/T 28039 wants: Xi'an."""
    syllables = pinyin(name)
    joined = "".join(f"'{part}" if n and part[0] in "aoe" else part for n, part in enumerate(syllables))
    return joined.replace("v", "ü")[:1].upper() + joined.replace("v", "ü")[1:]
