"""Uploads are shown to ClamAV before anything else reads them, where the operator says where it listens."""

import socket
import struct
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .refusal import refuse

CHUNK = 64 * 1024
PATIENCE = 30.0  # seconds
LONGEST_ANSWER = 1_000
FOUND = _(
    "“%(name)s” was refused: the virus scanner found something harmful in it (%(what)s). Clean your computer, "
    "then upload another copy of the file."
)
AWAY = _(
    "“%(name)s” could not be checked for viruses just now and was not taken. Please upload it again in some minutes."
)


def check(content: bytes, name: str) -> None:
    """Raises ValidationError for a file in which something was found, and for any while nobody answers."""
    if not settings.CLAMD:
        return
    try:
        answer = ask(b"INSTREAM", content)
    except OSError as error:
        raise refuse(AWAY, "not_scanned", name) from error
    if answer.endswith(" FOUND"):
        raise refuse(FOUND, "virus", name, what=answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer != "stream: OK":
        raise refuse(AWAY, "not_scanned", name)


def check_file(path: Path, name: str) -> None:
    """The same for a file on disk."""
    if settings.CLAMD:
        check(path.read_bytes(), name)


def ask(command: bytes, content: bytes = b"") -> str:
    """One question in clamd's protocol; the answer without its ending. Raises OSError where nobody answers."""
    with closing(_connect()) as line:
        line.settimeout(PATIENCE)
        line.sendall(b"z" + command + b"\0")
        if command == b"INSTREAM":
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = line.recv(4096)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect() -> socket.socket:
    if settings.CLAMD.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        line.connect(settings.CLAMD)
        return line
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
