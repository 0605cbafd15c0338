"""Translations without the gettext programs: ``python -m tools.messages update|compile|check [app …]``.

Each app keeps its own ``locale/zh_Hans/LC_MESSAGES/django.po``.

update   write what the code says into the .po, keeping every translation there is
compile  write the .mo beside each .po that is newer
check    refuse missing, fuzzy, unused or contradicting translations and changed placeholders
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent / "keyi"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# function name → what its first arguments are: (c)ontext, (s)ingular, (p)lural
ARGUMENTS = {
    "_": "s",
    "gettext": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "pgettext": "cs",
    "npgettext": "csp",
}
ARGUMENTS |= {f"{name}_lazy": order for name, order in ARGUMENTS.items() if name not in ("_", "gettext_noop")}

STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
TEMPLATE_CALL = re.compile(rf"\b(\w+)\(({STRING}(?:, ?{STRING})*)(?:, ?count)?\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Found(NamedTuple):
    """A message in the code. ``plural`` and ``context`` are empty when there is none."""

    singular: str
    plural: str
    context: str
    place: str

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.singular


class UnreadableError(Exception):
    """Source text that no message can be read from."""


def find_messages(app: Path) -> Iterator[Found]:
    """Every message in the Python files and templates of one app."""
    for path in sorted(app.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path.read_text("utf-8"), str(path.relative_to(app.parent)))
    for path in sorted(app.glob("templates/**/*")):
        if path.suffix in (".html", ".txt", ".xml"):
            yield from _in_template(path.read_text("utf-8"), str(path.relative_to(app.parent)))
    for path in sorted(app.glob("jinja2/**/*.html")):
        yield from _in_calls(path.read_text("utf-8"), str(path.relative_to(app.parent)))


def _in_python(source: str, place: str) -> Iterator[Found]:
    for node in ast.walk(ast.parse(source, place)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        order = ARGUMENTS.get(name)
        if order is None:
            continue
        arguments = node.args[: len(order)]
        if any(isinstance(argument, ast.JoinedStr) for argument in arguments):
            raise UnreadableError(
                f"{place}:{node.lineno}: an f-string cannot be translated; use a named placeholder"
            )
        texts = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
        if len(texts) == len(order) and all(isinstance(text, str) for text in texts):
            yield _found(order, texts, place)


def _in_template(source: str, place: str) -> Iterator[Found]:
    yield from _in_calls(templatize(source, place), place)


def _in_calls(source: str, place: str) -> Iterator[Found]:
    for name, arguments in TEMPLATE_CALL.findall(source):
        if name not in ARGUMENTS:
            continue
        texts = [ast.literal_eval(text) for text in re.findall(STRING, arguments)]
        yield _found(ARGUMENTS[name], texts, place)


def _found(order: str, texts: list, place: str) -> Found:
    part = dict(zip(order, texts, strict=True))
    return Found(part["s"], part.get("p", ""), part.get("c", ""), place)


def read_catalogue(path: Path) -> Catalog:
    """The .po at ``path``, or an empty one."""
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def apps_in(root: Path, names: list[str]) -> list[Path]:
    apps = [folder for folder in sorted(root.iterdir()) if (folder / "__init__.py").exists()]
    unknown = set(names) - {app.name for app in apps}
    if unknown:
        raise UnreadableError(f"no app called {', '.join(sorted(unknown))} in {root}")
    return [app for app in apps if not names or app.name in names]


def update(app: Path) -> None:
    """Rewrite the app's .po: sorted, without line numbers, unused entries dropped."""
    path = app / CATALOGUE
    old, new = read_catalogue(path), Catalog(locale="zh_Hans")
    for found in find_messages(app):
        known = old.get(found.singular, found.context or None)
        new.add(
            (found.singular, found.plural) if found.plural else found.singular,
            _kept_text(known, is_plural=bool(found.plural)),
            locations=[(found.place, 0)],
            flags=known.flags if known else (),
            user_comments=known.user_comments if known else (),
            context=found.context or None,
        )
    if len(new) == 0 and not path.exists():
        return
    out = BytesIO()
    write_po(out, new, omit_header=True, sort_output=True, include_lineno=False, width=110)
    text = (HEADER + out.getvalue().decode("utf-8")).rstrip("\n") + "\n"
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _kept_text(known: Message | None, *, is_plural: bool) -> str | tuple[str, ...]:
    text = known.string if known else ""
    if isinstance(text, (tuple, list)):
        return tuple(text) if is_plural else text[0]
    return (text,) if is_plural else text


def compile_catalogue(app: Path) -> bool:
    """Write the .mo when it is missing or older than the .po; tell whether it was written."""
    source, target = app / CATALOGUE, (app / CATALOGUE).with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return False
    half = target.with_suffix(".mo.new")
    with half.open("wb") as file:
        write_mo(file, read_catalogue(source))
    half.replace(target)  # a running server never reads half a file
    return True


def check(apps: list[Path]) -> list[str]:
    """One sentence per thing that is wrong."""
    problems: list[str] = []
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for app in apps:
        catalogue = read_catalogue(app / CATALOGUE)
        found = {message.key: message for message in find_messages(app)}
        known = {(entry.context or "", _first(entry.id)): entry for entry in catalogue if entry.id}
        problems += [
            f"{app.name}: missing “{key[1]}” ({found[key].place})" for key in found.keys() - known.keys()
        ]
        problems += [f"{app.name}: unused “{key[1]}”" for key in known.keys() - found.keys()]
        for key, entry in known.items():
            problems += [f"{app.name}: {problem} “{key[1]}”" for problem in _problems_of(entry)]
            text = _first(entry.string)
            other, other_text = said.setdefault(key, (app.name, text)) if text else ("", "")
            if other_text != text:
                problems.append(f"{app.name}: “{key[1]}” is “{text}” here and “{other_text}” in {other}")
    return sorted(problems)


def _problems_of(entry: Message) -> Iterator[str]:
    texts = entry.string if isinstance(entry.string, (tuple, list)) else [entry.string]
    if not all(texts):
        yield "not translated"
        return
    if entry.fuzzy:
        yield "fuzzy"
    source = entry.id[-1] if isinstance(entry.id, (tuple, list)) else entry.id
    expected = sorted(PLACEHOLDER.findall(source))
    if any(set(PLACEHOLDER.findall(text)) != set(expected) for text in texts):
        yield f"placeholders {', '.join(expected) or '(none)'} changed in"


def _first(text: str | tuple | list) -> str:
    return text if isinstance(text, str) else text[0]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["update", "compile", "check"])
    parser.add_argument("apps", nargs="*", metavar="app")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(argv)
    if not settings.configured:
        settings.configure(USE_I18N=True)  # templatize needs no more than this
        django.setup()
    try:
        apps = apps_in(options.root, options.apps)
        if options.command == "check":
            problems = check(apps)
            print("\n".join(problems) or "Translations are complete.")
            return 1 if problems else 0
        for app in apps:
            update(app) if options.command == "update" else compile_catalogue(app)
    except (UnreadableError, SyntaxError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
