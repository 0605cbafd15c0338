"""Where the searched words stand in a text, as HTML."""

import re
from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from keyi.codes.models import reads_english
from keyi.core.templatetags.ui import zh


class Marks:
    """The words of one question, read once for all texts of a page."""

    def __init__(self, words: Sequence[str]) -> None:
        found = [re.escape(word) for word in words if word]
        self.key = tuple(found)
        self.pattern = re.compile(f"({'|'.join(found)})", re.IGNORECASE) if found else None

    def mark(self, text: str) -> SafeString:
        """Everything escaped, the words in ``<mark>``, Chinese told as such on the English site."""
        if self.pattern is None:
            return mark_safe(zh(text))  # noqa: S308 - zh escapes
        parts = self.pattern.split(text)
        if len(parts) == 1:
            return mark_safe(zh(text))  # noqa: S308 - zh escapes
        html = mark_safe("".join(  # noqa: S308 - every part is escaped
            f"<mark>{escape(part)}</mark>" if number % 2 else str(escape(part)) for number, part in enumerate(parts)
        ))  # fmt: skip
        return (
            format_html('<bdi lang="zh-CN">{}</bdi>', html)
            if reads_english() and not text.isascii()
            else html
        )
