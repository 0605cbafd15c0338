"""Plain text of the operator as safe HTML: paragraphs, lists, headings, links. Never HTML of theirs."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

HEADING = re.compile(r"^#{1,3}\s+")
BULLET = re.compile(r"^[-*·•]\s+")
LINK = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%]*[A-Za-z0-9/=#])")
NUMBER = re.compile(r"^\d{1,3}[.、．]\s*(?!\d)")


def to_html(text: str) -> SafeString:
    """Blank lines part paragraphs; “- ” begins a list item, “1. ” a numbered one, “# ” a heading."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return format_html_join("\n", "{}", ((part,) for block in blocks for part in _parts(block.split("\n"))))


def _parts(lines: list[str]) -> list[SafeString]:
    parts: list[SafeString] = []
    kept: list[str] = []
    kept_as = ""
    for line in [*(line.strip() for line in lines), ""]:
        kind = _kind(line)
        if kept and (kind != kept_as or kind == "h2"):
            parts.append(_block(kept_as, kept))
            kept = []
        kept_as = kind
        if line:
            kept.append(line)
    return parts


def _kind(line: str) -> str:
    if not line:
        return ""
    if HEADING.match(line):
        return "h2"
    if BULLET.match(line):
        return "ul"
    return "ol" if NUMBER.match(line) else "p"


def _block(kind: str, lines: list[str]) -> SafeString:
    if kind == "h2":
        return format_html("<h2>{}</h2>", HEADING.sub("", lines[0]))
    if kind == "p":
        breaks = format_html_join(mark_safe("<br>"), "{}", ((_inline(line),) for line in lines))
        return format_html("<p>{}</p>", breaks)
    sign = BULLET if kind == "ul" else NUMBER
    items = format_html_join("", "<li>{}</li>", ((_inline(sign.sub("", line)),) for line in lines))
    if kind == "ul":
        return format_html('<ul class="k-list">{}</ul>', items)
    return format_html('<ol class="k-list" start="{}">{}</ol>', re.split(r"\D", lines[0])[0], items)


def _inline(line: str) -> SafeString:
    """The line with its addresses as links. They end where Chinese text or punctuation begins."""
    parts = LINK.split(line)
    return format_html_join("", "{}", ((_link(part) if n % 2 else part,) for n, part in enumerate(parts)))


def _link(address: str) -> SafeString:
    return format_html('<a href="{0}" rel="nofollow noopener">{0}</a>', address)
