"""Reading the environment. A secret may also stand in a file: ``KEYI_SECRET_KEY_FILE=/run/secrets/key``."""

import os
from pathlib import Path

SECRETS = ["DATABASE_URL", "KEYI_SECRET_KEY", "KEYI_MAIL_URL", "KEYI_METRICS_TOKEN", "KEYI_FIELD_KEYS"]


class UnreadableFileError(Exception):
    """A ``NAME_FILE`` that cannot be read. The text says what to do."""


def read(name: str, default: str = "") -> str:
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
    if value or not file:
        return value or default
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UnreadableFileError(
            f"{name}_FILE 指向的文件 {file} 读不到（{reason}），请检查路径和权限。"
            f" {name}_FILE names {file}, which cannot be read: check the path and the rights."
        ) from error


def is_on(name: str) -> bool:
    return read(name).lower() in ("1", "true", "yes", "on")


def read_list(name: str) -> list[str]:
    """A value of several parts with commas between them."""
    return [part.strip() for part in read(name).split(",") if part.strip()]


def mode() -> str:
    return read("KEYI_MODE", "production")


def data_folder() -> Path:
    return Path(read("KEYI_DATA", "var")).resolve()
