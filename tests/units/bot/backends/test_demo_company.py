"""The demo company is loaded for the day it is shown on, and what people change in it stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.backends.demo_company import REFERENCE_DAY, Loaded, demo_people, load_demo
from bot.backends.embedded import EmbeddedAccounts
from bot.backends.import_accounts import Report
from commands.accounts import Account
from storage.columns import table_of
from storage.database import Database
from storage.tables import Consent, Person

PEOPLE, CONSENTS = table_of(Person), table_of(Consent)
ANA, BEN, CARYS = (f"2000000000000000{number}" for number in (101, 102, 103))


def links(database: Database) -> dict[str, str | None]:
    found = database.read(lambda conn: conn.execute(sa.select(PEOPLE.c.x_id, PEOPLE.c.customer_id)).all())
    return {row.x_id: row.customer_id for row in found}


def consents(database: Database, person: str) -> list[str]:
    kinds = sa.select(CONSENTS.c.kind).where(CONSENTS.c.person_id == person).order_by(CONSENTS.c.kind)
    return list(database.read(lambda conn: conn.scalars(kinds).all()))


def account_of(database: Database, username: str) -> Account:
    person = next(person for person in demo_people() if person.username == username)
    found = EmbeddedAccounts(database, "brand").customer(person.customer_id)
    assert found is not None
    return found


def test_ana_is_linked_and_takes_messages_carys_only_linked_and_ben_is_neither(
    database: Database, now: datetime
) -> None:
    loaded = load_demo(database, "brand", now)

    assert loaded == Loaded(customers=32, links=28)
    assert links(database)[ANA] == "C1001"
    assert consents(database, ANA) == ["dm", "matching"]
    assert links(database)[CARYS] == "C1003"
    assert consents(database, CARYS) == ["matching"]
    assert BEN not in links(database)


def test_loading_again_the_same_day_does_nothing(database: Database, now: datetime) -> None:
    load_demo(database, "brand", now)

    assert load_demo(database, "brand", now) == Loaded(0, 0)
    assert consents(database, ANA) == ["dm", "matching"]


def test_an_unlink_stays_over_the_next_start_and_the_next_day(database: Database, now: datetime) -> None:
    load_demo(database, "brand", now)
    unlink = sa.update(PEOPLE).where(PEOPLE.c.x_id == ANA).values(customer_id=None, linked_at=None)
    database.write(lambda conn: conn.execute(unlink))

    loaded = load_demo(database, "brand", now + timedelta(days=1))

    assert loaded == Loaded(customers=32, links=0)
    assert links(database)[ANA] is None


def test_a_person_who_wrote_before_the_demo_was_loaded_is_linked_all_the_same(
    database: Database, now: datetime
) -> None:
    known = {"brand_id": "brand", "x_id": ANA, "lang": "cy", "link_proof": "", "blocked_by": ""}
    database.write(
        lambda conn: conn.execute(sa.insert(PEOPLE), {**known, "first_seen_at": now, "last_seen_at": now})
    )

    load_demo(database, "brand", now)

    assert links(database)[ANA] == "C1001"


def test_imported_accounts_are_never_replaced_by_the_demo(
    import_it: Callable[[], Report], database: Database, now: datetime
) -> None:
    import_it()

    assert load_demo(database, "brand", now) == Loaded(0, 0)
    assert EmbeddedAccounts(database, "brand").customers_known() == 3
    assert links(database) == {}


@pytest.mark.parametrize("later_days", [0, 1, 200, -30])
def test_bills_and_bundles_keep_their_distance_whenever_the_demo_runs(
    database: Database, now: datetime, later_days: int
) -> None:
    today = REFERENCE_DAY + timedelta(days=later_days)
    load_demo(database, "brand", now + timedelta(days=later_days))

    ana, ben, aled = (account_of(database, name) for name in ("ana", "ben", "aled"))
    assert ana.bill is not None
    assert ana.bill.due_on.reveal() - today == timedelta(days=9)
    assert not ana.bill.overdue(today).reveal()
    assert ben.bill is not None
    assert ben.bill.overdue(today).reveal()
    assert all(bucket.expired(today).reveal() for bucket in aled.buckets)
    assert not any(bucket.expired(today).reveal() for bucket in ana.buckets)


def test_the_demo_has_somebody_with_nothing_a_shared_pool_and_many_currencies(
    database: Database, now: datetime
) -> None:
    load_demo(database, "brand", now)

    everybody = [account_of(database, person.username) for person in demo_people()]
    callum, carys = account_of(database, "callum"), account_of(database, "carys")
    currencies = {account.bill.total.reveal().currency for account in everybody if account.bill is not None}
    assert (callum.lines, callum.bill, callum.buckets) == ((), None, ())
    assert len(carys.lines) == 3
    assert carys.buckets[0].shared().reveal()
    assert carys.language.reveal() == "cy"
    assert {"GBP", "EUR", "JPY", "USD", "SEK"} <= currencies
    assert any(bucket.sponsored.reveal() for account in everybody for bucket in account.buckets)


def test_the_reference_day_is_the_day_the_files_are_dated_around() -> None:
    assert date(2026, 11, 15) == REFERENCE_DAY
