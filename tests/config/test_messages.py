"""The translations tool on a small tree."""

import gettext

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Save")
HELLO = _("Hello %(name)s")
BACK = pgettext("review", "Return")


def count(n):
    return ngettext("%(n)d lab", "%(n)d labs", n) % {"n": n}
"""
TEMPLATE = """{% load i18n %}
<p>{% translate "Don't go" %} {% translate "Return" context "button" %} {{ x|default:_("Nothing yet") }}</p>
  {% blocktranslate trimmed with n=a %}
    Found {{ n }} things
    at 100%
  {% endblocktranslate %}
"""
FIELD = """<b>{{ _("Optional") }}</b>{{ pgettext("field", "Row %(n)s")|format(n=3) }}"""
TRANSLATED = {
    "Optional": "选填",
    "Row %(n)s": "第 %(n)s 行",
    "Save": "保存",
    "Hello %(name)s": "%(name)s，您好",
    "Return": "退回",
    "%(n)d lab": "%(n)d 个实验室",
    "Don't go": "请留步",
    "Nothing yet": "暂无",
    "Found %(n)s things at 100%%": "找到 %(n)s 项，100%%",
}


@pytest.fixture
def root(tmp_path):
    app = tmp_path / "shop"
    (app / "templates" / "shop").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "code.py").write_text(CODE)
    (app / "templates" / "shop" / "page.html").write_text(TEMPLATE)
    (app / "jinja2" / "shop").mkdir(parents=True)
    (app / "jinja2" / "shop" / "field.html").write_text(FIELD)
    return tmp_path


def run(root, command: str) -> int:
    return messages.main([command, "--root", str(root)])


def po(root):
    return root / "shop" / messages.CATALOGUE


def translate(root, **changes: str) -> None:
    """Fill in the .po as a translator would."""
    texts = {**TRANSLATED, **changes}
    lines, source = [], ""
    for line in po(root).read_text().splitlines():
        if line.startswith("msgid "):
            source = line[7:-1]
        if line in ('msgstr ""', 'msgstr[0] ""') and source:
            line = f'{line[:-2]}"{texts[source]}"'
        lines.append(line)
    po(root).write_text("\n".join(lines) + "\n")


def test_update_finds_every_message(root):
    run(root, "update")

    found = {(entry.context, entry.id) for entry in messages.read_catalogue(po(root)) if entry.id}
    assert found == {
        (None, "Save"),
        (None, "Hello %(name)s"),
        ("review", "Return"),
        (None, ("%(n)d lab", "%(n)d labs")),
        (None, "Don't go"),
        ("button", "Return"),
        (None, "Nothing yet"),
        (None, "Found %(n)s things at 100%%"),
        (None, "Optional"),
        ("field", "Row %(n)s"),
    }


def test_update_keeps_translations_and_changes_nothing_twice(root):
    run(root, "update")
    translate(root)
    run(root, "update")
    before = po(root).read_text()

    run(root, "update")

    assert po(root).read_text() == before
    assert '"保存"' in before


def test_update_drops_what_the_code_no_longer_says(root):
    run(root, "update")
    (root / "shop" / "code.py").write_text("")

    run(root, "update")

    assert "Save" not in po(root).read_text()


def test_complete_translation_passes(root, capsys):
    run(root, "update")
    translate(root)

    assert run(root, "check") == 0
    assert capsys.readouterr().out == "Translations are complete.\n"


def test_check_names_what_is_missing_from_the_catalogue(root, capsys):
    run(root, "update")
    translate(root)
    (root / "shop" / "more.py").write_text('from x import gettext\n\ngettext("New")\n')

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "shop: missing “New” (shop/more.py)\n"


def test_check_names_what_is_not_used(root, capsys):
    run(root, "update")
    translate(root)
    po(root).write_text(po(root).read_text() + '\nmsgid "Old"\nmsgstr "旧"\n')

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "shop: unused “Old”\n"


def test_check_names_what_is_not_translated(root, capsys):
    run(root, "update")
    translate(root, Save="")

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "shop: not translated “Save”\n"


def test_check_names_what_is_fuzzy(root, capsys):
    run(root, "update")
    translate(root)
    po(root).write_text(po(root).read_text().replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'))

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "shop: fuzzy “Save”\n"


def test_check_names_a_changed_placeholder(root, capsys):
    run(root, "update")
    translate(root, **{"Hello %(name)s": "%(nmae)s，您好"})

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "shop: placeholders %(name)s changed in “Hello %(name)s”\n"


def test_check_names_two_apps_that_disagree(root, capsys):
    run(root, "update")
    translate(root)
    other = root / "trade"
    other.mkdir()
    (other / "__init__.py").write_text('from x import gettext\n\ngettext("Save")\n')
    run(root, "update")
    path = other / messages.CATALOGUE
    path.write_text(path.read_text().replace('"Save"\nmsgstr ""', '"Save"\nmsgstr "存盘"'))

    assert run(root, "check") == 1
    assert capsys.readouterr().out == "trade: “Save” is “存盘” here and “保存” in shop\n"


def test_compile_writes_what_gettext_reads(root):
    run(root, "update")
    translate(root)
    run(root, "compile")

    with po(root).with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Save") == "保存"
    assert texts.pgettext("review", "Return") == "退回"
    assert texts.ngettext("%(n)d lab", "%(n)d labs", 5) == "%(n)d 个实验室"


def test_f_string_is_refused(root, capsys):
    (root / "shop" / "code.py").write_text('gettext(f"Hello {name}")\n')

    assert run(root, "update") == 2
    assert capsys.readouterr().err == (
        "shop/code.py:1: an f-string cannot be translated; use a named placeholder\n"
    )
