"""No prebuilt statement walks through a table that grows: SQLite finds its rows by more than the brand."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import storage
from storage.database import Database
from storage.engine.both_engines import PerEngine

# They grow with every mention; the others stay small, or are read whole on purpose.
GROWING = ("mentions", "deliveries", "mention_bodies", "people", "consents", "journal", "charged_objects")
# Run on PostgreSQL alone.
FOR_POSTGRESQL = ("storage.dispatching.", "storage.upkeep.orphans", "storage.upkeep.purse")
# Parts from which statements are made, never run by themselves.
PARTS = {"_rows", "_any_brand"}


def statements() -> Iterator[tuple[str, sa.ClauseElement]]:
    for found in pkgutil.walk_packages(storage.__path__, "storage."):
        if ".migrations" in found.name or found.name.startswith(FOR_POSTGRESQL):
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            statement = value.sqlite if isinstance(value, PerEngine) else value
            if isinstance(statement, sa.Select | sa.Update | sa.Delete) and name not in PARTS:
                yield f"{found.name}.{name}", statement


def plan_of(connection: sa.Connection, statement: sa.ClauseElement) -> list[str]:
    sql = str(statement.compile(dialect=connection.dialect))
    many = ", ".join("?" * 40)
    sql = re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", f"({many})", sql)
    asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
    return [row[3] for row in asked]


def walks(step: str) -> bool:
    if not re.match(rf"(SCAN|SEARCH) ({'|'.join(GROWING)})\b", step):
        return False
    if re.search(r"INDEX mentions_(waiting|suspect|open|parked|handling)", step):
        return False  # they hold only what is not over
    return step.startswith("SCAN") or re.search(r"\(brand_id=\?( AND kind=\?)?\)$", step) is not None


def test_every_prebuilt_statement_uses_an_index(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("about SQLite's planner, which knows nothing of how many rows there are")

    plans = database.read(lambda c: {name: plan_of(c, statement) for name, statement in statements()})

    assert len(plans) > 100
    assert {name: plan for name, plan in plans.items() if any(walks(step) for step in plan)} == {}
