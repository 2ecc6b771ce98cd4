"""What `doctor` looks at on this side: settings, database, daemon, accounts, commands, polls, alarms."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial

import requests

from bot.app import HOW_TOS
from bot.backends.embedded import EmbeddedAccounts
from bot.cli.checkup.doctor_findings import Finding, from_error
from bot.cli.opened import Opened, clock_of, database_exists, never_started, open_database, shown_database
from bot.cli.printing import lasting, local
from bot.cli.showing.command_list import load_commands
from bot.cli.showing.state_page import sending as sending_word
from bot.cli.troubles import operator_error
from bot.flow.outgoing.send_alarms import SendAlarm
from bot.jobs.burning import CommandAlarm
from bot.jobs.probe.probe_alarms import ProbeAlarm
from bot.jobs.probe.probe_price import month_of_probes
from bot.jobs.watch.watch_alarms import WatchAlarm
from bot.settings import Settings
from bot.settings_check import unknown_names
from bot.x.price_list import load_prices
from bot.x.x_alarms import XAlarm
from commands.loading.guides import read_guides
from storage import schema
from storage.database import Database, StorageTrouble
from storage.schema import SchemaTrouble
from storage.upkeep import alarms as alarm_rows
from storage.upkeep import brand, cursors, notices
from storage.watching import probes

ENOUGH_FREE_BYTES = 500_000_000
_DAEMON_SECONDS = 2.0


def settings(chosen: Settings) -> Iterator[Finding]:
    """That they could be read, what they come to, and the names in .env that mean nothing."""
    served = (
        f"the real X at {chosen.x_base_url}" if chosen.with_keys else "the sandbox, as there are no X keys"
    )
    yield Finding("settings", True, served)
    for sentence in unknown_names():
        yield Finding("settings", False, sentence, "Mend or remove the line in .env.")


@contextmanager
def database(chosen: Settings) -> Iterator[tuple[list[Finding], Opened | None]]:
    """What is to be said of the database; and the database itself while it can be worked with."""
    with ExitStack() as opened:
        if not database_exists(chosen):
            yield [from_error("database", never_started(chosen))], None
            return
        try:
            found = opened.enter_context(open_database(chosen))
            schema.check(found)
            row = found.read(brand.only)
            found.write(lambda _: None)  # takes the write lock: a file that takes no writes says so here
        except (StorageTrouble, SchemaTrouble) as trouble:
            error = operator_error(trouble)
            assert error is not None
            yield [from_error("database", error)], None
            return
        findings = [Finding("database", True, f"{shown_database(chosen)}, schema {schema.HEAD}")]
        findings += _disk(found)
        if row is None:
            findings.append(from_error("database", never_started(chosen)))
            yield findings, None
            return
        yield findings, Opened(chosen, found, row, clock_of(row))


def _disk(found: Database) -> list[Finding]:
    if found.path is None:
        return []
    free = shutil.disk_usage(found.path.parent).free
    shown = f"{free / 1_000_000_000:.1f} GB free beside the database"
    return [Finding("disk", free >= ENOUGH_FREE_BYTES, shown, "Free some space on that disk.")]


def daemon(chosen: Settings) -> Finding:
    """Whether a daemon answers on DAEMON_PORT, and whether it is ready."""
    if chosen.daemon_port == 0:
        return Finding("daemon", None, "DAEMON_PORT is 0, so nobody knows where it listens")
    host = f"[{chosen.listen}]" if ":" in chosen.listen else chosen.listen
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"http://{host}:{chosen.daemon_port}/readyz", timeout=_DAEMON_SECONDS)
    except requests.RequestException:
        where = f"{chosen.listen}:{chosen.daemon_port}"
        return Finding(
            "daemon", False, f"it does not run: nothing answers on {where}", "Type: tweetserve run"
        )
    said = answer.text.strip()[:200]
    if answer.status_code == requests.codes.ok:
        return Finding("daemon", True, said)
    return Finding("daemon", False, f"it runs and is not ready: {said}", "Type: tweetserve show state")


def accounts(at: Opened) -> Finding:
    """Whether there are customers to look up."""
    known = EmbeddedAccounts(at.database, at.brand_id).customers_known()
    if known:
        return Finding("accounts", True, f"{known} customers")
    return Finding(
        "accounts",
        False,
        "there are none, so #charges, #data and #text are off",
        "Type: tweetserve accounts import FOLDER",
    )


def commands(chosen: Settings) -> Iterator[Finding]:
    """Whether every command's files can be used, and which how-tos are no longer served."""
    loaded = load_commands(chosen)
    wrong = [problem for problem in loaded.problems if not problem.warning]
    if not wrong:
        yield Finding("commands", True, f"{len(loaded.commands)} loaded without fault")
    for problem in wrong:
        yield Finding("commands", False, f"{problem.place}: {problem.what} [{problem.code}]", problem.you_can)
    guides = read_guides((HOW_TOS, chosen.commands_folder / "android"))
    today = clock_of(None).now().date()
    old = [guide.topic for guide in guides.to_renew(today, timedelta(0))]
    if old:
        yield Finding(
            "how-tos",
            False,
            f"no longer served, because nobody renewed them: {', '.join(old)}",
            "Read them again and move the day behind 'renew by:'.",
        )
    for mistake in guides.problems:
        yield Finding("how-tos", False, mistake, "Mend that file.")


def polls(at: Opened, *, is_serving: bool) -> Iterator[Finding]:
    """When X was last read completely. Without a daemon an old poll is no news."""
    late = {
        "mentions": max(5 * at.settings.mentions_poll, timedelta(minutes=1)),
        "messages": max(3 * at.settings.dm_poll_idle, timedelta(minutes=5)),
    }
    now = at.now()
    for feed, longest in late.items():
        read_at = at.database.read(partial(cursors.find, brand_id=at.brand_id, feed=feed)).read_at
        found = "never" if read_at is None else local(read_at, now)
        fresh = read_at is not None and now - read_at <= longest
        ok = fresh if fresh or is_serving else None
        yield Finding(f"last poll of {feed}", ok, found, "Type: tweetserve show state")


def alarms(at: Opened) -> Iterator[Finding]:
    """Each alarm that stands, with its next step."""
    rows = at.database.read(lambda c: alarm_rows.standing(c, at.brand_id))
    if not rows:
        yield Finding("alarms", True, "none")
    for row in rows:
        since = local(row.since_at, at.now())
        detail = f": {row.detail}" if row.detail else ""
        yield Finding("alarm", False, f"{row.code} since {since}{detail}", _next_step(row.code))


def _next_step(code: str) -> str:
    for family in (XAlarm, SendAlarm, WatchAlarm, ProbeAlarm, CommandAlarm):
        for known in family:
            if known.value == code:
                return known.sentences.next_step
    return f"Read docs/operate.md under {code}."


def sending(at: Opened) -> Finding:
    """Whether answers leave."""
    word = sending_word(at.settings, paused=at.brand.sending_paused_at is not None)
    if word == "paused":
        by = at.brand.sending_paused_by
        return Finding("sending", False, f"paused by {by}", "Type: tweetserve act sending resume")
    if word == "off":
        return Finding("sending", True, "off by SENDING: everything is decided and shown, nothing is sent")
    only = at.settings.only_accounts
    return Finding("sending", True, "on" + (f", only to {', '.join(only)}" if only else ""))


def probe(chosen: Settings, at: Opened | None) -> Finding:
    """Whether the bot asks itself, what that costs at most, and how the last question ended."""
    if not chosen.probe_every:
        month = month_of_probes(load_prices(), timedelta(hours=1))
        return Finding("probe", None, f"off; once an hour it would cost {month}")
    costs = f"every {lasting(chosen.probe_every)}, up to {month_of_probes(load_prices(), chosen.probe_every)}"
    last = at.database.read(lambda c: probes.newest(c, at.brand_id)) if at else []
    if not last or at is None or last[0].is_open:
        return Finding("probe", True, costs)
    (row,) = last
    asked = local(row.asked_at, at.now())
    if row.seconds is not None:
        return Finding("probe", True, f"{costs}; the last was answered after {row.seconds:.1f} s, at {asked}")
    found = f"{costs}; the last one, at {asked}, was {row.state}: {row.detail}"
    return Finding("probe", False, found, "Look at the question of the probe's account on X.")


def people(chosen: Settings, at: Opened | None) -> Iterator[Finding]:
    """Whether somebody is rung when a person is needed."""
    urls: Sequence[str] = chosen.people_urls
    if not urls:
        ok = False if chosen.with_keys else None
        yield Finding(
            "people",
            ok,
            "PEOPLE_URLS is empty: nobody is rung",
            "Set PEOPLE_URLS in .env, for example to mail.",
        )
        return
    yield Finding("people", True, f"{len(urls)} {'address' if len(urls) == 1 else 'addresses'}")
    failed = at.database.read(lambda c: notices.failures(c, at.brand_id)) if at else 0
    if failed:
        yield Finding(
            "people", False, f"{failed} notices reached nobody", "Check PEOPLE_URLS; see what waits: "
            "tweetserve show handovers",
        )  # fmt: skip
