"""What `tweetserve run` does: finds its X, opens its database, and serves until it is asked to stop.

Without keys the X is a sandbox beside it, and the database is filled with the demo company.
"""

import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path

import structlog

from bot.app import (
    Access,
    build_client,
    build_deciding,
    keys_of,
    load_demo_company,
    open_database,
    settle_brand,
    watch_commands,
)
from bot.cli.sandbox_process import AdoptedSandbox, SandboxProcess, sandbox_access
from bot.cli.starting.standing_by import StandBy
from bot.clock import SystemClock
from bot.errors import ExitCode, OperatorError
from bot.health import HealthServer
from bot.jobs.command_watch import EVERY as LOOK_FOR_COMMANDS
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.serving.shared import learn_pilot_names, share
from bot.serving.whole import build_serving
from bot.settings import Settings
from bot.settings_check import unknown_names
from storage.database import Database
from storage.engine.owner_lock import OwnerLock
from storage.upkeep import brand


def run_daemon(settings: Settings, *, only_work: bool = False) -> int:
    """Serves until SIGTERM or SIGINT; the exit code. Raises what `bot.cli.troubles` puts into words.

    `only_work`: decides and sends beside daemons that look at X; on PostgreSQL only.
    """
    if only_work and settings.sqlite_file is not None:
        raise _one_machine_only(settings.sqlite_file)
    ended = _serve(settings, only_work)
    if ended.starts_again:
        _start_again(ended.environment)
    _leave_what_hangs(ended.code)
    return ended.code


@dataclass(frozen=True, slots=True)
class Ended:
    """How serving ended: with this code, or to start again with this added to the environment."""

    code: int
    starts_again: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def _start_again(environment: Mapping[str, str]) -> None:
    """Begins this very command anew in this very process: threads that cannot be ended end with the program.

    Whoever supervises the process sees it go on, under the same number.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, **environment})  # noqa: S606  # what was started before


def _leave_what_hangs(code: int) -> None:
    """Ends the process at once when some thread still runs; all that is ours is closed by now.

    Python waits for the threads of every pool when it exits, also for those of libraries: Apprise rings from
    a pool of its own, and an address that never answers would keep the daemon alive.
    """
    hanging = [one.name for one in threading.enumerate() if one is not threading.main_thread()]
    if hanging:
        structlog.get_logger().info("left behind", threads=hanging)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _share_memory_between_threads() -> None:
    """Lets the C library keep two pools of memory and not eight for each core.

    With some thirty threads that work in turns, each pool would hold its own peak for good.
    Source: mallopt(3), M_ARENA_MAX, of the GNU C library; another library is left as it is.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


_M_ARENA_MAX = -8


def _serve(settings: Settings, only_work: bool) -> Ended:
    _share_memory_between_threads()
    set_up_logs(settings.log_level, for_good=True)
    for sentence in unknown_names():
        _tell(sentence)
    with ExitStack() as open_things:
        metrics = Metrics()
        health = _health(settings, metrics, open_things)
        turn = _wait_for_our_turn(settings, health, open_things)
        if turn is _Turn.NEVER:
            return Ended(ExitCode.DONE)
        database = open_things.enter_context(
            open_database(settings, group_commit=True, migrate=True, progress=_tell_step)
        )
        sandbox = None if only_work else _sandbox(settings, open_things, turn)
        access = keys_of(settings) if settings.with_keys else _sandbox_access(settings, sandbox)
        clock = SystemClock(_remembered_offset(database))
        client = build_client(settings, access, clock, metrics)
        open_things.callback(client.close)
        if settings.with_keys:
            _tell(f"Asking X at {access.base_url} whose keys these are ...")
        row = settle_brand(database, access, client, clock)
        if access.is_demo:
            load_demo_company(database, row, clock.now())
        deciding = build_deciding(settings, database, row, clock, metrics)
        open_things.callback(deciding.invoker.close)
        shared = share(settings, database, row, client, clock, metrics)
        for username in learn_pilot_names(shared):
            _tell(f"ONLY_ACCOUNTS: X did not tell who @{username} is; until it does, they are not answered.")
        serving = build_serving(shared, deciding)
        watch = watch_commands(settings, deciding.registry)
        serving.scheduler.run_every(LOOK_FOR_COMMANDS, "commands", watch.run)
        gc.collect()
        gc.freeze()  # what stands now stays, and need not be looked through by each garbage collection
        daemon = serving.as_daemon(health, only_work=only_work)
        serves = f"Serving @{row.username} on {access.base_url}. Ctrl-C stops."
        code = daemon.run(lambda: _tell(serves))
        if not daemon.starts_again:
            return Ended(code)
        return Ended(code, starts_again=True, environment=sandbox.leave_running() if sandbox else {})


def _one_machine_only(path: Path) -> OperatorError:
    return OperatorError(
        code="only-work-needs-postgresql",
        what=f"The database is the SQLite file {path}, which one daemon owns.",
        who="Nobody is affected: whatever daemon runs goes on serving.",
        now="No worker is started.",
        next_step="Set DATABASE_URL to the PostgreSQL database that all machines share, or start another "
        "daemon to stand by: tweetserve run",
        exit_code=ExitCode.WRONG_USAGE,
    )


class _Turn(Enum):
    """When this process may serve its database."""

    AT_ONCE = "nobody else serves it, or several may"
    AFTER_ANOTHER = "another one did until now"
    NEVER = "this one was asked to stop before"


def _wait_for_our_turn(settings: Settings, health: HealthServer, open_things: ExitStack) -> _Turn:
    """An SQLite file belongs to one process until that ends; a PostgreSQL database to all that serve it."""
    path = settings.sqlite_file
    if path is None:
        return _Turn.AT_ONCE
    lock = OwnerLock(path.resolve())  # the same for every name that the file has
    open_things.callback(lock.give_up)
    stand_by = StandBy(lock, tell=_tell)
    health.ask(stand_by.why_not_ready)
    if not stand_by.wait():
        return _Turn.NEVER
    return _Turn.AFTER_ANOTHER if stand_by.has_waited else _Turn.AT_ONCE


def _health(settings: Settings, metrics: Metrics, open_things: ExitStack) -> HealthServer:
    """The daemon's own address, served before anything is begun that a taken port would end again."""
    health = HealthServer(settings.listen, settings.daemon_port, metrics)
    open_things.callback(health.close)
    health.start()
    return health


def _sandbox(
    settings: Settings, open_things: ExitStack, turn: _Turn
) -> SandboxProcess | AdoptedSandbox | None:
    """A sandbox that ends with this process: the one that is here since before a new start, or a new one.

    None where the real X is served, or a sandbox that runs already.
    """
    if settings.with_keys or settings.sandbox_url is not None:
        return None
    _tell("No X keys in .env: serving a sandbox, a local X with the demo company BrightTel.")
    patience_seconds = OTHERS_SANDBOX_ENDS_IN if turn is _Turn.AFTER_ANOTHER else 0.0
    sandbox = AdoptedSandbox.find() or _sandbox_process(settings, patience_seconds)
    open_things.callback(sandbox.stop)
    return sandbox


def _sandbox_access(settings: Settings, sandbox: SandboxProcess | AdoptedSandbox | None) -> Access:
    """Access to the sandbox of this process, or to the one that runs already: where SANDBOX_URL says, or, for
    a mere worker, beside the daemon.
    """
    beside_the_daemon = f"http://{settings.listen}:{settings.sandbox_port}"
    url = sandbox.base_url if sandbox else settings.sandbox_url or beside_the_daemon
    found = sandbox_access(url)
    _tell(_PROFILES.get(found.profile, ""))
    _tell(f"Timeline page: {found.base_url}/")
    return Access(found.base_url, found.keys, found.world_id)


def _sandbox_process(settings: Settings, patience_seconds: float) -> SandboxProcess:
    """A sandbox beside this daemon. The one beside the daemon before may still hold its port and its world
    for a moment.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return SandboxProcess(
                host=settings.listen,
                port=settings.sandbox_port,
                profile=settings.sandbox_profile,
                world=settings.world_file,
            )
        except OperatorError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(AGAIN_AFTER_SECONDS)


OTHERS_SANDBOX_ENDS_IN = 10.0  # seconds; it lets its last answers out for five
AGAIN_AFTER_SECONDS = 0.5

_PROFILES = {
    "demo": "Rate limits are X's own, save that 180 messages may be read in 15 minutes (X: 15).",
    "x": "Rate limits are X's own: messages are read at most 15 times in 15 minutes.",
    "bench": "There are no rate limits and no refusal of duplicates.",
}


def _remembered_offset(database: Database) -> timedelta:
    row = database.read(brand.only)
    return timedelta(milliseconds=row.x_offset_ms if row else 0)


def _tell_step(step: str) -> None:
    _tell(f"Preparing the database: {step} ...")


def _tell(sentence: str) -> None:
    if sentence:
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()
