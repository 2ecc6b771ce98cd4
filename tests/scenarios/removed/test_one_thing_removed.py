"""One thing is taken away at a time: everybody still gets an honest sentence, or is listed as waiting.

No trace of a fault reaches a customer.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from bot.desk import incident_acts, ticket_acts
from commands.accounts import Account, AccountsUnavailable, Catalogue
from storage.database import normal_url

MESSAGES = "POST /2/dm_conversations/with/:participant_id/messages"
NO_DM = {
    "title": "Forbidden",
    "status": 403,
    "type": "about:blank",
    "detail": "You do not have permission to DM one or more participants.",
}
# What only a programmer would say.
LEAKS = ("Traceback", "Error", "exception", "None", "Unavailable", "refused", "timed out", "{", "‹")


class Removed:
    """The company's system, which fails in its own way, until it is back."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def customer(self, customer_id: str) -> Account | None:
        raise self.fault

    def catalogue(self) -> Catalogue:
        raise self.fault

    def customers_known(self) -> int:
        raise self.fault if isinstance(self.fault, AccountsUnavailable) else AccountsUnavailable("away")


def no_trace(said: list[str]) -> None:
    assert [text for text in said for leak in LEAKS if leak in text] == []


FAULTS = [AccountsUnavailable("time-out after 3 s"), ConnectionError("refused by 10.0.0.7")]


@pytest.fixture(params=FAULTS, ids=["unavailable", "its own fault"])
def without_accounts(request: Any, stage_of: Any) -> Any:
    return stage_of(accounts=Removed(request.param))


def test_without_the_accounts_each_account_command_says_so_and_names_a_next_step(
    without_accounts: Any, x: Any, ana: Any, ben: Any, carys: Any
) -> None:
    stage = without_accounts
    for command in ("data", "charges", "text"):
        ana.posts(f"@BrightTel #{command}")
    mine, theirs = carys.posts("@BrightTel #data"), ben.posts("@BrightTel #data")
    stage.settles()
    carys.writes("ie")
    ben.writes("yes")
    stage.settles()

    assert len(ana.got) == 3
    assert all("#agent" in text or "reference" in text for text in ana.got)
    assert len(x.replies_to(mine)) == len(x.replies_to(theirs)) == 1
    assert len(carys.got) == len(ben.got) == 1
    no_trace(x.ours())
    stage.money_agrees()


def test_without_the_accounts_everything_else_works(without_accounts: Any, x: Any, mallory: Any) -> None:
    stage = without_accounts
    asked = [mallory.posts(f"@BrightTel #{name}") for name in ("help", "refund", "handsets", "agent")]

    stage.settles()

    assert [len(x.replies_to(post)) for post in asked] == [1, 1, 1, 1]
    no_trace(x.ours())


def test_without_the_accounts_an_incident_can_be_told_all_the_same(
    without_accounts: Any, x: Any, ana: Any
) -> None:
    stage = without_accounts
    loaded, text = stage.deciding.registry.current, "Account details are away since 09:40"
    incident_acts.open_incident(stage.desk, loaded, text, ["data", "charges"], "", by="dora")
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert text in x.reply_to(post)


@contextmanager
def nobody_gets_at(url: str) -> Iterator[None]:
    """Holds every table of the database, so that nothing is written, and on PostgreSQL nothing read."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
        return
    engine = sa.create_engine(normal_url(url))
    with engine.begin() as lock:
        tables = ", ".join(sa.inspect(lock).get_table_names())
        lock.execute(sa.text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


def test_without_the_database_for_a_minute_everybody_is_answered_after_it(
    stage_of: Any, served_url: str, x: Any, ana: Any, mallory: Any
) -> None:
    stage = stage_of(busy_seconds=0.05)
    before = mallory.posts("@BrightTel #help")
    stage.looks()
    with nobody_gets_at(served_url):
        during = ana.posts("@BrightTel #data")
        stage.serving.polling.run_mentions()
        stage.serving.release.run()
        stage.serving.incidents.keeper.run()
        stage.serving.incidents.surges.run()
        assert x.ours() == []
        stage.passes(minutes=1)
    stage.settles()
    stage.waits(seconds=10)

    assert len(x.replies_to(before)) == 1
    assert len(ana.got) == 1
    assert stage.reason(during) == "answered"
    no_trace(x.ours())


def test_without_messages_public_requests_are_invited_and_private_ones_go_to_a_person(
    stage: Any, x: Any, ana: Any, ben: Any
) -> None:
    x.fault(MESSAGES, "status", status=403, body=NO_DM, times=0)
    post = ana.posts("@BrightTel #charges")
    ben.writes("#charges")

    stage.settles()

    assert "direct message" in x.reply_to(post)
    assert [one["person_id"] for one in stage.handovers()] == [ben.id]
    assert any("Somebody waits for a person" in text for text in stage.rung())
    no_trace(x.ours())


def test_without_credit_everybody_waits_in_the_listing_and_is_answered_when_it_is_back(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    x.fault(
        "*", "status", status=402, body={"title": "Credits depleted", "type": "credits-depleted"}, times=0
    )
    stage.settles()
    posts = [mallory.posts("@BrightTel #help"), ana.posts("@BrightTel #data")]
    stage.waits(minutes=20)
    assert "x-credits-depleted" in stage.alarms()
    assert x.ours() == []

    x.heal()
    stage.waits(minutes=20)
    stage.waits(minutes=20)

    assert len(x.replies_to(posts[0])) == 1
    assert len(ana.got) == 1
    assert stage.alarms() == []
    no_trace(x.ours())


def test_without_the_people_who_answer_the_customer_is_told_a_time_and_stays_listed(
    stage_of: Any, x: Any, ana: Any, mallory: Any
) -> None:
    stage = stage_of(opening_hours="Thu 09:00-17:00")  # the story begins on a Monday
    ticket, person = mallory.posts("@BrightTel #refund"), ana.posts("@BrightTel #agent")
    stage.settles()
    assert "Thu" in x.reply_to(ticket)
    assert "Thu" in x.reply_to(person)

    for _ in range(5):
        stage.waits(hours=24)

    assert [one["state"] for one in stage.tickets() if one["command"] == "refund"] == ["open"]
    (waiting,) = [one for one in stage.tickets() if one["person_id"] == ana.id]
    assert (waiting["command"], waiting["state"]) == ("handover", "open")
    assert waiting["mention_ids"] == [person]
    assert any("nobody took" in text for text in stage.rung())
    asked = ana.posts("@BrightTel #help")
    stage.settles()
    assert len(x.replies_to(asked)) == 1  # and the bot is there for them again


def test_a_hand_over_that_a_colleague_has_answered_leaves_no_ticket(stage: Any, ana: Any) -> None:
    ana.writes("#agent")
    stage.settles()
    (handover,) = stage.handovers()
    ticket_acts.reply_in_handover(stage.desk, int(handover["id"]), "Done.", by="cleo")
    stage.works()

    stage.waits(hours=25)

    assert stage.handovers() == []
    assert stage.tickets() == []
