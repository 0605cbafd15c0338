"""Every version of a row, written down by the database itself (django-pghistory), whoever changed it and however.

A tracked model has a second table with one row for each insertion, change and deletion: the columns as they were then,
the time, and who asked for it from where (``pgh_context``, empty where neither a page nor a job did it). Encrypted
columns are left out, so that a new key and an old history do not stand in each other's way.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from .sealed import is_sealed

Model = TypeVar("Model", bound=type[models.Model])
tracked: list[type[models.Model]] = []  # in the order of the layers


def keep_history(*, fields: tuple[str, ...] | None = None) -> Callable[[Model], Model]:
    """Class decorator: versions of all columns, or of ``fields`` alone."""

    def decorate(model: Model) -> Model:
        kept = fields or [one.name for one in model._meta.concrete_fields if not is_sealed(one)]
        pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
            fields=list(kept),
            model_name=f"{model.__name__}Version",
            obj_field=pghistory.ObjForeignKey(related_name="versions"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # as its documentation says
            meta={"indexes": [BrinIndex(fields=["pgh_created_at"], name=f"{model.__name__.lower()}_versions")]},
        )(model)  # fmt: skip
        tracked.append(model)
        return model

    return decorate


def versions_of(model: type[models.Model]) -> Any:
    """The model of its versions."""
    return model._meta.get_field("versions").related_model  # type: ignore[union-attr]


# The library's own function lets a session switch triggers off (pgtrigger.ignore), which would leave a change without a
# version; and it catches an error for each row, which made a statement on many rows slower with the square of them.
NEVER_IGNORED = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS 'SELECT FALSE'
"""


class InstallTriggers(Operation):
    """The last operation of a migration that makes tracked tables: pgtrigger's own operation, one for each trigger,
    has every model read anew each time, which took most of the time that making all tables took.
    """

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The triggers stand in the options of their models already."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for (app, _name), model in from_state.models.items():
            for trigger in model.options.get("triggers", ()) if app == app_label else ():
                schema_editor.execute(trigger.install_sql, params=None)
        schema_editor.execute(NEVER_IGNORED, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """They go with their tables."""


def append_only(*tables: str) -> migrations.RunSQL:
    """The operation of a migration that makes tables of versions refuse changes, whoever asks."""
    make = "".join(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION audit_append_only();\n"
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();\n"
        for table in tables
    )
    drop = "".join(
        f"DROP TRIGGER {table}_append_only ON {table};\nDROP TRIGGER {table}_not_emptied ON {table};\n"
        for table in tables
    )
    return migrations.RunSQL(make, drop)
