"""A process of its own that follows and answers, as a worker of the web server does.

Run as a program with the folder of the index; then every line on standard input is searched for and answered by
one line: the numbers of the copies, "preparing", or what went wrong.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Process:
    def __init__(self, folder: Path, *command: str) -> None:
        from django.db import connection  # noqa: PLC0415 - this file is also run without Django set up

        parameters = connection.get_connection_params()
        names = {"dbname": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}
        url = " ".join(f"{name}='{parameters[key]}'" for key, name in names.items() if parameters.get(key))
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "tests.search.process"))],
            env={**os.environ, "KEYI_MODE": "test", "DATABASE_URL": url, "SEARCH_FOLDER": str(folder),
                 "DJANGO_SETTINGS_MODULE": "tests.search.settings"},
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, text: str):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def sees(self, text: str, wanted, *, seconds: float) -> float:
        """Seconds until the answer is ``wanted``."""
        began = time.monotonic()
        while (found := self.ask(text)) != wanted:
            assert time.monotonic() - began < seconds, f"{found} instead of {wanted}"
            time.sleep(0.02)
        return time.monotonic() - began

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from keyi.search import follow  # noqa: PLC0415
    from keyi.search.find import Request, find  # noqa: PLC0415
    from keyi.search.index import NotReadyError  # noqa: PLC0415

    follow.start()
    for line in sys.stdin:
        try:
            answer = sorted(find(Request(line.strip(), size=1000)).ids)
        except NotReadyError:
            answer = "preparing"
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
