"""Pytest plugin: starts the program's own PostgreSQL before Django reads its settings."""

import os

from keyi.config import embedded, environment

os.environ["KEYI_MODE"] = "test"
embedded.ensure_database(environment.data_folder())
