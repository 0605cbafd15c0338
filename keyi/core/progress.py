"""How far a long command is, in its terminal."""

from typing import Any

WIDTH = 40


class Bar:
    """``bar.show(number, total)``; ``stdout`` is the one of a management command."""

    def __init__(self, stdout: Any) -> None:
        self.stdout = stdout

    def show(self, number: int, total: int) -> None:
        done = WIDTH * number // max(total, 1)
        end = "\n" if number >= total else ""
        self.stdout.write(f"\r[{'#' * done}{'.' * (WIDTH - done)}] {number:,} / {total:,}", ending=end)
        self.stdout.flush()
