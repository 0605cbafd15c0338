"""Pages over HTTP from a server of its own: latency, throughput, memory, the time until something is found."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import psutil

from bench.catalogue_questions import QUESTIONS, Question


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


PORT = _free_port()
ROUNDS = 10  # of all questions, by each connection


def address(question: Question) -> str:
    names = {"place": "city"}
    pairs = [("q", question[1])] if question[1] else []
    pairs += [(names.get(name, name), code) for name, codes in question[2].items() for code in codes]
    return "/instruments/?" + urlencode(pairs)


ADDRESSES = [address(question) for question in QUESTIONS]


class Server:
    """The web server as ``keyi serve`` starts it, without its supervisor."""

    def __enter__(self) -> "Server":
        started = time.perf_counter()
        environment = {**os.environ, "PORT": str(PORT)}
        workers = os.environ.get("KEYI_WEB_WORKERS", "2")
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1",
            "--port", str(PORT), "--workers", workers, "--blocking-threads", "4", "--log-level", "warning",
            "keyi.config.wsgi:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        while not self._is_up():
            time.sleep(0.02)
        self.up_after = time.perf_counter() - started
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def _is_up(self) -> bool:
        try:
            return get(http.client.HTTPConnection("127.0.0.1", PORT, timeout=60), "/healthz")[0] == 200
        except OSError:
            return False

    def memory(self) -> float:
        """MB of all its processes; pages of the index that several share are counted once for each."""
        processes = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        return sum(process.memory_info().rss for process in processes) / 1e6


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, int]:
    """(status, bytes)."""
    connection.request("GET", path, headers={"Host": "127.0.0.1", "Accept-Language": "zh-CN"})
    response = connection.getresponse()
    return response.status, len(response.read())


def latency(paths: list[str], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each request over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    times = []
    for path in paths * rounds:
        started = time.perf_counter()
        status, _size = get(connection, path)
        times.append((time.perf_counter() - started) * 1000)
        assert status == 200, (status, path)
    return times


def throughput(paths: list[str], connections: int = 8, rounds: int = ROUNDS) -> float:
    """Pages a second over several connections at once."""
    threads = [threading.Thread(target=latency, args=[paths, rounds]) for _number in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return connections * rounds * len(paths) / (time.perf_counter() - started)


def page_bytes() -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    return round(statistics.mean(get(connection, path)[1] for path in ADDRESSES))


def first_page() -> float:
    """Milliseconds of the first result page after the server answers at all."""
    return latency([ADDRESSES[1]], rounds=1)[0]
