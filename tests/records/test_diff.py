"""What changed between two snapshots, as the reviewer sees it."""

import copy

from django.utils.translation import override

from keyi.records.reviewing.diff import compare, compare_rows, compare_texts, field_count
from tests.factories import add_pdf, add_photo, make_institution, make_instrument


def marked(lines):
    """[-deleted-] and [+inserted+] in plain text, one line per line."""
    signs = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]"}
    return ["".join(signs[piece.op].format(piece.text) for piece in line) for line in lines]


def changes_of(record, **fields):
    old = record.snapshot()
    new = copy.deepcopy(old)
    new["fields"] |= fields
    with override("zh-hans"):
        return compare(record.record_kind, old, new)


def test_a_text_shows_the_characters_taken_out_and_put_in():
    before, after = compare_texts(
        "分辨率 1.0 nm（15 kV），放大倍数 20～800,000 倍",
        "分辨率 1.0 nm（15 kV）、1.3 nm（1 kV），放大倍数 20～800,000 倍",
    )
    assert marked(before) == ["分辨率 1.0 nm（15 kV），放大倍数 20～800,000 倍"]
    kept = "".join(piece.text for piece in after[0] if piece.op == "same")
    assert kept == "分辨率 1.0 nm（15 kV），放大倍数 20～800,000 倍"
    assert sum(piece.op == "ins" for piece in after[0]) == 1


def test_a_number_changes_as_a_whole():
    assert [marked(side) for side in compare_texts("最多 300 元每样", "最多 400 元每样")] == [
        ["最多 [-300-] 元每样"],
        ["最多 [+400+] 元每样"],
    ]


def test_a_text_with_little_in_common_is_shown_as_replaced():
    assert [marked(side) for side in compare_texts("刘老师", "陈静")] == [["[-刘老师-]"], ["[+陈静+]"]]


def test_a_text_that_was_empty_is_all_new():
    assert [marked(side) for side in compare_texts("", "新加\n两行")] == [[], ["[+新加+]", "[+两行+]"]]


def test_rows_are_compared_one_by_one():
    before, after = compare_rows(
        ["形貌：300 元", "能谱：180 元"], ["形貌：400 元", "能谱：180 元", "镀膜：60 元"]
    )
    assert marked(before) == ["形貌：[-300-] 元", "能谱：180 元"]
    assert marked(after) == ["形貌：[+400+] 元", "能谱：180 元", "[+镀膜：60 元+]"]


def test_a_removed_row_leaves_the_others_alone():
    before, after = compare_rows(["甲", "乙", "丙"], ["甲", "丙"])
    assert (marked(before), marked(after)) == (["甲", "[-乙-]", "丙"], ["甲", "丙"])


def test_unchanged_fields_are_counted_and_not_shown(world):
    record = make_instrument(world)
    changes, same = changes_of(record, floor="4 层")
    assert [(change.name, marked(change.before), marked(change.after)) for change in changes] == [
        ("floor", ["[-3-] 层"], ["[+4+] 层"])
    ]
    assert same == field_count("instruments", record.snapshot()) - 1


def test_nothing_changed_is_no_change(world):
    record = make_instrument(world)
    assert changes_of(record) == ([], field_count("instruments", record.snapshot()))


def test_changes_of_codes_choices_and_rows_read_like_the_page(world):
    record = make_instrument(world)
    fee = {
        "item": "水样多元素测定",
        "unit": "sample",
        "internal": "60",
        "external": "120",
        "negotiable": False,
    }
    changes, _same = changes_of(record, share_mode="internal", has_no_platform=False, fees=[fee])
    found = {change.name: (marked(change.before), marked(change.after)) for change in changes}
    assert set(found) == {"share_mode", "has_no_platform", "fees"}
    assert "[-100-]" in found["fees"][0][0]
    assert "[+120+]" in found["fees"][1][0]


def test_photos_are_compared_place_by_place(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    record = make_instrument(world)
    first, second = add_photo(world, record), add_photo(world, record)
    old = record.snapshot()
    second.remove()
    third = add_photo(world, record, order=5)
    changes, same = compare("instruments", old, record.snapshot())
    assert [(c.name, c.old_picture["token"], c.new_picture["token"], c.is_marked_here) for c in changes] == [
        ("photos", second.token, third.token, True)
    ]
    assert first.token not in (second.token, third.token)
    assert same == field_count("instruments", record.snapshot()) - 1


def test_only_the_first_of_several_photos_takes_the_note(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    record = make_instrument(world)
    old = record.snapshot()
    add_photo(world, record)
    add_photo(world, record)
    changes, _same = compare("instruments", old, record.snapshot())
    assert [(change.old_picture, change.is_marked_here) for change in changes] == [
        (None, True),
        (None, False),
    ]


def test_another_document_under_the_same_name_is_a_change(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    record = make_institution(world)
    paper = add_pdf(world, record, slot="policies", title="收费办法")
    old = record.snapshot()
    paper.remove()
    add_pdf(world, record, slot="policies", title="收费办法", sha256="f" * 64)
    changes, _same = compare("institutions", old, record.snapshot())
    assert [(change.name, marked(change.before), marked(change.after)) for change in changes] == [
        ("policies", ["[-收费办法 · 收费办法.pdf-]"], ["[+收费办法 · 收费办法.pdf+]"])
    ]
