"""What an answer costs on X's bill, and that our own ledger says the same."""

import subprocess
import time
from collections.abc import Callable, Mapping
from decimal import Decimal

import orjson

from benchmarks.figures import Figure, Report
from benchmarks.local_x import LocalX
from benchmarks.our_daemon import Daemon, tweetserve
from benchmarks.prepared import Prepared, prepared
from benchmarks.processes import passed_on, wait_until

ANSWERS = 20
POLL_MENTIONS = {"MENTIONS_POLL": "0.5"}
NO_MESSAGES = {"DM_POLL_IDLE": "24 h", "DM_POLL_EXPECTING": "24 h"}
POLL_MESSAGES = {"DM_POLL_IDLE": "1", "DM_POLL_EXPECTING": "1"}
IDLE_SECONDS = 8.0
_TO = Decimal("0.00005")


def measure() -> Report:
    """Idle, then public answers, then private ones, then our messages read back, then idle again."""
    with prepared(ANSWERS) as world, world.sandbox() as x:
        with world.daemon(x, POLL_MENTIONS | NO_MESSAGES) as daemon:
            idle = _cost(x, lambda: time.sleep(IDLE_SECONDS))
            public = _cost(x, lambda: _ask(x, daemon, world, "@BrightTel #help"))
            private = _cost(x, lambda: _ask(x, daemon, world, "@BrightTel #data"))
        before = x.bill_usd()
        with world.daemon(x, POLL_MENTIONS | POLL_MESSAGES) as daemon:
            time.sleep(IDLE_SECONDS)
            read_back = x.bill_usd() - before
            idle_later = _cost(x, lambda: time.sleep(IDLE_SECONDS))
        ledger, bill = _ledger_usd(world, daemon.settings), x.bill_usd()
    return Report(
        f"On the bill, USD: {ANSWERS} public and {ANSWERS} private answers",
        [
            _exactly("a public answer", public / ANSWERS, "0.011"),
            _exactly("a private answer asked in public", private / ANSWERS, "0.016"),
            _exactly("the same, once the poll has read our message back", read_back / ANSWERS, "0.010"),
            _exactly("idle, before anybody asked", idle, "0.000"),
            _exactly("idle, after a restart and its first pages", idle_later, "0.000"),
            _exactly("our ledger in all, beside X's bill in all", ledger, str(bill)),
        ],
    )


def _cost(x: LocalX, act: Callable[[], object]) -> Decimal:
    before = x.bill_usd()
    act()
    return x.bill_usd() - before


def _ask(x: LocalX, daemon: Daemon, world: Prepared, text: str) -> None:
    """Everybody posts the text once and is answered."""
    posts = [x.post(username, text) for username in world.usernames]
    wait_until(lambda: x.answers_since(posts[0]) >= len(posts), "an answer to each", daemon)


def _ledger_usd(world: Prepared, settings: Mapping[str, str]) -> Decimal:
    """What `tweetserve show ledger` says, once the daemon has stopped."""
    shown = subprocess.run(
        [*tweetserve(), "show", "ledger", "--json"],
        cwd=world.folder,
        env=passed_on() | dict(settings),
        capture_output=True,
        check=True,
    )
    lines = orjson.loads(shown.stdout)
    return sum((Decimal(line["settled_usd"]) + Decimal(line["reserved_usd"]) for line in lines), Decimal(0))


def _exactly(what: str, measured: Decimal, wanted: str) -> Figure:
    """A figure that should be `wanted`, to the tenth of a thousandth."""
    is_so = abs(measured - Decimal(wanted)) < _TO
    return Figure(what, f"{measured:.4f}", f"{Decimal(wanted):.4f}", 1.0 if is_so else 0.0)
