"""`tweetserve say`: what would be answered, where, how long it is and what it costs. Nothing is sent.

Before the first start, and only without keys, the demo company is loaded into a database that is thrown away
afterwards, so that a newcomer sees answers at once.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from bot.app import build_deciding, load_demo_company
from bot.backends.demo_company import demo_people
from bot.cli.opened import Opened, clock_of, database_exists, never_started, open_database
from bot.cli.printing import clean, put, put_json, say
from bot.flow.decide.decision import Decision
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.preview import STRANGER, Preview, Previewer
from bot.settings import Settings
from bot.settings_check import load_settings
from bot.x.price_list import load_prices
from commands.plan import PUBLIC_WEIGHT
from storage import people, schema
from storage.database import Database
from storage.states import Channel, Reason
from storage.stories import in_json
from storage.upkeep import brand

# The demo's brand, as every new world of the sandbox has it; see sandbox/people.yaml.
DEMO_BRAND_ID, DEMO_BRAND = "2000000000000000001", "BrightTel"


def rehearse(text: str, *, username: str, is_message: bool, as_json: bool) -> None:
    """Shows what would be answered to this text.

    Raises: WrongSettings, StorageTrouble, SchemaTrouble; OperatorError with keys before the first start;
    BadParameter for a text without words.
    """
    if not text.strip():
        raise typer.BadParameter("say what the person writes, in quotes")
    set_up_logs("error", sys.stderr)  # to stderr: what a command of the brand's own failed with
    with _stage(load_settings()) as at:
        person_id = _person(at, username)
        deciding = build_deciding(at.settings, at.database, at.brand, at.clock, Metrics())
        previewer = Previewer(
            deciding.decider, load_prices(), brand_id=at.brand_id, brand_username=at.brand.username
        )
        preview = previewer.say(text, person_id=person_id, as_message=is_message, now=at.now())
        if preview.decision.reason is Reason.NOT_ADDRESSED:
            say(
                f"X shows us only posts that name @{at.brand.username}: name it, or ask by message with --dm."
            )
    if as_json:
        put_json([_as_json(preview)])
    else:
        _tell(preview)


@contextmanager
def _stage(settings: Settings) -> Iterator[Opened]:
    if database_exists(settings):
        with open_database(settings) as database:
            schema.check(database)
            row = database.read(brand.only)
            if row is not None:
                yield Opened(settings, database, row, clock_of(row))
                return
    if settings.with_keys:
        raise never_started(settings)
    say("Not started yet: this is what the demo company BrightTel would answer.")
    with (
        tempfile.TemporaryDirectory(prefix="tweetserve-") as folder,
        Database(f"sqlite:///{Path(folder) / 'demo.db'}", pool_size=2) as database,
    ):
        yield _demo(settings, database)


def _demo(settings: Settings, database: Database) -> Opened:
    schema.migrate(database)
    clock = clock_of(None)
    now = clock.now()
    row = database.write(
        lambda c: brand.settle_in(
            c,
            brand_id=DEMO_BRAND_ID,
            username=DEMO_BRAND,
            name=DEMO_BRAND,
            serves=brand.sandbox_x("none yet"),
            now=now,
        )
    )
    load_demo_company(database, row, now)
    return Opened(settings, database, row, clock)


def _person(at: Opened, username: str) -> str:
    if not username:
        return STRANGER
    name = username.removeprefix("@")
    found = at.database.read(lambda c: people.by_username(c, at.brand_id, name))
    if found is not None:
        return found.x_id
    if name.isdecimal():
        return name
    of_demo = {} if at.settings.with_keys else {one.username.casefold(): one.id for one in demo_people()}
    if name.casefold() not in of_demo:
        say(clean(f"@{name} has never written to us: answered as a stranger."))
    return of_demo.get(name.casefold(), STRANGER)


def _as_json(preview: Preview) -> dict[str, Any]:
    decision = preview.decision
    return {
        "reason": decision.reason.value,
        "commands": list(decision.commands),
        "answers": [
            {
                "channel": draft.channel.value,
                "text": draft.text,
                "weight": draft.weight,
                "usd": format(draft.usd.normalize(), "f"),
            }
            for draft in preview.drafts
        ],
        "tickets": [
            {"reference": one.reference, "command": one.command, "due_at": in_json(one.due_at)}
            for one in decision.tickets
        ],
        "handover": decision.handover.reason if decision.handover else None,
        "usd": format(preview.usd.normalize(), "f"),
    }


def _tell(preview: Preview) -> None:
    decision = preview.decision
    for draft in preview.drafts:
        if draft.channel is Channel.PUBLIC:
            put(f"public reply, weight {draft.weight} of {PUBLIC_WEIGHT}, {draft.usd:f} USD")
        else:
            put(f"direct message, {draft.weight} characters, {draft.usd:f} USD")
        for line in draft.text.splitlines():
            put(f"  | {clean(line)}")
    if not preview.drafts:
        put("nothing is answered")
    for line in _effects(decision):
        put(line)
    put(f"why: {decision.reason.value}, {decision.reason.gloss}")
    put(f"price: {preview.usd:f} USD, {preview.read_usd:f} of it for reading")


def _effects(decision: Decision) -> list[str]:
    lines = [
        f"opens a ticket like {one.reference}"
        + (f", due {one.due_at.astimezone():%a %d %b %H:%M}" if one.due_at else "")
        for one in decision.tickets
    ]
    lines += [f"adds to ticket {reference}" for reference in decision.added_to]
    if decision.handover is not None:
        lines.append(f"hands over to a person: {decision.handover.reason}")
    if decision.pendings:
        lines.append("waits for a direct message of this person")
    if decision.person.stop:
        lines.append("writes to this person no more")
    if decision.person.start:
        lines.append("may write to this person again")
    lines += [f"#{command} failed: see the log above" for command in decision.crashes]
    return lines
