"""What the pages use of Tabler: ``python -m tools.stylesheet make`` or ``check``.

The whole of Tabler, which lies beside this file, has some 5,000 rules, of which our pages use one in twenty; each page
would wait for all of them. A rule is kept when every class in it is a word of our templates, scripts or programs, and
so is every variable and whatever asks for no class.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "tools" / "tabler.min.css"
USED = ROOT / "keyi" / "core" / "static" / "keyi" / "vendor" / "tabler.used.css"
WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
NOT = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
OURS = (".html", ".js", ".py")


def words(folder: Path) -> set[str]:
    """Whatever could be the name of a class; what is not ours has no use for Tabler's."""
    files = [path for path in folder.rglob("*") if path.suffix in OURS and "vendor" not in path.parts]
    return {word for path in files for word in WORD.findall(path.read_text(encoding="utf-8"))}


def classes(css: str) -> set[str]:
    """Every class of a stylesheet, as a page names it; with them halves of numbers, which no page names."""
    return {name.replace("\\", "") for name in CLASS.findall(css)}


def used(css: str, known: set[str]) -> str:
    """The part of a stylesheet whose classes are all known."""
    return (
        "".join(_kept(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), known)) + "\n"
    )


def _kept(nodes: Iterable[Any], known: set[str]) -> Iterator[str]:
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [one for one in _selectors(node.prelude) if classes(NOT.sub("", one)) <= known]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(node.content).strip()}}}"
        elif node.type == "at-rule" and node.at_keyword in ("media", "supports"):
            inner = "".join(_kept(_inside(node), known))
            if inner:
                yield f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{inner}}}"
        else:
            yield node.serialize()


def _inside(node: Any) -> list[Any]:
    return tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)


def _selectors(prelude: list[Any]) -> list[str]:
    """Split at the commas that are in no brackets."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def main(argv: list[str]) -> int:
    wanted = used(WHOLE.read_text(encoding="utf-8"), words(ROOT / "keyi"))
    if argv == ["make"]:
        USED.write_text(wanted, encoding="utf-8")
        return 0
    if argv == ["check"]:
        if USED.read_text(encoding="utf-8") == wanted:
            return 0
        print(f"{USED.relative_to(ROOT)} is not what the pages use now: make stylesheet", file=sys.stderr)
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
