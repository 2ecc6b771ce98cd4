"""A command that computes far beyond its deadline is recorded and got rid of; one that waits is not."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.alarm_bell import AlarmBell
from bot.flow.invoke import Invoker, cpu_of_this_thread
from bot.jobs.burning import BurnWatch, CommandAlarm
from storage import journal
from storage.database import Database
from storage.upkeep import alarms, switches
from tests.units.bot.conftest import BRAND, ROOT

DEADLINE = timedelta(seconds=5)


class Company:
    """Command threads whose CPU is set by hand, and who looks after them."""

    def __init__(self, database: Database, clock: Any) -> None:
        self.database, self.clock = database, clock
        self.cpu_seconds = 0.0
        self.let_go = threading.Event()
        self.told: list[str] = []
        self.invoker = Invoker(
            threads=1,
            deadline=DEADLINE,
            monotonic=clock.monotonic,
            cpu_of_thread=lambda: lambda: self.cpu_seconds,
        )
        self.watch = self.watches()

    def watches(self) -> BurnWatch:
        """As after a new start."""
        bell = AlarmBell(BRAND)
        watch = BurnWatch(self.invoker, self.database, bell, self.clock, brand_id=BRAND, deadline=DEADLINE)
        watch.restart = self.told.append
        return watch

    def runs(self, command: str, *, for_seconds: float, cpu_seconds: float) -> None:
        """A run that has been abandoned and goes on, with that much behind it."""
        began = threading.Event()

        def run() -> None:
            began.set()
            self.let_go.wait(30)

        before = self.cpu_seconds
        call = self.invoker.start(command, run)
        began.wait(5)
        self.clock.advance(DEADLINE)
        self.invoker.wait([call], 0)
        self.clock.advance(timedelta(seconds=for_seconds) - DEADLINE)
        self.cpu_seconds = before + cpu_seconds

    def off(self) -> dict[str, switches.SwitchRow]:
        return self.database.read(lambda c: switches.off(c, BRAND))

    def alarms(self) -> list[str]:
        return [row.code for row in self.database.read(lambda c: alarms.standing(c, BRAND))]


@pytest.fixture
def company(database: Database, clock: Any) -> Iterator[Company]:
    made = Company(database, clock)
    yield made
    made.let_go.set()
    made.invoker.close()


def test_one_that_waits_is_left_alone_however_long(company: Company) -> None:
    company.runs("slow", for_seconds=3_600, cpu_seconds=0.5)

    assert company.watch.look() is False
    assert company.told == []


def test_one_that_computes_is_given_three_deadlines(company: Company) -> None:
    company.runs("heavy", for_seconds=14.9, cpu_seconds=14.9)
    early = company.watch.look()
    company.clock.advance(timedelta(seconds=0.1))

    assert early is False
    assert company.watch.look() is True


def test_it_is_on_record_before_a_new_start_is_asked_for(company: Company, database: Database) -> None:
    recorded: list[int] = []

    def restart(_: str) -> None:
        wanted = database.read(lambda c: switches.any_burnt_out(c, BRAND, 1))
        recorded.append(int(wanted))
        found = database.read(lambda c: c.exec_driver_sql("SELECT times FROM burns").scalars().all())
        recorded.extend(found)

    company.watch.restart = restart
    company.runs("heavy", for_seconds=15, cpu_seconds=9)

    company.watch.look()

    assert recorded == [0, 1]  # counted, and not switched off
    assert company.off() == {}
    assert company.alarms() == []


def test_the_third_time_it_is_off_with_an_alarm(company: Company) -> None:
    for _ in range(3):
        company.runs("heavy", for_seconds=15, cpu_seconds=15)
        company.watches().look()

    assert company.off()["heavy"].why == "burnt the CPU 3 times"
    assert company.alarms() == [CommandAlarm.BURNS.value]
    assert len(company.told) == 3


def test_two_at_once_count_once_each(company: Company) -> None:
    company.runs("heavy", for_seconds=15, cpu_seconds=15)
    company.runs("heavy", for_seconds=15, cpu_seconds=15)

    company.watch.look()

    assert company.off() == {}
    assert len(company.told) == 1


def test_switched_on_by_a_colleague_the_alarm_ends_and_the_count_begins_anew(company: Company) -> None:
    for _ in range(3):
        company.runs("heavy", for_seconds=15, cpu_seconds=15)
        company.watches().look()
    company.let_go.set()
    company.invoker.close()
    company.invoker = Invoker(threads=1, deadline=DEADLINE, monotonic=company.clock.monotonic)
    stands = company.watches()
    stands.look()
    before = company.alarms()

    company.database.write(lambda c: switches.switch_on(c, BRAND, "heavy"))
    stands.look()

    assert before == [CommandAlarm.BURNS.value]
    assert company.alarms() == []
    now = company.clock.now()
    assert company.database.write(lambda c: switches.burnt(c, BRAND, "heavy", now)) == 1


def test_what_it_did_stands_in_the_journal(company: Company, database: Database) -> None:
    for _ in range(3):
        company.runs("heavy", for_seconds=15, cpu_seconds=15)
        company.watches().look()

    wanted = "SELECT what FROM journal WHERE subject = 'command:heavy' ORDER BY id"
    found = database.read(lambda c: c.exec_driver_sql(wanted).scalars().all())
    assert found == ["burnt the CPU"] * 3 + ["switched off"]
    assert journal.BOT == "bot"


def test_a_thread_that_computes_uses_the_cpu_and_one_that_waits_does_not() -> None:
    readers: dict[str, Callable[[], float]] = {}
    begun, enough = threading.Barrier(3), threading.Event()

    def waits() -> None:
        readers["waits"] = cpu_of_this_thread()
        begun.wait(5)
        enough.wait(30)

    def computes() -> None:
        readers["computes"] = cpu_of_this_thread()
        begun.wait(5)
        while not enough.is_set():
            pass

    threads = [threading.Thread(target=each) for each in (waits, computes)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    while readers["computes"]() < 0.1:
        pass
    waited = readers["waits"]()
    enough.set()
    for thread in threads:
        thread.join()

    assert waited < 0.05
    while readers["waits"]() or readers["computes"]():
        pass  # until the kernel has ended them too


LEASH = """
import re, threading
from bot.jobs.burning import CpuLeash
leash, ending = CpuLeash({seconds}), threading.Event()
def look():
    while not ending.wait(0.02):
        leash.lengthen()
threading.Thread(target=look, daemon=True).start()
leash.lengthen()
{burns}
ending.set()
leash.take_off()
print("lives")
"""
COMPUTES_AMONG_OTHERS = """
import time
until = time.process_time() + 1.0
while time.process_time() < until:
    pass
"""
LETS_NOBODY_ELSE = 're.match(r"(a+)+$", "a" * 60 + "b")'


@pytest.mark.parametrize(
    ("burns", "code", "said"),
    [(COMPUTES_AMONG_OTHERS, 0, "lives\n"), (LETS_NOBODY_ELSE, -signal.SIGPROF, "")],
    ids=["computes among others", "lets nobody else compute"],
)
def test_only_code_that_lets_nobody_else_compute_ends_the_process(burns: str, code: int, said: str) -> None:
    program = LEASH.format(seconds=0.5, burns=burns)

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (code, said)
