"""Makes the search index of this node anew: ``keyi manage reindex``."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from keyi.core.progress import Bar
from keyi.search import follow
from keyi.search.place import Place


class Command(BaseCommand):
    help = "Build the search index of this node anew, beside the one in use. Pages go on working meanwhile."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        place = Place.of_this_node()
        began = time.monotonic()
        follow.build(place, wait=True, say=Bar(self.stdout).show if options["verbosity"] else None)
        follow.catch_up(place)
        if options["verbosity"]:
            self.stdout.write(
                f"索引已建好，用时 {time.monotonic() - began:.1f} 秒。 The index is built: {place.folder}"
            )
