"""The accounts of the pilot are named by people and known to X by id: they are looked up once."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.jobs.pilot_names import learn_pilot
from storage import people
from storage.database import Database

BRAND = "2000000000000000001"
MALLORY = "2000000000000000104"
LOOK_UP = "/2/users/by/username/mallory"
StartBot = Callable[..., Any]


@pytest.fixture
def learn(sandbox: Any, start_bot: StartBot) -> Callable[..., list[str]]:
    bot = start_bot(sandbox)

    def learnt(*usernames: str) -> list[str]:
        return learn_pilot(
            usernames,
            database=bot.database,
            reads=bot.reads,
            client=bot.client,
            clock=bot.clock,
            brand_id=BRAND,
        )

    return learnt


def test_an_account_of_the_pilot_is_known_by_its_id_from_the_start(
    database: Database, learn: Callable[..., list[str]]
) -> None:
    assert learn("@Mallory") == []

    row = database.read(lambda c: people.by_username(c, BRAND, "mallory"))
    assert row is not None
    assert row.x_id == MALLORY


def test_an_account_that_is_known_is_not_paid_for_again(
    sandbox: Any, learn: Callable[..., list[str]]
) -> None:
    learn("mallory")

    learn("mallory")

    assert len(sandbox.calls(LOOK_UP)) == 1
    assert sandbox.bill()["user.read"] == (1, 0.01)


def test_a_name_that_x_does_not_know_is_told(learn: Callable[..., list[str]]) -> None:
    assert learn("nobody_at_all", "mallory") == ["nobody_at_all"]


def test_while_x_is_down_every_unknown_name_is_told(sandbox: Any, learn: Callable[..., list[str]]) -> None:
    sandbox.fault("*", "status", status=503, times=0)

    assert learn("mallory") == ["mallory"]


def test_a_name_that_x_could_not_tell_is_told_when_it_is_asked_again(
    sandbox: Any, database: Database, learn: Callable[..., list[str]]
) -> None:
    sandbox.fault("GET /2/users/by/username/:u", "status", status=404)
    assert learn("mallory") == ["mallory"]

    assert learn("mallory") == []
    assert database.read(lambda c: people.by_username(c, BRAND, "mallory")) is not None
