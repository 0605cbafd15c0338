"""How long a session lasts, and what becomes of a form sent after it."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.utils import timezone

from keyi.accounts import kept
from keyi.accounts.models import KeptInput
from tests.world import PASSWORD

FORM = "/account/edit/"
TYPED = {"real_name": "周明明", "mobile": "13900009999", "password": "secret", "csrfmiddlewaretoken": "x"}


def sign_in(client, username):
    return client.post("/login/", {"identity": "institution", "username": username, "password": PASSWORD})


def rows() -> list[tuple[str, str, str]]:
    return list(KeptInput.objects.order_by("pk").values_list("user__username", "path", "data"))


KEPT = "real_name=%E5%91%A8%E6%98%8E%E6%98%8E&mobile=13900009999"


@pytest.mark.parametrize(
    ("username", "minutes"), [("unit_admin", 30), ("reviewer", 15), ("system_admin", 15)]
)
def test_session_ends_when_nothing_is_clicked(world, client, time_machine, username, minutes):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    sign_in(client, username)
    time_machine.move_to(now + timedelta(minutes=minutes - 1), tick=False)
    assert client.get("/account/").status_code == 200
    time_machine.move_to(now + timedelta(minutes=2 * minutes - 2), tick=False)
    assert client.get("/account/").status_code == 200
    time_machine.move_to(now + timedelta(minutes=3 * minutes - 1), tick=False)
    response = client.get("/account/")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/account/")
    assert "登录已过期，请重新登录。" in client.get("/login/").text


def test_session_ends_after_twelve_hours_however_busy(world, client, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    sign_in(client, "unit_admin")
    for step in range(1, 36):
        time_machine.move_to(now + timedelta(minutes=20 * step), tick=False)
        assert client.get("/account/").status_code == 200
    time_machine.move_to(now + timedelta(hours=12, seconds=1), tick=False)
    assert client.get("/account/").status_code == 302


def expire(client, time_machine):
    time_machine.move_to(timezone.now() + timedelta(minutes=31), tick=False)


def test_form_sent_after_the_session_comes_back_after_signing_in(world, client, time_machine):
    sign_in(client, "unit_admin")
    expire(client, time_machine)
    response = client.post(FORM, TYPED)
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={FORM}")
    assert rows() == []
    assert "13900009999" not in str(dict(client.session))  # encrypted while it waits
    page = client.get(response["Location"])
    assert "登录已过期，填写的内容已保留，请登录后检查并保存。" in page.text
    answer = client.post(
        "/login/", {"identity": "institution", "username": "unit_admin", "password": PASSWORD, "next": FORM}
    )
    assert answer["Location"] == FORM
    assert rows() == [("unit_admin", FORM, KEPT)]
    data, _at = kept.kept(world.unit_admin, FORM)
    assert data.dict() == {"real_name": "周明明", "mobile": "13900009999"}
    world.unit_admin.refresh_from_db()
    assert world.unit_admin.real_name == "周明"


def test_typing_stays_its_authors_when_a_stranger_signs_in(world, client, time_machine):
    sign_in(client, "unit_admin")
    expire(client, time_machine)
    client.post(FORM, TYPED)
    sign_in(client, "stranger")
    assert rows() == [("unit_admin", FORM, KEPT)]
    assert "周明明" not in client.get(FORM).text


def test_typing_of_nobody_known_goes_to_whom_signs_in_next_in_this_browser(world, client):
    client.post(FORM, TYPED)
    sign_in(Client(), "stranger")
    assert rows() == []
    sign_in(client, "lab_manager")
    assert rows() == [("lab_manager", FORM, KEPT)]


def test_typing_whose_key_was_taken_away_stops_nobody_from_signing_in(world, client, settings):
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *keys]
    client.post(FORM, TYPED)
    settings.FIELD_KEYS = keys
    sign_in(client, "lab_manager")
    assert rows() == []


def test_kept_typing_of_a_page_that_is_not_there_is_dropped(world, as_):
    kept.keep_text(world.stranger, "/work/instrument/999999/", "name=x")
    kept.keep_text(world.stranger, FORM, "name=x")
    assert as_(world.stranger).get("/work/instrument/999999/").status_code == 404
    assert rows() == [("stranger", FORM, "name=x")]


def test_a_form_elsewhere_leads_back_to_its_page(world, client):
    response = client.post("/inbox/read/", {"a": "1"}, HTTP_REFERER="http://testserver/inbox/")
    assert response["Location"] == "/login/?next=/inbox/"
    response = client.post("/inbox/read/", {"a": "1"}, HTTP_REFERER="http://evil.example/inbox/")
    assert response["Location"] == "/login/?next=/inbox/read/"


def test_htmx_is_led_to_the_whole_login_page(world, client):
    response = client.post(FORM, TYPED, HTTP_HX_REQUEST="true")
    assert (response.status_code, response["HX-Redirect"]) == (204, f"/login/?next={FORM}")


def test_at_most_three_forms_wait_in_a_browser(world, client):
    for number in range(5):
        client.post(f"/inbox/{number}/", {"a": str(number)})
    assert list(client.session["typed"]) == ["/inbox/2/", "/inbox/3/", "/inbox/4/"]


def test_too_much_typing_is_refused_not_half_kept(world, client):
    response = client.post(FORM, {"real_name": "x" * 300_000})
    assert response.status_code == 302
    assert "typed" not in client.session


def test_autosave_keeps_without_passwords(world, as_):
    client = as_(world.unit_admin)
    assert client.post("/kept/", TYPED | {"_path": FORM}).status_code == 204
    assert client.post("/kept/", {"real_name": "周", "_path": FORM}).status_code == 204
    assert rows() == [("unit_admin", FORM, "real_name=%E5%91%A8")]
    kept.forget(world.unit_admin, FORM)
    assert kept.kept(world.unit_admin, FORM) is None


@pytest.mark.parametrize("path", ["", "work/", "//evil.example/", "/" + "a" * 200])
def test_autosave_wants_a_path_of_this_site(world, as_, path):
    assert as_(world.unit_admin).post("/kept/", {"a": "1", "_path": path}).status_code == 422
    assert rows() == []


def test_autosave_is_bounded(world, as_):
    client = as_(world.unit_admin)
    assert client.post("/kept/", {"a": "x" * 300_000, "_path": FORM}).status_code == 413
    for number in range(kept.MOST_FORMS + 1):
        kept.keep_text(world.unit_admin, f"/work/{number}/", "a=1")
    assert KeptInput.objects.count() == kept.MOST_FORMS
    assert kept.kept(world.unit_admin, "/work/0/") is None


def test_autosave_without_session_is_401(world, client):
    assert client.post("/kept/", {"a": "1", "_path": FORM}).status_code == 401
    assert client.get("/kept/").status_code == 405


def test_form_with_an_old_token_from_our_own_page_is_kept(world):
    client = Client(enforce_csrf_checks=True, HTTP_ORIGIN="http://testserver")
    client.force_login(world.unit_admin)
    response = client.post(FORM, TYPED)
    assert (response.status_code, response["Location"]) == (302, FORM)
    assert rows() == [("unit_admin", FORM, KEPT)]


def test_form_from_a_foreign_page_is_not_kept(world):
    for headers in ({"HTTP_ORIGIN": "http://evil.example"}, {}):
        client = Client(enforce_csrf_checks=True, **headers)
        client.force_login(world.unit_admin)
        assert client.post(FORM, TYPED).status_code == 403
    assert rows() == []
