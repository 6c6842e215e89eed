"""How do the tables of one schema become those of another?

By the steps in ``versions``, one for each schema, written with Alembic's operations. The version that the tables have
stands in ``store_schema`` and nowhere else. All steps are one transaction, in both databases: whoever is killed
in between leaves the old tables or the new ones. A step that is published is never changed; what it needs of other
modules is copied into it, but for the chain of the audit trail, whose form is fixed.
"""

import importlib.resources
from types import ModuleType
from typing import Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, update

from careprogram.errors import StoreError
from careprogram_sql.schema import PRODUCT, SCHEMA_VERSION, store_schema

_FOLDER: Final = importlib.resources.files(__name__)


def migrate(connection: Connection, *, to: int = SCHEMA_VERSION) -> tuple[int, ...]:
    """Bring the tables to schema *to*, up or down; the caller holds the write lock and ends the transaction.

    Returns:
        The schemas that the tables had one after the other, without the first; none where there was nothing to do.

    Raises:
        StoreError: There is no such schema, or a step down would lose what was kept. The caller rolls back.
    """
    steps = _steps()
    if to not in steps:
        raise StoreError(f"there is no schema {to}: choose from {', '.join(map(str, sorted(steps)))}").also_in_chinese(
            f"没有第 {to} 版表结构；可选：{'、'.join(map(str, sorted(steps)))}"
        )
    found = connection.scalar(select(store_schema.c.version).where(store_schema.c.product == PRODUCT))
    if found is None or not 0 <= found <= max(steps):  # 0: nothing but ``store_schema`` is there
        raise StoreError(
            f"the tables have schema {found}, which this version does not know; upgrade careprogram-sql"
        ).also_in_chinese(f"表结构是第 {found} 版，此版本不认识；请升级 careprogram-sql")
    operations = Operations(MigrationContext.configure(connection))
    made = []
    while found != to:
        if found < to:
            found += 1
            steps[found].upgrade(operations)
        else:
            steps[found].downgrade(operations)
            found -= 1
        connection.execute(update(store_schema).where(store_schema.c.product == PRODUCT).values(version=found))
        made.append(found)
    return tuple(made)


def _steps() -> dict[int, ModuleType]:
    """Return the module of every schema, in an unbroken line from the first on."""
    scripts = ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER / "versions")])
    return {int(script.revision): script.module for script in scripts.iterate_revisions("heads", "base")}
