"""Settings of the processes that tests start: they follow in the background, as in real life."""

import os

from keyi.config.settings import *  # noqa: F403

SEARCH_FOLDER = os.environ["SEARCH_FOLDER"]
SEARCH_FOLLOWS_IN = "thread"
