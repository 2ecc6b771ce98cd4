"""Incidents, who follows them, and what is asked how often: each promise of the rows, on both engines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import mentions, outbox
from storage.database import Database
from storage.incidents import followers, incidents, request_counts
from storage.incidents.incidents import NewIncident
from storage.promises import handovers, tickets
from storage.promises.tickets import NewTicket
from storage.states import Channel

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(database: Database, brand: str, noon: datetime) -> Callable[..., int]:
    def make(until: datetime | None = None) -> int:
        new = NewIncident("No 4G", ["data", "broken"], until)
        return database.write(lambda c: incidents.open_(c, brand, new, by="dora", now=noon))

    return make


@pytest.fixture
def follows(database: Database, brand: str, noon: datetime, post: Any, stored: Any) -> Callable[..., bool]:
    """Somebody asks to be told; True the first time."""

    def make(incident_id: int, person: str = "ana", x_id: int = 501) -> bool:
        stored(post(x_id, person))
        row = database.read(lambda c: mentions.find_x(c, brand, [str(x_id)]))[str(x_id)]
        return database.write(
            lambda c: followers.follow(c, brand, incident_id, person, mention_id=row.id, lang="en", now=noon)
        )

    return make


def untold(database: Database, brand: str) -> list[str]:
    return [row.person_id for row in database.write(lambda c: followers.untold(c, brand, 10))]


def test_only_who_follows_one_that_is_closed_is_to_be_told_and_once(
    database: Database, brand: str, noon: datetime, opened: Any, follows: Any, reply: Any
) -> None:
    first, second = opened(), opened()
    assert follows(first) is True
    assert follows(first) is False
    assert follows(second, "ben", 502) is True
    assert untold(database, brand) == []

    assert database.write(lambda c: incidents.close(c, brand, first, by="dora", at=noon)) is True
    assert database.write(lambda c: incidents.close(c, brand, first, by="bot", at=noon)) is False
    assert untold(database, brand) == ["ana"]

    def tell(connection: Any) -> None:
        (row,) = followers.untold(connection, brand, 10)
        (sent,) = outbox.enqueue(connection, brand, [reply(channel=Channel.PRIVATE)], noon)
        followers.told(connection, [(row, sent)], noon)

    database.write(tell)
    assert untold(database, brand) == []
    assert database.read(lambda c: followers.under_way(c, brand)) == 1
    assert database.read(lambda c: followers.waiting(c, brand)) == 1  # ben, of the one that is open


def test_who_is_with_a_colleague_is_told_afterwards(
    database: Database, brand: str, noon: datetime, opened: Any, follows: Any
) -> None:
    number = opened()
    follows(number)
    database.write(lambda c: incidents.close(c, brand, number, by="dora", at=noon))
    handover = database.write(
        lambda c: handovers.open_(c, brand, "ana", reason="asked", urgent=False, now=noon)
    )
    assert untold(database, brand) == []

    database.write(lambda c: handovers.release(c, brand, handover.id, by="cleo", now=noon))

    assert untold(database, brand) == ["ana"]


def test_one_whose_time_is_over_is_over_before_anybody_closes_it(
    database: Database, brand: str, noon: datetime, opened: Any
) -> None:
    number = opened(noon + HOUR)
    row = database.read(lambda c: incidents.find(c, brand, [number]))[number]

    assert row.over_at(noon) is None
    assert row.over_at(noon + HOUR) == noon + HOUR
    assert database.read(lambda c: incidents.lapsed(c, brand, noon)) == []
    assert [one.id for one in database.read(lambda c: incidents.lapsed(c, brand, noon + HOUR))] == [number]


def test_those_closed_a_while_ago_are_not_current_any_more(
    database: Database, brand: str, noon: datetime, opened: Any
) -> None:
    number = opened()
    database.write(lambda c: incidents.close(c, brand, number, by="dora", at=noon))

    def current(since: datetime) -> list[int]:
        return [row.id for row in database.read(lambda c: incidents.current(c, brand, since))]

    assert current(noon - HOUR) == [number]
    assert current(noon + HOUR) == []


def test_a_ticket_stays_under_its_first_incident(
    database: Database, brand: str, noon: datetime, opened: Any
) -> None:
    first, second = opened(), opened()
    new = NewTicket("BT-7KQ2-4", "broken", "ana", noon)
    ticket = database.write(lambda c: tickets.open_(c, brand, new, noon))

    database.write(lambda c: incidents.hang(c, brand, first, [ticket]))
    database.write(lambda c: incidents.hang(c, brand, second, [ticket]))
    database.write(lambda c: incidents.count_answers(c, {first: 2, second: 1}))
    database.write(lambda c: incidents.count_answers(c, {first: 1}))

    rows = database.read(lambda c: incidents.find(c, brand, [first, second]))
    assert (rows[first].answered, rows[second].answered) == (3, 1)


def test_counts_of_one_minute_add_up_and_are_forgotten_in_time(
    database: Database, brand: str, noon: datetime
) -> None:
    later = noon + timedelta(minutes=1)
    database.write(lambda c: request_counts.add(c, brand, {("#data", noon): 2, ("no signal", later): 1}))
    database.write(lambda c: request_counts.add(c, brand, {("#data", noon): 3}))

    assert database.read(lambda c: request_counts.lately(c, brand, noon - HOUR)) == {
        "#data": {noon: 5},
        "no signal": {later: 1},
    }
    assert database.read(lambda c: request_counts.lately(c, brand, noon)) == {"no signal": {later: 1}}
    assert database.read(lambda c: request_counts.of_one(c, brand, "#data", noon)) == {noon: 5}
    assert database.read(lambda c: request_counts.counted_since(c, brand)) == noon
    assert database.write(lambda c: request_counts.forget(c, brand, later)) == 1
    assert database.read(lambda c: request_counts.counted_since(c, brand)) == later
