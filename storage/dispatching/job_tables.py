"""Procrastinate's own tables: made by its own script, and made anew by a version that needs others.

They hold nothing that cannot be made again from the work rows, so they have no migrations. A comment on the
table of jobs tells which version has made them.
"""

from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_JOBS = "procrastinate_jobs"

_comment = sa.text("SELECT obj_description(to_regclass(:table), 'pg_class')")
_is_there = sa.text("SELECT CAST(to_regclass(:table) AS text)")
_leftovers = sa.text(
    "SELECT 'TABLE IF EXISTS ' || oid::regclass FROM pg_class"
    " WHERE relkind = 'r' AND relname LIKE 'procrastinate\\_%' AND pg_table_is_visible(oid)"
    " UNION ALL SELECT 'FUNCTION IF EXISTS ' || oid::regprocedure FROM pg_proc"
    " WHERE proname LIKE 'procrastinate\\_%' AND pg_function_is_visible(oid)"
    " UNION ALL SELECT 'TYPE IF EXISTS ' || oid::regtype FROM pg_type"
    " WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c') AND typrelid = ANY"
    " (SELECT oid FROM pg_class WHERE relkind = 'c' UNION ALL SELECT 0) AND pg_type_is_visible(oid)"
)
# Which row a live job is for: asked for each row that is due, each second. Jobs come and go so quickly that
# the usual vacuum, after a fifth of the table has changed, comes too late for the fetching of jobs.
_OURS = """
CREATE INDEX tweetserve_jobs_of_row ON procrastinate_jobs (task_name, ((args->>'row')::bigint))
    WHERE status IN ('todo', 'doing');
ALTER TABLE procrastinate_jobs SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500
);
ALTER TABLE procrastinate_events SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000
);
"""


def stand(connection: Connection) -> bool:
    """The tables are there, as the installed version of Procrastinate wants them."""
    return connection.execute(_comment, {"table": _JOBS}).scalar() == _made_by()


def make(connection: Connection) -> None:
    """Makes the tables unless they stand. What an earlier version left is removed: each row that is due gets
    its job again within a second.
    """
    if stand(connection):
        return
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - 0.2 s that SQLite never needs

    # With CASCADE one takes another along.
    for leftover in connection.execute(_leftovers).scalars().all():
        connection.exec_driver_sql(f"DROP {leftover} CASCADE")
    raw: Any = connection.connection.driver_connection
    raw.execute(SchemaManager.get_schema() + _OURS)  # many statements: none of SQLAlchemy's ways takes them
    raw.execute(f"COMMENT ON TABLE {_JOBS} IS '{_made_by()}'")


def mend(connection: Connection) -> None:
    """Makes the tables when somebody has removed them; another version's are left to that version."""
    if connection.execute(_is_there, {"table": _JOBS}).scalar() is None:
        make(connection)


def _made_by() -> str:
    return f"made by Procrastinate {version('procrastinate')}"
