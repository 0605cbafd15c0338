"""The demo's accounts: the one place their password stands in. They exist in demo mode only."""

from typing import NamedTuple

PASSWORD = "Keyi-Yanshi-2026"  # noqa: S105 - public by purpose


class DemoAccount(NamedTuple):
    username: str
    password: str
    title: str
    title_en: str


ACCOUNTS = (
    DemoAccount("reviewer", PASSWORD, "省平台审核员", "province reviewer"),
    DemoAccount("unit", PASSWORD, "法人单位管理员（单位已发布）", "administrator of a published unit"),
    DemoAccount("newunit", PASSWORD, "法人单位管理员（刚注册）", "administrator of a new unit"),
    DemoAccount("lab", PASSWORD, "实验室（院系）管理员", "laboratory administrator"),
    DemoAccount("admin", PASSWORD, "系统管理员", "system administrator"),
)
