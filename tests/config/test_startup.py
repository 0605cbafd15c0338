"""What is refused before the program starts, and how it is said."""

import stat

import pytest
from cryptography.fernet import Fernet

from keyi.config import startup
from tests.config.keyi import PRODUCTION, environment, keyi

NO_FIELD_KEY = "KEYI_FIELD_KEYS is missing, by which telephone numbers are encrypted:"
BAD_FIELD_KEY = "KEYI_FIELD_KEYS holds something that is no key:"
NEW_KEY = 'python3 -c "import base64,os;print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


@pytest.fixture
def start(monkeypatch):
    """``start(NAME=value)`` tells what a production start with that changed would be refused for."""

    def problems(**values: str) -> list[str]:
        for name in list(environment()):
            monkeypatch.delenv(name, raising=False)
        for name in ("KEYI_MODE", "KEYI_DATA", "KEYI_TEST_DB", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {**PRODUCTION, **values}.items():
            monkeypatch.setenv(name, value)
        return startup.problems()

    return problems


def english(problem: str) -> str:
    """The second half of a sentence said in both languages."""
    return problem.partition("。 ")[2]


def test_production_with_everything_set_is_started(start):
    assert start() == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"KEYI_SECRET_KEY": ""}, "KEYI_SECRET_KEY is missing: set it to at least 50 random characters."),
        ({"KEYI_SECRET_KEY": "x1y2z3" * 8}, "KEYI_SECRET_KEY is too weak: set it to at least 50 random characters."),
        ({"KEYI_SECRET_KEY": "ab" * 40}, "KEYI_SECRET_KEY is too weak: set it to at least 50 random characters."),
        ({"KEYI_FIELD_KEYS": ""}, f"{NO_FIELD_KEY} make one like this, and keep it apart from the backups: {NEW_KEY}"),
        ({"KEYI_FIELD_KEYS": "no-key"}, f"{BAD_FIELD_KEY} make one like this: {NEW_KEY}"),
        ({"KEYI_DEBUG": "yes"}, "KEYI_DEBUG must not be on in production: remove it."),
        ({"KEYI_HOSTS": ""}, "KEYI_HOSTS is missing: set it to the site's domain, such as keyi.example.gov.cn."),
        (
            {"KEYI_HOSTS": "keyi.example.gov.cn, *"},
            "KEYI_HOSTS must not contain *: name each domain of the site, with commas between them.",
        ),
        (
            {"KEYI_MAIL_URL": ""},
            "KEYI_MAIL_URL is missing and accounts need mail: set it like smtp+tls://user:password@host:587.",
        ),
        (
            {"KEYI_MAIL_URL": "mail.example.gov.cn"},
            "KEYI_MAIL_URL is malformed: begin it with smtp://, smtp+tls:// or smtps:// and name a host.",
        ),
        (
            {"KEYI_MAIL_FROM": ""},
            "KEYI_MAIL_FROM is missing: set it to the address that mail comes from.",
        ),
        (
            {"DATABASE_URL": "mysql://x"},
            "DATABASE_URL is malformed: write it like postgresql://user:password@host:5432/name.",
        ),
        ({"PORT": "http"}, "PORT cannot be http: set it to 1 to 65535."),
        ({"KEYI_MODE": "prod"}, "KEYI_MODE cannot be prod: set it to production or demo."),
    ],
)  # fmt: skip
def test_production_start_is_refused_with_one_sentence(start, values, sentence):
    assert [english(problem) or problem for problem in start(**values)] == [sentence]


def test_secret_may_stand_in_a_file(start, tmp_path):
    file = tmp_path / "secret"
    file.write_text(PRODUCTION["KEYI_SECRET_KEY"] + "\n")

    assert start(KEYI_SECRET_KEY="", KEYI_SECRET_KEY_FILE=str(file)) == []


def test_unreadable_secret_file_is_named(start, tmp_path):
    file = tmp_path / "nothing"

    (problem,) = start(KEYI_SECRET_KEY="", KEYI_SECRET_KEY_FILE=str(file))

    assert (
        english(problem)
        == f"KEYI_SECRET_KEY_FILE names {file}, which cannot be read: check the path and the rights."
    )


def test_plain_http_is_warned_of(start):
    start(KEYI_PLAIN_HTTP="yes")

    assert [english(warning) for warning in startup.warnings()] == [
        "KEYI_PLAIN_HTTP is on: passwords cross the network unencrypted; only for an internal network."
    ]


def test_refused_serve_prints_the_sentences_and_nothing_else(tmp_path):
    result = keyi("serve", KEYI_DATA=str(tmp_path / "data"))

    assert result.returncode == 2
    assert [english(line).split()[0] for line in result.stderr.splitlines()] == [
        "KEYI_SECRET_KEY", "KEYI_FIELD_KEYS", "KEYI_HOSTS", "KEYI_MAIL_URL", "KEYI_MAIL_FROM",
    ]  # fmt: skip
    assert not (tmp_path / "data").exists()


def test_refusal_never_shows_the_secret(tmp_path):
    result = keyi("serve", **PRODUCTION | {"KEYI_SECRET_KEY": "short-but-secret", "KEYI_DATA": str(tmp_path)})

    assert result.returncode == 2
    assert "short-but-secret" not in result.stdout + result.stderr


def test_unknown_command_shows_how_to_call_it():
    result = keyi("srve")

    assert result.returncode == 2
    assert result.stdout.startswith("keyi serve ")


def test_demo_secrets_are_made_once_and_private(tmp_path, monkeypatch):
    names = ("KEYI_SECRET_KEY", "KEYI_FIELD_KEYS")
    secrets = []
    for _start in range(2):
        for name in names:
            monkeypatch.delenv(name, raising=False)
        startup.ensure_demo_secrets(tmp_path)
        secrets.append([startup.environment.read(name) for name in names])
    for name in names:
        monkeypatch.delenv(name)

    assert secrets[0] == secrets[1]
    assert len(secrets[0][0]) >= 64
    assert Fernet(secrets[0][1])
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600, 0o600]
