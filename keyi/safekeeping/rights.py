"""What the database lets the running program do: a role of its own that owns no table and can only add to the log.

Whoever got hold of its connection could neither change an entry or a version of a row nor take off the triggers that
refuse it. Tables are made and changed by their owner: ``keyi manage migrate``, or the start of ``keyi serve``.
"""

from django.db import connection, transaction
from psycopg import sql

# What only grows is known by the trigger that refuses everything else.
_APPEND_ONLY = """
    SELECT DISTINCT relname FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname = 'audit_append_only' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
_GRANTS = """
    GRANT USAGE ON SCHEMA public TO {role};
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
    REVOKE UPDATE, DELETE ON {append_only} FROM {role};
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""


class IsOwner(Exception):
    """The role could do anything whatever it is granted."""


@transaction.atomic
def grant(role: str) -> list[str]:
    """Give the role what the program needs and no more; it is made where there is none. The tables that only grow.

    To be asked for again after each migration and restore, by the owner of the tables. Raises IsOwner.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        elif found[0]:
            raise IsOwner(role)
        cursor.execute(_APPEND_ONLY)
        tables = [name for (name,) in cursor.fetchall()]
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL(_GRANTS).format(role=sql.Identifier(role), append_only=names))
    return tables
