"""When X is looked at: as often as the settings say, as X's windows allow, and never twice at a time."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from bot.alarm_bell import AlarmBell
from bot.jobs.poll import Intervals, Polling
from bot.jobs.steady_time import SteadyScheduler
from bot.x.budget import Budget, Stopped, StopWhy
from bot.x.client import MENTIONS, MESSAGES
from bot.x.feeds.polled import Polled
from bot.x.outcomes import Later, LaterWhy, Read
from bot.x.price_list import load_prices
from bot.x.rate_headers import RateLimits
from bot.x.route_limits import load_limits
from storage.database import Database, StorageTrouble, TroubleKind
from storage.promises import pendings
from storage.states import PendingKind
from storage.tables import Mention
from storage.upkeep import alarms

BRAND = "2000000000000000001"
DONE = Polled(True)
MENTION_JOB, MESSAGE_JOB = f"poll {MENTIONS}", f"poll {MESSAGES}"
SLACK = timedelta(seconds=1)


class Looks:
    """Stands for a feed: gives what it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.answers: list[Polled | Exception] = []
        self.count = 0
        self.meanwhile: Callable[[], object] = lambda: None  # what happens during a look

    def __call__(self) -> Polled:
        self.count += 1
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer


class Stage:
    """A polling whose feeds are told what to give, on a scheduler that really waits."""

    def __init__(self, database: Database, clock: Any, intervals: Intervals) -> None:
        self.database = database
        self.clock = clock
        self.mentions, self.messages = Looks(), Looks()
        self.bell = AlarmBell(BRAND)
        self.budget = Budget(
            BRAND,
            load_prices(),
            load_limits(),
            self.bell,
            daily_micro=1_000_000,
            write_share=Decimal("0.8"),
        )
        self.trouble: list[StorageTrouble] = []
        self.scheduler = SteadyScheduler(threads=4)
        self.polling = Polling(
            database,
            self.budget,
            self.bell,
            clock,
            self.scheduler,
            brand_id=BRAND,
            poll_mentions=self.mentions,
            poll_messages=self.messages,
            intervals=intervals,
            on_storage_trouble=self.trouble.append,
        )
        self.scheduler.start()

    def learn(self, route: str, limits: RateLimits) -> None:
        self.database.write(lambda c: self.budget.learn(c, route, Read(), limits, self.clock.now()))

    def due_in(self, job: str) -> timedelta:
        due = self.scheduler.due_in(job)
        assert due is not None
        return due

    def alarms(self) -> list[str]:
        return [row.code for row in self.database.read(lambda c: alarms.standing(c, BRAND))]

    def expect_somebody(self) -> None:
        def wait_for_ana(connection: sa.Connection) -> None:
            row = Mention(
                brand_id=BRAND,
                x_id="5",
                kind="post",
                author_id="7",
                conversation_key="7",
                position=5,
                edit_root_id="5",
                posted_at=self.clock.now(),
                received_at=self.clock.now(),
            ).model_dump(exclude={"id"})
            insert = sa.insert(Mention.__table__).values(**row).returning(Mention.__table__.c.id)  # type: ignore[attr-defined]
            mention_id = connection.execute(insert).scalar_one()
            awaited = pendings.NewPending(
                person_id="7",
                kind=PendingKind.COMMAND,
                mention_id=mention_id,
                expires_at=self.clock.now() + timedelta(hours=24),
            )
            pendings.expect(connection, BRAND, [awaited], self.clock.now())

        self.database.write(wait_for_ana)


@pytest.fixture
def set_stage(database: Database, clock: Any) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def build(**intervals: timedelta) -> Stage:
        stages.append(Stage(database, clock, Intervals(**intervals)))
        return stages[-1]

    yield build
    for stage in stages:
        stage.polling.stop()
        stage.scheduler.stop()


@pytest.fixture
def stage(set_stage: Callable[..., Stage]) -> Stage:
    return set_stage()


def test_mentions_are_looked_at_every_three_seconds(stage: Stage) -> None:
    stage.polling.run_mentions()

    assert timedelta(seconds=2) < stage.due_in(MENTION_JOB) <= timedelta(seconds=3)


def test_messages_are_looked_at_every_two_minutes_while_nobody_is_expected(stage: Stage) -> None:
    stage.polling.run_messages()

    assert timedelta(seconds=119) < stage.due_in(MESSAGE_JOB) <= timedelta(seconds=120)


def test_messages_are_looked_at_every_five_seconds_while_somebody_is_expected(stage: Stage) -> None:
    stage.expect_somebody()

    stage.polling.run_messages()

    assert timedelta(seconds=4) < stage.due_in(MESSAGE_JOB) <= timedelta(seconds=5)


def test_somebody_newly_expected_does_not_wait_for_the_idle_look(stage: Stage) -> None:
    stage.polling.run_messages()
    stage.expect_somebody()

    stage.polling.run_mentions()

    assert stage.due_in(MESSAGE_JOB) <= timedelta(seconds=5)


def test_a_hint_brings_the_next_look_at_messages_forward_but_never_puts_it_off(stage: Stage) -> None:
    stage.polling.run_messages()

    stage.polling.expect_messages()
    first = stage.due_in(MESSAGE_JOB)
    stage.clock.advance(timedelta(seconds=3))
    stage.polling.expect_messages()

    assert first <= timedelta(seconds=5)
    assert stage.due_in(MESSAGE_JOB) <= first


def test_somebody_who_has_just_written_may_write_again(stage: Stage) -> None:
    stage.messages.answers = [Polled(True, new=1)]

    stage.polling.run_messages()
    talking = stage.due_in(MESSAGE_JOB)
    stage.clock.advance(timedelta(minutes=3))
    stage.polling.run_messages()

    assert talking <= timedelta(seconds=5)
    assert stage.due_in(MESSAGE_JOB) > timedelta(seconds=100)


def test_the_calls_left_are_shared_out_until_the_reset(stage: Stage) -> None:
    stage.expect_somebody()
    stage.learn(MESSAGES, RateLimits(15, 11, stage.clock.now() + timedelta(seconds=600)))

    stage.polling.run_messages()

    assert timedelta(seconds=59) < stage.due_in(MESSAGE_JOB) <= timedelta(seconds=60)


def test_a_look_that_was_stopped_waits_until_it_may_go_on(stage: Stage) -> None:
    until = stage.clock.now() + timedelta(seconds=500)
    stage.mentions.answers = [Polled(False, stopped=Stopped(StopWhy.BUDGET, until))]

    stage.polling.run_mentions()

    assert timedelta(seconds=499) < stage.due_in(MENTION_JOB) <= timedelta(seconds=500)


def test_somebody_expected_does_not_bring_back_a_look_that_was_stopped(stage: Stage) -> None:
    until = stage.clock.now() + timedelta(seconds=500)
    stage.messages.answers = [Polled(False, stopped=Stopped(StopWhy.BUDGET, until))]
    stage.polling.run_messages()
    stage.expect_somebody()

    stage.polling.run_mentions()
    stage.polling.expect_messages()
    stopped = stage.due_in(MESSAGE_JOB)
    stage.clock.advance(timedelta(seconds=500))
    stage.polling.run_messages()

    assert stopped > timedelta(seconds=499)
    assert stage.due_in(MESSAGE_JOB) <= timedelta(seconds=5)


def test_a_failing_x_is_left_alone_for_its_back_off(stage: Stage) -> None:
    failure = Later(LaterWhy.X_FAILED)
    for _ in range(6):
        stage.clock.advance(timedelta(minutes=1))
        stage.database.write(
            lambda c: stage.budget.learn(c, MENTIONS, failure, RateLimits(), stage.clock.now())
        )
    stage.mentions.answers = [Polled(False, outcome=failure)]

    stage.polling.run_mentions()

    assert stage.due_in(MENTION_JOB) > timedelta(seconds=25)


def test_x_being_down_rings_after_a_while_and_ends_when_it_answers(stage: Stage) -> None:
    down = Polled(False, outcome=Later(LaterWhy.UNREACHABLE))
    stage.mentions.answers = [down, down, DONE]

    stage.polling.run_mentions()
    at_first = stage.alarms()
    stage.clock.advance(timedelta(minutes=6))
    stage.polling.run_mentions()
    later = stage.alarms()
    stage.polling.run_mentions()

    assert at_first == []
    assert later == ["x-down"]
    assert stage.alarms() == []


def test_trouble_with_the_database_is_told_and_polling_goes_on(stage: Stage) -> None:
    stage.mentions.answers = [StorageTrouble(TroubleKind.FULL, "no room")]

    stage.polling.run_mentions()

    assert [trouble.kind for trouble in stage.trouble] == [TroubleKind.FULL]
    assert stage.due_in(MENTION_JOB) <= timedelta(seconds=3) + SLACK


def test_a_bug_in_a_look_does_not_end_the_polling(stage: Stage) -> None:
    stage.mentions.answers = [ValueError("a bug")]

    stage.polling.run_mentions()

    assert stage.due_in(MENTION_JOB) <= timedelta(seconds=3) + SLACK


def test_with_no_wait_set_a_look_follows_the_one_before_at_once(set_stage: Callable[..., Stage]) -> None:
    stage = set_stage(mentions=timedelta(0), messages_idle=timedelta(0), messages_expecting=timedelta(0))
    enough = threading.Event()
    stage.mentions.meanwhile = lambda: enough.set() if stage.mentions.count >= 20 else None

    stage.polling.start()

    assert enough.wait(10)


def test_looks_at_one_feed_never_overlap(stage: Stage) -> None:
    inside, release = threading.Event(), threading.Event()
    stage.mentions.meanwhile = lambda: (inside.set(), release.wait(5))
    first = threading.Thread(target=stage.polling.run_mentions)
    first.start()
    assert inside.wait(5)

    stage.polling.run_mentions()
    count = stage.mentions.count
    release.set()
    first.join(5)

    assert count == 1


def test_after_the_stop_nothing_is_planned(stage: Stage) -> None:
    stage.polling.stop()

    stage.polling.run_mentions()

    assert stage.scheduler.due_in(MENTION_JOB) is None
    assert stage.mentions.count == 0
