"""The ``keyi`` command."""

import os
import signal
import sys

from keyi.config import embedded, environment, startup
from keyi.core.frames import with_room
from keyi.core.garbage import look_seldom

USAGE = """\
keyi serve           网站和后台任务 the site and its worker, prepared and looked after
keyi serve --demo    同上，带演示数据 the same as a demo with invented data
keyi worker          只运行后台任务 only the worker
keyi demo            在空数据库中生成演示数据 demo data for an empty database
keyi backup          备份数据库和文件 a backup of database and files
keyi restore 文件     恢复备份 puts a backup back
keyi audit verify    核对操作日志 whether the log of actions is intact
keyi check           检查运行状况 what is wrong, if anything
keyi manage …        管理命令 Django's commands
"""


OWN_COMMANDS = {
    "backup": "backup",
    "restore": "restore",
    "audit": "audit",
    "check": "check_up",
}  # keyi's word → the management command


def main(argv: list[str] | None = None) -> None:
    command, *rest = (sys.argv[1:] if argv is None else argv) or ["help"]
    look_seldom()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyi.config.settings")
    os.environ["KEYI_PROGRAM"] = command  # for the versions of rows that it changes
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # so that the database is ended too
    try:
        sys.exit(with_room(_run)(command, rest))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _run(command: str, rest: list[str]) -> int:
    if command == "serve" and rest in ([], ["--demo"]):
        if rest:
            os.environ["KEYI_MODE"] = "demo"
        return _refuse(startup.problems()) or _serve()
    if command == "worker" and not rest:
        return _refuse(startup.problems()) or _manage(["procrastinate", "--skip-checks", "worker"])
    if command == "demo":
        os.environ["KEYI_MODE"] = "demo"
        return _refuse(startup.problems()) or _demo(rest)
    if command == "check":
        _print([*startup.problems(), *startup.warnings()])
    if command in OWN_COMMANDS:
        return _refuse(startup.problems_of_commands()) or _manage([OWN_COMMANDS[command], *rest])
    if command == "manage":
        return _refuse(startup.problems_of_commands()) or _manage(rest)
    print(USAGE, end="")
    return 0 if command in ("help", "-h", "--help") else 2


def _demo(rest: list[str]) -> int:
    return _manage(["demo", *rest]) or _manage(["demo_upkeep"]) or _manage(["demo_services"])


def _print(problems: list[str]) -> None:
    print("".join(f"{problem}\n" for problem in problems), file=sys.stderr, end="")


def _refuse(problems: list[str]) -> int:
    _print(problems)
    return 2 if problems else 0


def _set_up() -> None:
    data = environment.data_folder()
    if environment.mode() == "demo":
        startup.ensure_demo_secrets(data)
    embedded.ensure_database(data)


def _serve() -> int:
    _set_up()
    from keyi.config.serve import serve  # reads the settings

    return serve()


def _manage(arguments: list[str]) -> int:
    _set_up()
    from django.core.management import execute_from_command_line  # reads the settings

    execute_from_command_line(["keyi", *arguments])
    return 0


if __name__ == "__main__":
    main()
