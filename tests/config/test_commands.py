"""The project's own management commands."""

from django.core.management import get_commands, load_command_class


def test_commands_do_not_load_all_pages_to_check_the_code_that_lint_has_checked():
    own = {name: app for name, app in get_commands().items() if str(app).startswith("keyi.")}

    checking = {name for name, app in own.items() if load_command_class(app, name).requires_system_checks}

    assert {"backup", "restore", "check_up", "demo"} <= set(own)
    assert checking == set()
