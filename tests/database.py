"""Pytest plugin: the program's own PostgreSQL and compiled translations, before Django reads its settings."""

import os

from keyi.config import embedded, environment
from tools import messages

os.environ["KEYI_MODE"] = "test"
embedded.ensure_database(environment.data_folder())
for app in messages.apps_in(messages.ROOT, []):
    messages.compile_catalogue(app)
