"""The 14 cities and prefectures of Hunan as the portal names and draws them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CITIES: dict[str, str | Promise] = {
    "430100": _("Changsha"),
    "430200": _("Zhuzhou"),
    "430300": _("Xiangtan"),
    "430400": _("Hengyang"),
    "430500": _("Shaoyang"),
    "430600": _("Yueyang"),
    "430700": _("Changde"),
    "430800": _("Zhangjiajie"),
    "430900": _("Yiyang"),
    "431000": _("Chenzhou"),
    "431100": _("Yongzhou"),
    "431200": _("Huaihua"),
    "431300": _("Loudi"),
    "433100": _("Xiangxi"),
}
# the tile map, row by row from the north-west; the style sheet leaves the gaps
TILES = (
    "433100", "430800", "430700", "430600",
    "431200", "431300", "430900", "430100",
    "430500", "430300", "430200",
    "431100", "430400", "431000",
)  # fmt: skip


def city_name(code: str) -> str | Promise:
    """The short name of a city; the code itself for a place this table does not know."""
    return CITIES.get(code, code)
