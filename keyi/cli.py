"""The ``keyi`` command."""

import os
import sys
from pathlib import Path

from keyi.config import embedded


def main(argv: list[str] | None = None) -> None:
    argv = sys.argv[1:] if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyi.config.settings")
    embedded.ensure_database(Path(os.environ.get("KEYI_DATA", "var")).resolve())
    from django.core.management import execute_from_command_line

    execute_from_command_line(["keyi", *argv[1:]])
