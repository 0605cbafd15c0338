"""What is taken from Tabler for the pages."""

from tools import stylesheet

WHOLE = """@charset "UTF-8";/* said by nobody */
:root{--blue:#00f}a,.btn>.icon{color:red}.btn,.card:hover{top:1.5rem}.row:not(.gap\\:1){left:0}.sm\\:row{left:1px}
@media (min-width:1px){.card{top:0}@supports (top:0){.btn{top:2px}}}@media print{.card{top:0}}
@keyframes turn{0%{top:0}}"""


def test_rules_stay_whose_every_class_is_known():
    assert stylesheet.used(WHOLE, {"btn", "row"}) == (
        '@charset "UTF-8";:root{--blue:#00f}a{color:red}.btn{top:1.5rem}.row:not(.gap\\:1){left:0}'
        "@media (min-width:1px){@supports (top:0){.btn{top:2px}}}@keyframes turn{0%{top:0}}\n"
    )


def test_words_are_those_of_templates_scripts_and_programs_of_our_own(tmp_path):
    for name in ("a.html", "b.js", "c.py", "d.css", "vendor/e.js"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'class="btn-{path.stem} {path.stem}x"', encoding="utf-8")
    found = stylesheet.words(tmp_path)
    assert found == {"class", "btn-a", "ax", "btn-b", "bx", "btn-c", "cx"}


def test_classes_are_named_as_in_a_page():
    assert stylesheet.classes(".btn .sm\\:row{top:1.5rem}") == {"btn", "sm:row", "5rem"}
