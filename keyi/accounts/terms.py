"""Which wording of 用户协议 and 个人信息处理规则 a new account agrees to. Raise it whenever either text changes."""

TERMS_VERSION = "2026-01"
