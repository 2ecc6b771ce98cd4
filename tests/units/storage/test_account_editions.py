"""Editions of accounts: seen whole or not at all, and cleared away without touching the one in use."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Connection

from storage import account_editions as editions
from storage import account_rows as accounts
from storage.database import Database

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
Load = Callable[..., int]


@pytest.fixture
def load(database: Database) -> Load:
    """Begins an edition of these customers with one handset in its catalogue; does not publish it."""

    def loaded(*customers: str) -> int:
        edition = database.write(
            lambda conn: editions.begin_edition(conn, "brand", source="import", as_of=None, now=NOW)
        )
        rows = [{"customer_id": customer, "name": "x", "language": "en"} for customer in customers]
        handset = {
            "position": 1,
            "model": "Nimbus 5",
            "maker": "Nimbus",
            "currency": "GBP",
            "price_micro": 1,
            "monthly_micro": None,
            "storage_bytes": 1,
            "screen_milli_inches": 1,
            "in_stock": True,
        }
        database.write(lambda conn: editions.store_part(conn, "brand", edition, "customers", rows))
        database.write(lambda conn: editions.store_part(conn, "brand", edition, "handsets", [handset]))
        return edition

    return loaded


def publish(database: Database, edition: int, customers: int = 1) -> None:
    database.write(
        lambda conn: editions.publish_edition(conn, "brand", edition, customers=customers, now=NOW)
    )


def known(database: Database, customer: str) -> bool:
    return database.read(lambda conn: accounts.account(conn, "brand", customer)) is not None


def test_an_edition_is_not_seen_before_it_is_published(database: Database, load: Load) -> None:
    edition = load("ana")

    before = known(database, "ana")
    publish(database, edition)

    assert not before
    assert known(database, "ana")
    assert database.read(lambda conn: accounts.customers_known(conn, "brand")) == 1


def test_a_published_edition_takes_the_place_of_the_one_before_in_one_step(
    database: Database, load: Load
) -> None:
    publish(database, load("ana", "ben"))

    publish(database, load("ben"))

    assert not known(database, "ana")
    assert known(database, "ben")
    assert len(database.read(lambda conn: accounts.handsets(conn, "brand"))) == 1


def test_one_read_sees_one_edition_whatever_is_published_and_cleared_meanwhile(
    database: Database, load: Load
) -> None:
    publish(database, load("ana"))
    second = load("ben")

    def read_around_a_publication(conn: Connection) -> tuple[int, int]:
        before = len(accounts.handsets(conn, "brand"))
        publish(database, second, customers=7)
        database.write(lambda other: editions.clear_past(other, "brand"))
        return before, accounts.customers_known(conn, "brand")

    assert database.read(read_around_a_publication) == (1, 1)
    assert database.read(lambda conn: accounts.customers_known(conn, "brand")) == 7


def test_an_edition_is_given_up_when_another_import_begins(database: Database, load: Load) -> None:
    first = load("ana")
    load("ben")

    with pytest.raises(editions.EditionGivenUp):
        publish(database, first)
    with pytest.raises(editions.EditionGivenUp):
        database.write(lambda conn: editions.store_part(conn, "brand", first, "customers", []))


def test_clearing_goes_in_steps_and_leaves_the_edition_in_use(database: Database, load: Load) -> None:
    publish(database, load("ana", "ben", "carys"))
    given_up = load("cleo")
    publish(database, load("dora"))

    cleared = []
    while found := database.write(lambda conn: editions.clear_past(conn, "brand", at_most=2)):
        cleared.append(found)

    assert sum(cleared) == 4
    assert max(cleared) == 2
    assert known(database, "dora")
    assert len(database.read(lambda conn: accounts.handsets(conn, "brand"))) == 1
    states = database.read(lambda conn: [row.state for row in editions.editions(conn, "brand")])
    assert states == ["past", "past", "current"]
    assert given_up == 2


def test_giving_up_an_edition_in_use_does_nothing(database: Database, load: Load) -> None:
    edition = load("ana")
    publish(database, edition)

    database.write(lambda conn: editions.give_up_edition(conn, "brand", edition))

    assert known(database, "ana")
