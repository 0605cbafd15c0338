"""创新平台 on the portal: the list, its filters, the figure on the home page."""

import pytest

from tests.factories import make_platform


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("?q=先进分析", 1), ("?q=不存在", 0), ("?city=430100", 1), ("?city=430300", 1),
        ("?level=national", 1), ("?level=unit", 0), ("?type=platform_type:provincial-03", 2),
    ],
)  # fmt: skip
def test_public_list_is_filtered(world, client, query, found):
    make_platform(world)
    make_platform(world, unit=world.institute, name="乙中心", level="national", division=world.yuetang)
    make_platform(world, status="draft", name="草稿")
    response = client.get(f"/platforms/{query}")
    assert (response.status_code, len(response.context["copies"])) == (200, found)


@pytest.mark.parametrize("query", ["?level=x", "?city=1", "?type=x", "?q=" + "长" * 101])
def test_public_list_answers_what_it_cannot_read(world, client, query):
    assert client.get(f"/platforms/{query}").status_code == 422


def test_home_counts_platforms(world, client):
    make_platform(world)
    make_platform(world, status="offline", name="乙中心")
    assert client.get("/").context["platform_count"] == 1
