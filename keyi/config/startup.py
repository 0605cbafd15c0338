"""What must be right before the program starts. One sentence per problem, in Chinese and English."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from . import environment
from .mail import parse_mail_url

SHORTEST_SECRET = 50
MODES = ("production", "demo", "test")


def problems() -> list[str]:
    """Why this environment must not be started; empty when it may."""
    mode = environment.mode()
    if mode not in MODES:
        return [
            f"KEYI_MODE 不能是 {mode}，请设为 production 或 demo。"
            f" KEYI_MODE cannot be {mode}: set it to production or demo."
        ]
    try:
        found = [_database(), _port()]
        if mode == "production":
            found += [secret_problem(), field_key_problem(), _debug(), _hosts(), _mail(), _sender()]
    except environment.UnreadableFileError as error:
        return [str(error)]
    return [problem for problem in found if problem]


def problems_of_commands() -> list[str]:
    """Why no command of Django's may be run; a server needs more than they do."""
    try:
        found = [_database()]
        if environment.mode() == "production":
            found += [secret_problem(), field_key_problem()]
    except environment.UnreadableFileError as error:
        return [str(error)]
    return [problem for problem in found if problem]


def secret_problem() -> str:
    secret = environment.read("KEYI_SECRET_KEY")
    if not secret:
        return (
            f"没有设置 KEYI_SECRET_KEY，请设为至少 {SHORTEST_SECRET} 个随机字符。"
            f" KEYI_SECRET_KEY is missing: set it to at least {SHORTEST_SECRET} random characters."
        )
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 5:
        return (
            f"KEYI_SECRET_KEY 太短或太简单，请设为至少 {SHORTEST_SECRET} 个随机字符。"
            f" KEYI_SECRET_KEY is too weak: set it to at least {SHORTEST_SECRET} random characters."
        )
    return ""


def field_key_problem() -> str:
    how = 'python3 -c "import base64,os;print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
    keys = environment.read_list("KEYI_FIELD_KEYS")
    if not keys:
        return (
            "没有设置 KEYI_FIELD_KEYS（手机号等个人信息的加密密钥），请用下面的命令生成一个，并和备份分开保管。"
            f" KEYI_FIELD_KEYS is missing, by which telephone numbers are encrypted: make one like this, "
            f"and keep it apart from the backups: {how}"
        )
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        return (
            "KEYI_FIELD_KEYS 里有一个写法不对的密钥，请用下面的命令生成。"
            f" KEYI_FIELD_KEYS holds something that is no key: make one like this: {how}"
        )
    return ""


def _debug() -> str:
    if not environment.is_on("KEYI_DEBUG"):
        return ""
    return (
        "正式运行不能打开 KEYI_DEBUG，请去掉这一项。"
        " KEYI_DEBUG must not be on in production: remove it."
    )  # fmt: skip


def _hosts() -> str:
    hosts = environment.read_list("KEYI_HOSTS")
    if not hosts:
        return (
            "没有设置 KEYI_HOSTS，请写上网站的域名，例：keyi.example.gov.cn。"
            " KEYI_HOSTS is missing: set it to the site's domain, such as keyi.example.gov.cn."
        )
    if any("*" in host for host in hosts):
        return (
            "KEYI_HOSTS 不能用 *，请逐个写出网站的域名，用逗号分开。"
            " KEYI_HOSTS must not contain *: name each domain of the site, with commas between them."
        )
    return ""


def _mail() -> str:
    url = environment.read("KEYI_MAIL_URL")
    if not url:
        return (
            "没有设置 KEYI_MAIL_URL，注册和找回密码都要发邮件，例：smtp+tls://用户:密码@主机:587。"
            " KEYI_MAIL_URL is missing and accounts need mail: set it like smtp+tls://user:password@host:587."
        )
    try:
        parse_mail_url(url)
    except ValueError:
        return (
            "KEYI_MAIL_URL 写法不对，请写成 smtp://、smtp+tls:// 或 smtps:// 开头的地址。"
            " KEYI_MAIL_URL is malformed: begin it with smtp://, smtp+tls:// or smtps:// and name a host."
        )
    return ""


def _sender() -> str:
    if environment.read("KEYI_MAIL_FROM"):
        return ""
    return (
        "没有设置 KEYI_MAIL_FROM，请写上发信人邮箱。"
        " KEYI_MAIL_FROM is missing: set it to the address that mail comes from."
    )  # fmt: skip


def _database() -> str:
    try:
        conninfo_to_dict(environment.read("DATABASE_URL"))
    except ProgrammingError:
        return (
            "DATABASE_URL 写法不对，请写成 postgresql://用户:密码@主机:5432/库名。"
            " DATABASE_URL is malformed: write it like postgresql://user:password@host:5432/name."
        )
    return ""


def _port() -> str:
    port = environment.read("PORT", "8000")
    if port.isdecimal() and 0 < int(port) < 65536:
        return ""
    return f"PORT 不能是 {port}，请设为 1 到 65535 的数字。 PORT cannot be {port}: set it to 1 to 65535."


def warnings() -> list[str]:
    """What is allowed but should be known."""
    if environment.mode() == "production" and environment.is_on("KEYI_PLAIN_HTTP"):
        return [
            "KEYI_PLAIN_HTTP 已打开：密码在网络上不加密传输，只可用于内部网络。"
            " KEYI_PLAIN_HTTP is on: passwords cross the network unencrypted; only for an internal network."
        ]
    return []


def ensure_demo_secrets(data: Path) -> None:
    """Set the two secrets, unless they are set, to ones made once and readable by their owner only."""
    _ensure("KEYI_SECRET_KEY", data / "secret-key", lambda: secrets.token_urlsafe(64))
    _ensure("KEYI_FIELD_KEYS", data / "field-keys", lambda: Fernet.generate_key().decode())


def _ensure(name: str, file: Path, make: Callable[[], str]) -> None:
    if environment.read(name):
        return
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_name(f"{file.name}.{os.getpid()}")
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(make())
        half.replace(file)
    os.environ[name] = file.read_text().strip()
