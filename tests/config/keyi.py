"""The ``keyi`` command in an environment of the test's own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "KEYI_MODE": "production",
    "DATABASE_URL": "postgresql:///nowhere",
    "KEYI_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
    "KEYI_FIELD_KEYS": "a2V5aS10ZXN0cy1vbmx5LWtleWktdGVzdHMtb25seS0=",
    "KEYI_HOSTS": "keyi.example.gov.cn",
    "KEYI_MAIL_URL": "smtp+tls://keyi:p%40ss@mail.example.gov.cn:587",
    "KEYI_MAIL_FROM": "keyi@example.gov.cn",
}


def environment(**values: str) -> dict[str, str]:
    """This machine's environment with nothing of ours in it but ``values``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEYI_", "DATABASE_URL", "PORT"))
    }
    return {**kept, **values}


def keyi(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keyi.cli", *arguments],
        env=environment(**values), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@contextmanager
def folder_for_a_database() -> Iterator[Path]:
    """Open to others: for root PostgreSQL runs as somebody else. Pytest closes its own folders whenever one starts."""
    with TemporaryDirectory(prefix="keyi-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
