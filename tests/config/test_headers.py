"""The headers of every answer, whatever kind it is, and that no foreign host or address is believed."""

import pytest
from django.test import Client

from tests.factories import make_institution, make_instrument

pytestmark = pytest.mark.django_db
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "SAMEORIGIN",
}
PAGES = (
    "/",
    "/instruments/",
    "/login/",
    "/nothing-here/",
    "/api/v1/instruments",
    "/api/v1/work/me",
    "/oai",
    "/healthz",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_has_them(client, world, address):
    make_institution(world)
    make_instrument(world, status="published")
    response = client.get(address)
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_public_pictures_may_be_shown_elsewhere(client, db):
    assert client.get(f"/files/{'0' * 32}/")["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "a b"])
def test_a_foreign_host_is_refused(db, settings, host):
    settings.ALLOWED_HOSTS = ["keyi.example.cn"]
    assert Client(SERVER_NAME="x").get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        " //evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(client, world, target):
    data = {
        "identity": "institution",
        "username": "unit_admin",
        "password": "Lushan-2026-keyi",
        "next": target,
    }
    assert client.post("/login/", data)["Location"] == "/work/"
    assert client.get("/login/", {"next": target})["Location"] == "/work/"


@pytest.mark.parametrize(
    "address", ["/account/edit/", "/work/national/code/", "/logout/", "/account/tokens/new/"]
)
def test_a_form_without_its_token_does_nothing(world, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.unit_admin)
    response = client.post(address, {"real_name": "fremd", "code": "0" * 32, "name": "x"})
    assert response.status_code in (302, 403)
    world.unit_admin.refresh_from_db()
    assert world.unit_admin.real_name == "周明"
