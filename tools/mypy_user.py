"""Mypy plugin: ``request.user`` is our ``User``.

The stubs say “or anonymous”. Views for members stand behind ``login_required``, and a test visits every address as a
visitor; an assertion in each view would say the same once more.
"""

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type

MODULE, NAME = "keyi.accounts.models", "User"


class RequestUser(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _own_user if fullname == "django.http.request.HttpRequest.user" else None


def _own_user(context: AttributeContext) -> Type:
    modules = context.api.modules if isinstance(context.api, TypeChecker) else {}
    found = modules[MODULE].names.get(NAME) if MODULE in modules else None
    if found is None or not isinstance(found.node, TypeInfo):
        return context.default_attr_type
    return Instance(found.node, [])


def plugin(version: str) -> type[Plugin]:
    return RequestUser
