"""``keyi serve``: everything from an empty folder to a site that answers."""

import errno
import http.client
import os
import shutil
import socket
import sys
from pathlib import Path

import django
from django.conf import settings

from . import embedded, prepare, startup, supervisor
from .demo_accounts import ACCOUNTS
from .environment import data_folder, read

PYTHON = sys.executable
MOST_WORKERS = 4  # unless asked for more: each takes some 250 MB


def serve() -> int:
    """Prepare, run, and return the exit status. The database must be named in the environment."""
    host, port = read("KEYI_BIND", "127.0.0.1"), int(read("PORT", "8000"))
    if problem := port_problem(host, port):
        supervisor.say(problem)
        return 1
    for warning in startup.warnings():
        supervisor.say(warning)
    _count_together()
    django.setup()
    role = embedded.ROLE if embedded.is_ours(data_folder()) else ""
    prepare.prepare(supervisor.say, role)
    if role:
        os.environ["DATABASE_URL"] = embedded.url_of_the_program()  # for the processes that are started now
    supervisor.supervise(
        {"web": _web_command(host, port), "worker": [PYTHON, "-m", "keyi.cli", "worker"]},
        is_ready=lambda: _answers(host, port),
        on_ready=_greet,
        look_after=lambda: embedded.revive(data_folder()),
    )
    supervisor.say("已停止。 Stopped.")
    return 0


def _count_together() -> None:
    """One folder in which all web processes count what they answered; what the last run counted is forgotten."""
    folder = data_folder() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # read by the library


def port_problem(host: str, port: int) -> str:
    """Why nothing can listen there; empty when it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"端口 {port} 已被占用，请换一个，例：PORT={port + 1} make run。"
                f" Port {port} is taken: choose another, such as PORT={port + 1} make run."
            )
        return (
            f"不能监听 {host}:{port}（{error.strerror}），请检查 KEYI_BIND 和 PORT。"
            f" Cannot listen on {host}:{port}: check KEYI_BIND and PORT."
        )
    return ""


def _web_command(host: str, port: int) -> list[str]:
    options = ["--interface", "wsgi", "--http", "1", "--no-ws", "--host", host, "--port", str(port)]
    workers = [
        "--workers",
        read("KEYI_WEB_WORKERS", str(min(os.cpu_count() or 1, MOST_WORKERS))),
        "--blocking-threads",
        read("KEYI_WEB_THREADS", "4"),
    ]
    limits = ["--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"]
    return [PYTHON, "-m", "granian", *options, *workers, *limits, "keyi.config.wsgi:application"]


def _answers(host: str, port: int) -> bool:
    """Whether the site says that it is well, asked as a visitor of it would ask."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    name = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _greet() -> None:
    lines = ["", f"  科仪 Keyi  {settings.SITE_URL}", ""]
    if settings.IS_DEMO:
        lines += ["  演示账号 Demo accounts:"]
        lines += [f"    {a.username:<10}{a.password:<22}{a.title}  {a.title_en}" for a in ACCOUNTS]
        lines += ["", f"  邮件 Mail:  {_mail_place()}", "  停止 Stop:  Ctrl-C", ""]
    print("\n".join(lines), flush=True)


def _mail_place() -> str:
    folder = getattr(settings, "EMAIL_FILE_PATH", "")
    return str(Path(folder)) if folder else settings.EMAIL_HOST
