"""The whole bot for the stories: built as `tweetserve run` builds it, and driven step by step.

A part that is not driven is a process that was killed there. The machine's clocks can be moved.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import (
    Access,
    Deciding,
    build_client,
    build_deciding,
    keys_of,
    load_demo_company,
    read_commands,
    settle_brand,
)
from bot.cli.sandbox_process import sandbox_access
from bot.clock import SystemClock
from bot.desk.acts import Desk
from bot.flow.decider import Decider
from bot.flow.handle import Hand
from bot.flow.outgoing.leaving import Finished, Leaving
from bot.jobs.watch.watchdogs import EVERY as WATCHED_EVERY
from bot.jobs.watch.watchdogs import LOOKS_TO_BE_SURE
from bot.metrics import Metrics
from bot.serving.shared import learn_pilot_names, share
from bot.serving.whole import Serving, build_serving
from bot.settings_check import load_settings
from commands.accounts import AccountSource
from commands.registry import Registry
from storage import deliveries, journal, mentions, stories
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.mentions import MentionRow
from storage.states import Channel
from storage.upkeep import alarms, brand, ledger
from storage.upkeep.leases import LeaseClock
from tests.scenarios.theatre import BRAND, LocalX, Person

SENDERS = 16
MOST_ROUNDS = 40


class Travel:
    """How far the machine's clocks were moved, beyond the time that has really passed.

    `machine_ahead`: what the wall clock of the story's machine shows more than the real one besides that.
    """

    def __init__(self, machine_ahead: timedelta) -> None:
        self.by = timedelta(0)
        self.machine_ahead = machine_ahead


class TravelClock(SystemClock):
    """The bot's clock on a machine whose time can be moved."""

    def __init__(self, travel: Travel, offset: timedelta) -> None:
        self._travel = travel
        super().__init__(offset - travel.by)

    def now(self) -> datetime:
        return super().now() + self._travel.by

    def monotonic(self) -> float:
        return super().monotonic() + self._travel.by.total_seconds()

    @property
    def offset(self) -> timedelta:
        return self.now() - (datetime.now(UTC) + self._travel.by + self._travel.machine_ahead)


class TravelLeases(LeaseClock):
    """The lease clock of the same machine."""

    def __init__(self, database: Any, travel: Travel) -> None:
        self._travel = travel
        super().__init__(database)

    def now_ms(self) -> int:
        return super().now_ms() + self._travel.by // timedelta(milliseconds=1)


_REGISTRIES: dict[Path, Registry] = {}


class Stage:
    """The whole bot before X, driven step by step."""

    def __init__(
        self,
        x: LocalX,
        database_url: str,
        *,
        busy_seconds: float = 10.0,
        beside: "Stage | None" = None,
        accounts: AccountSource | None = None,
        **settings: Any,
    ) -> None:
        """`busy_seconds` is how long the bot waits for a locked database; `beside` whom it shares time
        with; `accounts` is the company's own system, in place of what stands in the database.
        """
        self._accounts = accounts
        self.x = x
        self._busy_seconds = busy_seconds
        right = Travel(x.now() - datetime.now(UTC))  # the machine's clock is right
        self._travel = beside._travel if beside else right
        self._open: list[Callable[[], None]] = []
        self._read_messages_up_to = 0
        self.given: dict[str, Any] = {
            "database_url": database_url.replace("+psycopg", ""),  # operators name no driver
            "sandbox_url": x.url,
            "opening_hours": "always",
            "daemon_port": 0,
        }
        self.start(**settings)

    def start(self, **settings: Any) -> None:
        """Builds all parts as `tweetserve run` does, and takes over what an earlier run held."""
        self.given |= settings
        self.settings = load_settings(None, **self.given)
        self.database = Database(self.settings.database, group_commit=True, busy_seconds=self._busy_seconds)
        access = self._access()
        known = self.database.read(brand.only)
        offset = timedelta(milliseconds=known.x_offset_ms if known else 0)
        clock, metrics = TravelClock(self._travel, offset), Metrics()
        client = build_client(self.settings, access, clock, metrics)
        row = settle_brand(self.database, access, client, clock)
        clock.learn(self.x.now(), timedelta(0))
        if access.is_demo:
            load_demo_company(self.database, row, clock.now())
        deciding = build_deciding(self.settings, self.database, row, clock, metrics, self._commands())
        deciding = self._with_accounts(deciding, clock, metrics)
        shared = share(self.settings, self.database, row, client, clock, metrics)
        shared = replace(shared, lease_clock=TravelLeases(self.database, self._travel))
        learn_pilot_names(shared)
        self._open = [client.close, deciding.invoker.close, self.database.close]
        self.brand_id, self.client, self.clock, self.deciding = row.brand_id, client, clock, deciding
        self.desk = Desk(
            deciding.house,
            deciding.policy,
            deciding.sentences,
            deciding.marks,
            clock,
            sending=self.settings.sending,
        )
        self.hand = Hand()
        self.serving: Serving = build_serving(shared, deciding)
        self.serving.take_over()

    def _with_accounts(self, deciding: Deciding, clock: SystemClock, metrics: Metrics) -> Deciding:
        if self._accounts is None:
            return deciding
        house = replace(deciding.house, accounts=self._accounts)
        decider = Decider(
            house=house,
            registry=deciding.registry,
            say=deciding.sentences,
            policy=deciding.policy,
            marks=deciding.marks,
            invoker=deciding.invoker,
            clock=clock,
            metrics=metrics,
            troubles=deciding.troubles,
        )
        return replace(deciding, house=house, decider=decider)

    def _access(self) -> Access:
        if self.settings.with_keys:
            return keys_of(self.settings)
        found = sandbox_access(self.x.url)
        return Access(found.base_url, found.keys, found.world_id)

    def _commands(self) -> Registry:
        """The commands, read once for each folder they come from: compiling them takes longest."""
        folder = self.settings.commands_folder
        if folder not in _REGISTRIES:
            _REGISTRIES[folder] = read_commands(self.settings)
        return _REGISTRIES[folder]

    def kill(self) -> None:
        """Ends the bot where it stands: nothing of its own stopping is run."""
        for close in self._open:
            close()
        self._open = []

    def restart(self, **settings: Any) -> None:
        """A kill and a new start, perhaps with other settings."""
        several_may_serve = not self.database.is_sqlite
        self.kill()
        self.start(**settings)
        if several_may_serve:
            # A new process cannot know that the old one is gone: what it held is free when its lease is over.
            self.passes(seconds=self.settings.lease.total_seconds() + 1)

    # -- driving it

    def looks(self) -> None:
        """One look at the mentions, and at the messages where somebody has written."""
        self.serving.polling.run_mentions()
        if self.serving.lost_time.is_open:
            self.reads_messages()
            self.serving.lost_time.run()
        newest = max((int(one["id"]) for one in self.x.messages() if one["from"] != BRAND), default=0)
        if newest > self._read_messages_up_to:
            self.reads_messages()
            self._read_messages_up_to = newest

    def reads_messages(self) -> None:
        """One look at the messages, which X allows 15 times in 15 minutes."""
        self.serving.polling.run_messages()

    def handles(self) -> bool:
        """Decides all that waits; whether there was any. A command that hangs is left in the hand."""
        moved = False
        self.serving.handler.sweep()
        for _ in range(MOST_ROUNDS):
            step = self.serving.handler.step(self.hand)
            moved = moved or step.moved
            if not step.moved:
                break
        return moved

    def claims(self) -> list[Leaving]:
        """Marks what is due as being sent, and makes no call."""
        return list(self.serving.sender.turn([], SENDERS).leaving)

    def calls(self, leaving: list[Leaving]) -> list[Finished]:
        return [self.serving.sender.call(one) for one in leaving]

    def records(self, finished: list[Finished]) -> list[Leaving]:
        return list(self.serving.sender.turn(finished, SENDERS).leaving)

    def sends(self) -> bool:
        """Sends all that is due; whether anything was."""
        self.serving.sender.sweep()
        leaving = self.claims()
        moved = bool(leaving)
        while leaving:
            leaving = self.records(self.calls(leaving))
        return moved

    def settles(self) -> None:
        """Looks once, and then works until nothing moves any more."""
        self.looks()
        self.works()

    def works(self) -> None:
        self.serving.incidents.keeper.run()
        for _ in range(MOST_ROUNDS):
            moved = self.handles()
            moved = self.sends() or moved
            moved = self.serving.reconciler.step() > 0 or moved
            if not moved:
                break
        else:
            pytest.fail("the bot does not come to rest")
        self.serving.release.run()
        self.announces_delays()
        self.serving.incidents.surges.run()
        if self.serving.ringer is not None:
            self.serving.ringer.run()

    def announces_delays(self) -> None:
        """Says in public what private answers take a while, and sends that."""
        self.serving.delays.run()
        self.sends()

    def passes(self, **by: float) -> None:
        """Lets time go by for X and for the bot's machine, while the bot does nothing."""
        self.x.advance(**by)
        self._travel.by += timedelta(**by)

    def sets_machine(self, **forward: float) -> None:
        """Sets the wall clock of the bot's machine."""
        self._travel.machine_ahead += timedelta(**forward)

    def waits(self, **by: float) -> None:
        """Lets time go by, and then everything that is due happen."""
        self.passes(**by)
        self.settles()

    def watches(self) -> None:
        """The watchdogs look as often as they must to be sure, half a minute apart."""
        for _ in range(LOOKS_TO_BE_SURE):
            self.serving.watching.watchdogs.run()
            self.passes(seconds=WATCHED_EVERY.total_seconds())
        if self.serving.ringer is not None:
            self.serving.ringer.run()

    def probes(self) -> None:
        """The probe does what it is time for."""
        assert self.serving.watching.probe is not None
        self.serving.watching.probe.run()

    # -- what is on record

    def read(self, work: Callable[[sa.Connection], Any]) -> Any:
        return self.database.read(work)

    def mention(self, x_id: str) -> MentionRow:
        return self.read(lambda c: mentions.find_x(c, self.brand_id, [x_id]))[x_id]

    def knows(self, x_id: str) -> bool:
        return x_id in self.read(lambda c: mentions.find_x(c, self.brand_id, [x_id]))

    def reason(self, x_id: str) -> str | None:
        return self.mention(x_id).reason

    def deliveries(self, x_id: str) -> list[DeliveryRow]:
        row = self.mention(x_id)
        return self.read(lambda c: deliveries.of_mentions(c, self.brand_id, [row.id])).get(row.id, [])

    def delivery(self, x_id: str, channel: Channel | None = None) -> DeliveryRow:
        (found,) = [one for one in self.deliveries(x_id) if channel in (None, one.channel)]
        return found

    def steps(self, x_id: str) -> list[str]:
        """What the journal tells of a mention."""
        row = self.mention(x_id)
        return [one.what for one in self.read(lambda c: journal.of_mention(c, self.brand_id, row.id))]

    def alarms(self) -> list[str]:
        """The codes of the alarms that stand."""
        return [row.code for row in self.read(lambda c: alarms.standing(c, self.brand_id))]

    def tickets(self) -> list[dict[str, Any]]:
        return list(self.read(lambda c: stories.list_tickets(c, self.brand_id)))

    def handovers(self, *, open_only: bool = True) -> list[dict[str, Any]]:
        return list(self.read(lambda c: stories.list_handovers(c, self.brand_id, open_only=open_only)))

    def file_of(self, person: Person) -> dict[str, Any]:
        (found,) = self.read(lambda c: stories.list_people(c, self.brand_id, x_id=person.id))
        return dict(found)

    def rung(self) -> list[str]:
        """What people were or are to be rung for: title and text of each notice."""
        wanted = sa.select(sa.column("title"), sa.column("text")).select_from(sa.table("notices"))
        rows = self.read(lambda c: c.execute(wanted.order_by(sa.column("id"))).all())
        return [f"{row.title}\n{row.text}" for row in rows]

    def unsettled(self) -> int:
        return len(self.read(lambda c: ledger.unsettled(c, self.brand_id)))

    def ledger(self) -> dict[str, tuple[int, int]]:
        """Item → how many, and micro-USD, as settled."""
        booked: dict[str, tuple[int, int]] = {}
        for line in self.read(lambda c: stories.list_ledger(c, self.brand_id)):
            count, micro = booked.get(line["item"], (0, 0))
            more = round(float(line["settled_usd"]) * 1_000_000)
            booked[line["item"]] = (count + int(line["count"]), micro + more)
        return booked

    def money_agrees(self) -> None:
        """Nothing is unsettled, and ledger and X's bill name the same sums."""
        assert self.unsettled() == 0
        booked = {item: micro for item, (_, micro) in self.ledger().items() if micro}
        assert booked == {item: micro for item, (_, micro) in self.x.bill().items() if micro}
