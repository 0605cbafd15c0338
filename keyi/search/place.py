"""Where a node keeps its index on disk, and who may write there.

    KEYI_DATA/search/<node>/state.json      which build is in use, and up to which revision it goes
                           /build-…/        one build of the index
                           /write.lock      held while the build in use is written
                           /build.lock      held while a new one is made beside it

The system takes both locks back from a process however it ended. state.json is replaced in one step; a build that
it does not name is rubbish.
"""

import fcntl
import json
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


class DamagedError(Exception):
    """The files of a build cannot be used."""


@contextmanager
def reading_files() -> Iterator[None]:
    """Every way in which tantivy says that its files are damaged becomes DamagedError."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise DamagedError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Rust; no Exception, and nowhere to import from
            raise DamagedError(str(error)) from error
        raise


@dataclass(frozen=True)
class State:
    build: str
    revision: int  # every write up to this one is in the build
    fingerprint: str  # of the schema and the thesaurus it was made with


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of_this_node(cls) -> "Place":
        node = settings.SEARCH_NODE or socket.gethostname()
        return cls(Path(settings.SEARCH_FOLDER) / node)

    @property
    def file(self) -> Path:
        return self.folder / "state.json"

    def state(self) -> State | None:
        """None when there is none that can be read."""
        try:
            state = State(**json.loads(self.file.read_text("utf-8")))
            return state if self.path(state.build).is_dir() else None
        except (OSError, ValueError, TypeError):
            return None

    def stamp(self) -> int:
        """Changes whenever the state is written; 0 without one."""
        try:
            found = self.file.stat()
        except OSError:
            return 0
        return found.st_mtime_ns ^ found.st_ino

    def save(self, state: State) -> None:
        half = self.folder / f"state.{os.getpid()}.{uuid.uuid4().hex[:8]}.half"
        half.write_text(json.dumps(asdict(state)), "utf-8")
        half.replace(self.file)

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)

    def path(self, build: str) -> Path:
        return self.folder / f"build-{build}"

    def new_build(self) -> str:
        build = uuid.uuid4().hex[:12]
        self.path(build).mkdir(parents=True)
        return build

    def tidy(self, kept: str) -> None:
        """Remove builds and half-written states that nobody uses. Only for the holder of both locks."""
        for path in self.folder.glob("build-*"):
            if path != self.path(kept):
                shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob("*.half"):
            path.unlink(missing_ok=True)

    @contextmanager
    def lock(self, name: str, *, wait: bool = False) -> Iterator[bool]:
        """Whether this process got the lock; ``wait`` until it does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True
