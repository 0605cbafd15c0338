"""Frames, icons, page links, error pages and static files."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.exceptions import RequestDataTooBig
from django.core.management import call_command
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils.translation import override

from keyi.accounts.menu import MENU
from keyi.core import errors
from keyi.core.pages import paginate, render_page
from keyi.core.templatetags.ui import ICONS

KEYI = Path(errors.__file__).parent.parent


def render(source: str, **context) -> str:
    with override("zh-hans"):
        return Template("{% load ui %}" + source).render(Context(context))


def page_of(path: str, count: int = 100):
    return paginate(RequestFactory().get(path), list(range(count)), per_page=10)


def test_every_icon_named_in_a_template_or_module_is_there():
    named = set()
    for file in KEYI.rglob("*.html"):
        named |= set(re.findall(r'{% icon "([\w-]+)"', file.read_text(encoding="utf-8")))
        named |= set(re.findall(r'{% tag "[\w]*" "([\w-]+)"', file.read_text(encoding="utf-8")))
    named |= {entry.icon for group in MENU for entry in group.entries}
    assert "alert-circle" in named
    assert named - set(ICONS) == set()


def test_an_unknown_icon_is_an_error():
    with pytest.raises(KeyError):
        render('{% icon "no-such-icon" %}')


def test_a_tag_escapes_its_text():
    html = render('{% tag "ok" "check" text %}', text="<b>已发布</b>")
    assert html.startswith('<span class="k-tag k-tag--ok"><svg class="icon"')
    assert html.endswith("</svg>&lt;b&gt;已发布&lt;/b&gt;</span>")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 1), ("page=3", 3), ("page=0", 1), ("page=-1", 1), ("page=x", 1), ("page=٣", 1), ("page=999999999999", 1),
     ("page=11", 10), ("page=99999999", 10), ("page=1.5", 1), ("page=", 1)],
)  # fmt: skip
def test_any_page_number_shows_a_page(asked, shown):
    assert page_of(f"/?{asked}").number == shown


def test_page_links_keep_the_filters_and_escape_them():
    html = render("{% pagination page %}", page=page_of("/?q=%22%3E%3Cb%3E&page=2&c=1&c=2"))
    assert '<a href="?q=%22%3E%3Cb%3E&amp;c=1&amp;c=2&amp;page=3" aria-label="第 3 页">3</a>' in html
    assert 'aria-current="page" aria-label="第 2 页">2</a>' in html
    assert "上一页" in html
    assert "下一页" in html


def test_a_single_page_has_no_links():
    assert render("{% pagination page %}", page=page_of("/", count=10)) == ""


def test_an_empty_list_says_why_and_what_to_do():
    assert render('{% empty_state "还没有仪器。" "先新增一个机构。" "/labs/" "新增" %}').strip() == (
        '<div class="k-empty"><p><b>还没有仪器。</b></p><p>先新增一个机构。</p>'
        '<a class="btn btn-primary" href="/labs/">新增</a></div>'
    )


def test_render_page_gives_htmx_the_piece_and_others_the_page(rf):
    request = rf.get("/")
    request.user = None
    request.htmx = type("Htmx", (), {"boosted": False, "__bool__": lambda self: True})()
    piece = render_page(
        request, "errors/500.html", {"title": "a"}, partial="components/empty_state.html", status=422
    )
    assert piece.content.startswith(b'<div class="k-empty">')
    assert (piece.status_code, piece["Vary"]) == (422, "HX-Request")
    request.htmx = False
    whole = render_page(request, "errors/500.html", {}, partial="components/empty_state.html")
    assert whole.content.startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [("bad_request", 400, "请求没有读懂"), ("permission_denied", 403, "您的账号不能打开这个页面"),
     ("not_found", 404, "没有这个页面"), ("csrf_failure", 403, "页面打开太久，没有提交成功"),
     ("server_error", 500, "页面暂时打不开")],
)  # fmt: skip
def test_error_pages_need_no_database_and_say_what_to_do(rf, view, status, heading):
    response: HttpResponse = getattr(errors, view)(rf.get("/x/"))
    html = response.content.decode()
    assert response.status_code == status
    assert re.findall(r"<h1>(.*?)</h1>", html) == [heading]
    assert re.search(r'<a class="btn btn-primary" href="/', html)


def test_too_large_a_request_is_413(rf):
    response = errors.bad_request(rf.get("/x/"), RequestDataTooBig())
    assert response.status_code == 413
    assert "上传的内容太大" in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_a_404_in_the_frame(client, world, as_):
    html = client.get("/no/such/page/").content.decode()
    assert "没有这个页面" in html
    assert f'href="{reverse("login")}"' in html
    assert f'href="{reverse("work-home")}"' not in html
    html = as_(world.unit_admin).get("/no/such/page/").content.decode()
    assert f'href="{reverse("work-home")}"' in html
    assert "周明" in html


@pytest.mark.django_db
def test_a_page_asks_the_database_nothing_for_a_visitor(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/no/such/page/").status_code == 404


@pytest.mark.django_db
def test_large_text_is_switched_on_and_off_and_goes_back(client):
    url = reverse("large-text")
    response = client.post(url, {"next": "/units/?q=a"})
    assert (response.status_code, response["Location"]) == (302, "/units/?q=a")
    assert '<html lang="zh-CN" data-bs-theme="light" class="k-large">' in client.get("/x/").content.decode()
    client.post(url, {"next": "/"})
    assert "k-large" not in client.get("/x/").content.decode()
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_large_text_leads_nowhere_else(client, target):
    assert client.post(reverse("large-text"), {"next": target})["Location"] == "/"


@pytest.mark.django_db
def test_the_site_switches_to_english_and_back(client):
    client.post(reverse("set-language"), {"language": "en", "next": "/x/"})
    html = client.get("/x/").content.decode()
    assert '<html lang="en"' in html
    assert "<h1>There is no such page</h1>" in html
    client.post(reverse("set-language"), {"language": "zh-hans", "next": "/x/"})
    assert "<h1>没有这个页面</h1>" in client.get("/x/").content.decode()


def test_the_operator_names_the_site(rf, settings):
    with override_settings(SITE=settings.SITE | {"name": "某省平台", "icp": "某ICP备1号"}):
        html = errors.not_found(rf.get("/x/")).content.decode()
    assert "<title>没有这个页面 · 某省平台</title>" in html
    assert "某ICP备1号" in html


def test_pages_have_no_inline_script_or_style():
    for file in KEYI.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text), file


def test_htmx_is_configured_without_eval_and_inline_style(rf):
    html = errors.not_found(rf.get("/x/")).content.decode()
    config = json.loads(re.search(r"<meta name=\"htmx-config\" content='(.*?)'>", html)[1])
    assert (config["allowEval"], config["includeIndicatorStyles"]) == (False, False)


def test_static_files_can_be_collected_with_hashes(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    name = storage.stored_name("keyi/keyi.css")
    assert re.search(r"url\(\"?img/spectrum\.\w{12}\.svg\"?\)", (tmp_path / name).read_text(encoding="utf-8"))


def test_static_files_come_from_nowhere_else():
    for name in ("keyi.css", "keyi.js", "combo.js", "vendor/tabler.used.css"):
        text = Path(finders.find(f"keyi/{name}")).read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import|sourceMappingURL", text), name
