"""Pytest plugin: starts the program's own PostgreSQL before Django reads its settings."""

import os
from pathlib import Path

from keyi.config import embedded

os.environ["KEYI_MODE"] = "test"
embedded.ensure_database(Path(os.environ.get("KEYI_DATA", "var")).resolve())
