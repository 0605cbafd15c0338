"""What the settings make of an environment."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from keyi.config.mail import parse_mail_url
from tests.config.keyi import PRODUCTION, ROOT, environment

SHOW = """
import json, sys
from keyi.config import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""


def read_settings(*names: str, **values: str) -> dict:
    result = subprocess.run(
        [sys.executable, "-c", SHOW, *names],
        env=environment(**PRODUCTION | values), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(result.stdout)


def test_production_is_strict():
    expected = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["keyi.example.gov.cn"],
        "SITE_URL": "https://keyi.example.gov.cn",
        "CSRF_TRUSTED_ORIGINS": ["https://keyi.example.gov.cn"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": None,
        "EMAIL_HOST_PASSWORD": "p@ss",
        "DEMO_ACCOUNTS": [],
    }
    assert read_settings(*expected) == expected


def test_plain_http_drops_only_what_needs_https():
    expected = {
        "SITE_URL": "http://keyi.example.gov.cn",
        "SESSION_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": None,
        "SESSION_COOKIE_HTTPONLY": True,
    }
    assert read_settings(*expected, KEYI_PLAIN_HTTP="yes") == expected


def test_forwarded_headers_are_believed_behind_our_proxy_only():
    names = ["SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "BEHIND_PROXY"]

    assert read_settings(*names) == dict(zip(names, [None, None, False], strict=True))
    assert read_settings(*names, KEYI_BEHIND_PROXY="1") == dict(
        zip(names, [["HTTP_X_FORWARDED_PROTO", "https"], True, True], strict=True)
    )


def test_database_address_may_stand_in_a_file(tmp_path):
    file = tmp_path / "database"
    file.write_text("postgresql://keyi:p%40ss@db.example:5433/portal?sslmode=require\n")

    database = read_settings("DATABASES", DATABASE_URL="", DATABASE_URL_FILE=str(file))["DATABASES"][
        "default"
    ]

    assert [database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")] == [
        "keyi", "p@ss", "db.example", "5433", "portal",
        {
            "sslmode": "require",
            "options": '-c pghistory.context_metadata={"program":"python"} -c join_collapse_limit=6',
        },
    ]  # fmt: skip


def test_demo_writes_its_mail_to_files(tmp_path):
    demo = {
        "KEYI_MODE": "demo",
        "KEYI_DATA": str(tmp_path),
        "KEYI_HOSTS": "",
        "KEYI_MAIL_URL": "",
        "PORT": "8123",
    }
    expected = {
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "SITE_URL": "http://127.0.0.1:8123",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }
    assert read_settings(*expected, **demo) == expected


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtps://mail.example:2465", 2465, False, True),
    ],
)
def test_mail_address_names_port_and_encryption(url, port, tls, ssl):
    found = parse_mail_url(url)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        "mail.example", port, tls, ssl,
    )  # fmt: skip


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://host:port", "mail"])
def test_malformed_mail_address_is_refused(url):
    with pytest.raises(ValueError):
        parse_mail_url(url)


def test_every_answer_carries_the_strict_headers(client, db):
    headers = client.get("/healthz").headers

    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"


def test_language_is_chinese_whatever_the_browser_prefers(client, db):
    assert client.get("/healthz", headers={"accept-language": "en"}).headers["Content-Language"] == "zh-hans"


@pytest.mark.parametrize(("chosen", "shown"), [("en", "en"), ("zh-hans", "zh-hans"), ("xx", "zh-hans")])
def test_language_follows_the_switch(client, db, chosen, shown):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen

    response = client.get("/healthz")

    assert response.headers["Content-Language"] == shown
    assert "Cookie" in response.headers["Vary"]
