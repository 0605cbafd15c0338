"""Dependencies held against a file of known holes, as the OSV database gives it out."""

import json
import zipfile

import pytest

from tools import advisories

LOCKED = """\
django==5.2.19 \\
    --hash=sha256:00
psycopg[binary,pool]==3.3.4 ; python_version > "3"
Jinja2==3.1.0
"""


def advisory(name: str, package: str, *events: dict, versions: list[str] = [], **more) -> dict:  # noqa: B006
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    return {
        "id": name, "summary": f"about {package}",
        "affected": [{"package": {"name": package, "ecosystem": "PyPI"}, "ranges": ranges, "versions": versions}],
        **more,
    }  # fmt: skip


@pytest.fixture
def found(tmp_path):
    def find(*rows: dict) -> list[str]:
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for row in rows:
                archive.writestr(f"{row['id']}.json", json.dumps(row))
        return [hole.name for hole in advisories.holes(advisories.locked(LOCKED), path)]

    return find


def test_the_lock_is_read():
    assert advisories.locked(LOCKED) == {"django": "5.2.19", "psycopg": "3.3.4", "jinja2": "3.1.0"}
    assert advisories.locked(advisories.LOCK.read_text())["django"].startswith("5.2.")


@pytest.mark.parametrize(
    ("row", "is_found"),
    [
        (advisory("A", "Django", {"introduced": "0"}, {"fixed": "5.2.20"}), True),
        (advisory("A", "Django", {"introduced": "0"}, {"fixed": "5.2.19"}), False),
        (advisory("A", "django", {"introduced": "5.1"}, {"fixed": "5.1.9"}), False),
        (advisory("A", "django", {"introduced": "5.1"}, {"fixed": "5.1.9"}, {"introduced": "5.2"}), True),
        (advisory("A", "django", {"introduced": "5.2"}, {"last_affected": "5.2.19"}), True),
        (advisory("A", "django", {"introduced": "5.2"}, {"last_affected": "5.2.18"}), False),
        (advisory("A", "django", versions=["5.2.19"]), True),
        (advisory("A", "django", versions=["5.2.18"]), False),
        (advisory("A", "flask", {"introduced": "0"}), False),
        (advisory("A", "JINJA2", {"introduced": "0"}), True),
        (advisory("A", "django", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"), False),
    ],
)
def test_a_version_is_found_where_the_hole_is_open(found, row, is_found):
    assert found(row) == (["A"] if is_found else [])


def test_what_is_found_ends_with_1_and_nothing_given_is_said(tmp_path, capsys):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("A.json", json.dumps(advisory("A", "django", {"introduced": "0"})))
    assert advisories.main([str(path)]) == 1
    assert "about django" in capsys.readouterr().out
    assert advisories.main([]) == 0
    assert "没有与已知漏洞核对" in capsys.readouterr().out
