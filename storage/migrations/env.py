"""How Alembic runs the steps in versions/: on the connection and in the transaction it is given."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

_begin = context.config.attributes["begin"]


def _tell(
    ctx: MigrationContext,  # noqa: ARG001 - Alembic passes all four by name
    step: MigrationInfo,
    heads: Collection[Any],  # noqa: ARG001
    run_args: Mapping[str, Any],  # noqa: ARG001
) -> None:
    _begin(step.up_revision_id)


context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=False,  # the caller's transaction holds all steps together
    on_version_apply=_tell,
)
context.run_migrations()
