"""The archive: an uncompressed tar with a list of its contents and their digests, the list last."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

LIST = "contents.json"
DUMP = "database.dump"
FILES = "files/"
PIECE = 1024 * 1024
LONGEST_LIST = 512 * 1024 * 1024


class Unusable(Exception):
    """The archive cannot be read, or is not what it was when it was made. The text says why."""


@dataclass
class Contents:
    """What stands in the archive. ``files``: name → [bytes, SHA-256]."""

    version: str
    made_at: str
    migrations: list[str]
    sealed: str  # the last digest of the log of actions
    files: dict[str, list[Any]] = field(default_factory=dict)


class _Reading:
    """A file that is digested while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.digest.update(piece)
        return piece


def write(target: IO[bytes], contents: Contents, members: Iterator[tuple[str, Path]]) -> None:
    """Every member, then the list. A file that shrinks meanwhile raises OSError."""
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in members:
            with path.open("rb") as source:
                info = tar.gettarinfo(arcname=name, fileobj=source)
                reading = _Reading(source)
                tar.addfile(info, reading)  # type: ignore[arg-type]
                contents.files[name] = [info.size, reading.digest.hexdigest()]
        text = json.dumps(contents.__dict__, ensure_ascii=False).encode()
        info = tarfile.TarInfo(LIST)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))


def unpack(source: IO[bytes], folder: Path, tell: Callable[[str], None]) -> Contents:
    """Put the members into an empty folder and hold each against the list. Raises Unusable."""
    found: dict[str, list[Any]] = {}
    contents: Contents | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for info in tar:
                reader = tar.extractfile(info) if info.isfile() else None
                if reader is None or not _is_safe(info.name):
                    raise Unusable(f"{info.name[:100]}: 不属于备份。 Not part of a backup.")
                if info.name == LIST:
                    contents = _read_list(reader, info.size)
                else:
                    found[info.name] = _take(reader, folder / info.name)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise Unusable(f"备份文件损坏：{error} The archive is damaged.") from error
    if contents is None:
        raise Unusable("备份文件不完整。 The archive is not complete.")
    wrong = sorted(set(found) ^ set(contents.files)) + [
        name for name, said in contents.files.items() if name in found and found[name] != said
    ]
    if wrong:
        raise Unusable(f"{wrong[0]}: 与备份时不一致。 Not what it was when the backup was made.")
    tell(f"{len(found)} 个文件已核对 files checked")
    return contents


def _is_safe(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and (
        name in (LIST, DUMP) or name.startswith(FILES)
    )  # fmt: skip


def _read_list(reader: IO[bytes], size: int) -> Contents:
    if size > LONGEST_LIST:
        raise Unusable("备份清单过长。 The list of contents is too long.")
    try:
        return Contents(**json.loads(reader.read()))
    except (ValueError, TypeError) as error:
        raise Unusable("备份清单无法读取。 The list of contents cannot be read.") from error


def _take(reader: IO[bytes], path: Path) -> list[Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        while piece := reader.read(PIECE):
            digest.update(piece)
            target.write(piece)
            size += len(piece)
    return [size, digest.hexdigest()]
