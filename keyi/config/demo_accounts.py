"""The demo's accounts: the one place their passwords stand in. They exist in demo mode only."""

from typing import NamedTuple


class DemoAccount(NamedTuple):
    username: str
    password: str
    title: str
    title_en: str


ACCOUNTS = (
    DemoAccount("reviewer", "Keyi-reviewer-2026", "省平台审核员", "province reviewer"),
    DemoAccount(
        "unit", "Keyi-unit-2026", "法人单位管理员（单位已发布）", "administrator of a published unit"
    ),
    DemoAccount("newunit", "Keyi-newunit-2026", "法人单位管理员（刚注册）", "administrator of a new unit"),
    DemoAccount("lab", "Keyi-lab-2026", "实验室（院系）管理员", "laboratory administrator"),
    DemoAccount("admin", "Keyi-admin-2026", "系统管理员", "system administrator"),
)
