"""A browser in plain words, for 最近登录."""

from django.utils.translation import gettext as _

# First match wins: browsers name the ones they descend from as well.
BROWSERS = (
    ("MicroMessenger", "微信"), ("QIANXIN", "奇安信"), ("QAXBrowser", "奇安信"), ("UOS", "统信浏览器"), ("360", "360"),
    ("QQBrowser", "QQ"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Kylin", "麒麟"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def describe_browser(user_agent: str) -> str:
    """For example "Firefox · Windows"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return " · ".join(filter(None, [browser, system])) or _("Unknown browser")
