"""The tag of a state: class, icon and text together (design, section 4)."""

import pytest
from django.utils.translation import override

from keyi.core.templatetags.ui import icon
from keyi.review.status import Status
from keyi.review.templatetags.review import status_tag
from tests.factories import make_instrument

LOOKS = [
    ("draft", "k-tag", "pencil", "草稿"),
    ("submitted", "k-tag k-tag--wait", "clock", "待初审"),
    ("endorsed", "k-tag k-tag--wait", "clock", "待审核"),
    ("approved", "k-tag k-tag--wait", "checks", "待发布"),
    ("returned", "k-tag k-tag--back", "arrow-back-up", "已退回"),
    ("published", "k-tag k-tag--ok", "check", "已发布"),
    ("offline", "k-tag k-tag--off", "circle-off", "已下线"),
    ("revision", "k-tag k-tag--rev", "edit", "修改中"),
]


@pytest.mark.parametrize(("state", "css", "drawing", "text"), LOOKS)
def test_a_state_has_its_class_icon_and_text(state, css, drawing, text):
    with override("zh-hans"):
        assert status_tag(state) == f'<span class="{css}">{icon(drawing)}{text}</span>'


@pytest.mark.parametrize("status", Status.values)
def test_a_record_shows_its_own_state(world, status):
    assert status_tag(make_instrument(world, status=status)) == status_tag(status)


def test_a_revision_says_that_the_portal_still_shows_the_old_text(world):
    record = make_instrument(world, is_public=True, published_at="2026-01-05T00:00Z")
    with override("zh-hans"):
        shown = status_tag(record)
    assert "修改中" in shown
    assert "门户仍显示原内容" in shown
