"""Calls are given out by class, then in rounds in which everybody who waits gets one, oldest first."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import outbox
from storage.database import Database
from storage.outbox import ClaimedDelivery, Outcome
from storage.states import Channel, DeliveryState

URGENT, SOON, USUAL = 0, 3, 5


@pytest.fixture
def ask(database: Database, brand: str, noon: datetime, reply: Callable) -> Callable[..., int]:
    """Somebody's answer is enqueued, asked for some minutes after noon."""

    def enqueue(person: str, minute: float = 0, **changes: object) -> int:
        at = noon + timedelta(minutes=minute)
        new = reply(person, Channel.PRIVATE, asked_at=at, text=f"{person} {minute}", **changes)
        return database.write(lambda c: outbox.enqueue(c, brand, [new], at))[0]

    return enqueue


@pytest.fixture
def next_one(database: Database, brand: str, noon: datetime) -> Callable[[], str | None]:
    """Who is given the next call; it is sent."""

    def claim_and_record() -> str | None:
        (one,) = claimed(database, brand, noon, at_most=1) or (None,)
        if one is None:
            return None
        sent = Outcome(one.id, one.fence, DeliveryState.SENT, x_id=str(one.id), sent_at=noon)
        database.write(lambda c: outbox.record(c, [sent]))
        return one.text

    return claim_and_record


def claimed(database: Database, brand: str, noon: datetime, at_most: int) -> list[ClaimedDelivery]:
    return database.write(
        lambda c: outbox.claim(
            c, brand, "worker", Channel.PRIVATE, now=noon, now_ms=1000, lease_ms=500, at_most=at_most
        )
    )


def order(next_one: Callable[[], str | None]) -> list[str]:
    return list(iter(next_one, None))


def test_whoever_asked_first_goes_first_whenever_it_was_enqueued(ask, next_one) -> None:
    ask("ben", 2)
    ask("ana", 1)

    assert order(next_one) == ["ana 1", "ben 2"]


def test_everybody_gets_one_before_anybody_gets_a_second(ask, next_one) -> None:
    for n in range(3):
        ask("mallory", n)
    for person, minute in (("ana", 3), ("ben", 4), ("ana", 5)):
        ask(person, minute)

    assert order(next_one) == ["mallory 0", "ana 3", "ben 4", "mallory 1", "ana 5", "mallory 2"]


def test_asking_again_moves_neither_the_first_request_nor_anybody_else_s(ask, next_one) -> None:
    ask("ana", 0)
    ask("ben", 1)
    for n in range(2, 6):
        ask("ana", n)
        ask("ben", n + 0.5)

    assert order(next_one)[:4] == ["ana 0", "ben 1", "ana 2", "ben 2.5"]


def test_who_comes_later_joins_the_round_being_served_and_gets_no_head_start(ask, next_one) -> None:
    for n in range(6):
        ask("ana", n)
    served = [next_one() for _ in range(3)]
    for n in range(10, 13):
        ask("ben", n)

    assert served == ["ana 0", "ana 1", "ana 2"]
    assert order(next_one) == ["ana 3", "ben 10", "ana 4", "ben 11", "ana 5", "ben 12"]


def test_a_flood_costs_everybody_else_one_place_in_each_round_and_no_more(ask, next_one) -> None:
    for n in range(40):
        ask("mallory", n / 100)
    for n, person in enumerate(("ana", "ben", "carys", "cleo", "dora")):
        ask(person, n + 1)

    assert order(next_one)[:6] == ["mallory 0.0", "ana 1", "ben 2", "carys 3", "cleo 4", "dora 5"]


def test_urgent_goes_before_whoever_has_a_person_in_charge_and_they_before_the_rest(ask, next_one) -> None:
    ask("ana", 0)
    ask("ben", 1, priority=SOON)
    ask("carys", 2, priority=URGENT)

    assert order(next_one) == ["carys 2", "ben 1", "ana 0"]


def test_what_stands_before_an_urgent_one_of_the_same_person_goes_with_it(ask, next_one) -> None:
    for n in range(3):
        ask("ben", n)
    for n in range(3, 5):
        ask("ana", n)

    ask("ana", 5, priority=URGENT)

    assert order(next_one) == ["ana 3", "ana 4", "ana 5", "ben 0", "ben 1", "ben 2"]


def test_a_flood_of_one_who_is_urgent_gives_others_who_are_their_turn(ask, next_one) -> None:
    for n in range(5):
        ask("mallory", n)
    ask("mallory", 5, priority=URGENT)

    ask("ana", 6, priority=URGENT)

    assert order(next_one)[:3] == ["mallory 0", "ana 6", "mallory 1"]


def test_requests_of_one_batch_are_placed_like_others(database, brand, noon, reply, next_one) -> None:
    new = [
        reply(person, Channel.PRIVATE, asked_at=noon, text=text, priority=priority)
        for person, text, priority in (
            ("mallory", "m1", USUAL), ("mallory", "m2", USUAL), ("ana", "a1", USUAL), ("ben", "b1", USUAL),
            ("ben", "b2", URGENT),
        )
    ]  # fmt: skip

    database.write(lambda c: outbox.enqueue(c, brand, new, noon))

    assert order(next_one) == ["b1", "b2", "m1", "a1", "m2"]


def test_what_is_held_or_of_unknown_fate_changes_nobody_s_round(ask, next_one, database, brand, noon) -> None:
    ask("ana", 0)
    (stuck,) = claimed(database, brand, noon, 1)
    unsure = Outcome(stuck.id, stuck.fence, DeliveryState.UNSURE, outbox.FOR_A_PERSON)
    database.write(lambda c: outbox.record(c, [unsure]))

    ask("ana", 1)
    ask("ben", 2)

    assert order(next_one) == ["ana 1", "ben 2"]


def test_a_public_answer_and_a_private_one_stand_in_rounds_of_their_own(
    ask, database, brand, noon, reply, next_one
) -> None:
    public = [reply("ana", asked_at=noon, text=f"{n}") for n in range(5)]
    database.write(lambda c: outbox.enqueue(c, brand, public, noon))

    ask("ana", 0)
    ask("ben", 1)

    assert order(next_one) == ["ana 0", "ben 1"]


def test_the_next_one_is_found_in_the_index_without_sorting(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("about SQLite's planner")

    def plan(connection: sa.Connection) -> list[str]:
        sql = str(outbox._claim.sqlite.compile(dialect=connection.dialect))
        asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
        return [row[3] for row in asked]

    steps = database.read(plan)

    assert any("deliveries_open" in step for step in steps)
    assert [step for step in steps if "TEMP B-TREE" in step] == []
