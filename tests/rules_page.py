"""docs/rules.md from the rule book: ``python -m tests.rules_page`` writes it, a test holds it against the tables."""

from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """# 权限规则 Who may do what

Made from the tables in `tests/test_rule_book.py` by `python -m tests.rules_page`.
Every cell is asked by a real request in the tests.

| Answer | Meaning |
|---|---|
| `did` | it is done |
| `200` | a page |
| `go` | sent on to another page, nothing done |
| `403` | visible, but not this person's to do |
| `404` | does not exist for this person |
| `409` | too late: the record is in another state |
| `422` | refused with a reason at the form |
| `in` | sign in first |
"""
NAMES = {
    "unit_admin": "法人单位管理员", "lab_manager": "实验室管理员", "neighbour": "本单位其他实验室",
    "stranger": "其他单位管理员", "reviewer": "省平台审核员", "system_admin": "系统管理员", "visitor": "访客",
}  # fmt: skip
TITLES = {
    "instruments": "仪器 Instruments", "institutions": "单位信息 Unit information",
    "platforms": "创新平台/检测机构 Platforms",
}  # fmt: skip


def text() -> str:
    """The whole page."""
    from tests import test_rule_book as book  # noqa: PLC0415  needs Django to be set up

    parts = [HEAD]
    for kind, rules in book.BOOK.items():
        parts += [f"\n## {TITLES[kind]}\n", *_table(rules, book.STATES, book)]
    parts += ["\n## 变更管理员 Change of administrator\n"]
    parts += _table(book.CHANGE_BOOK, ("draft", "returned", "endorsed", "granted"), book)
    parts += ["\n## 实验室与账号 Laboratories and accounts\n", *_table(book.LABS, ("",), book)]
    return "\n".join(parts) + "\n"


def _table(rules, states, book) -> Iterator[str]:
    yield f"| 操作 Action | 状态 State | {' | '.join(NAMES[person] for person in book.PEOPLE)} |"
    yield f"|---|---|{'---|' * len(book.PEOPLE)}"
    for action, rule in rules.items():
        rows = {
            state: tuple(book.expected(rule, person, state) for person in book.PEOPLE) for state in states
        }
        for answers, alike in _together(rows):
            state = "" if len(alike) == len(states) else ", ".join(alike)
            yield f"| {action} | {state} | {' | '.join(answers)} |"


def _together(rows):
    """States with the same answers on one line."""
    found: dict[tuple[str, ...], list[str]] = {}
    for state, answers in rows.items():
        found.setdefault(answers, []).append(state)
    return found.items()


if __name__ == "__main__":
    import os

    os.environ["KEYI_MODE"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyi.config.settings")
    import django

    django.setup()
    PAGE.write_text(text(), "utf-8")
