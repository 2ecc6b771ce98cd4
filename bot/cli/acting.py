"""`tweetserve act …`: carries a colleague's act to the desk and says what was done."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from sqlalchemy.engine import Connection

from bot.app import build_client, build_deciding
from bot.cli.opened import Opened, opened
from bot.cli.printing import clean, put
from bot.cli.served_x import x_access
from bot.cli.showing.command_list import load_commands
from bot.desk import (
    command_acts,
    lost_time_acts,
    mention_acts,
    person_acts,
    sending_acts,
    ticket_acts,
)
from bot.desk.acts import Act, Desk
from bot.errors import OperatorError
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.serving.shared import share
from bot.x.client import USERNAME
from bot.x.outcomes import Later, Refused, RefusedWhy
from bot.x.price_list import Item
from bot.x.wire import XUser
from commands.registry import Loaded
from storage import people
from storage.states import Channel


def act_on_mention(given: str, do: str, text: str, *, public: bool | None, by: str) -> None:
    """Raises: what `opened` raises; OperatorError where the act cannot be done."""
    _only_with("reply", do, text, public)
    who, channel = name_of(by), _channel(public)
    _do(
        {
            "reply": lambda desk: mention_acts.reply_to(desk, given, text, by=who, channel=channel),
            "ticket": lambda desk: mention_acts.ticket_for(desk, given, by=who),
            "retry": lambda desk: mention_acts.retry(desk, given, by=who),
            "skip": lambda desk: mention_acts.skip(desk, given, by=who),
        }[do]
    )


def act_on_ticket(reference: str, do: str, text: str, *, public: bool | None, by: str) -> None:
    """Raises: as `act_on_mention`."""
    _only_with("reply", do, "" if do == "assign" else text, public)
    who, channel = name_of(by), _channel(public)
    _do(
        {
            "reply": lambda desk: ticket_acts.reply_on_ticket(desk, reference, text, by=who, channel=channel),
            "close": lambda desk: ticket_acts.close_ticket(desk, reference, by=who),
            "assign": lambda desk: ticket_acts.assign_ticket(desk, reference, text, by=who),
        }[do]
    )


def act_on_delivery(delivery_id: int, do: str, x_id: str, *, by: str) -> None:
    """Raises: as `act_on_mention`."""
    _only_with("sent", do, x_id)
    who = name_of(by)
    _do(
        {
            "sent": lambda desk: sending_acts.mark_sent(desk, delivery_id, x_id, by=who),
            "retry": lambda desk: sending_acts.retry(desk, delivery_id, by=who),
            "drop": lambda desk: sending_acts.drop(desk, delivery_id, by=who),
        }[do]
    )


def act_on_handover(handover_id: int, do: str, text: str, *, public: bool | None, by: str) -> None:
    """Raises: as `act_on_mention`."""
    _only_with("reply", do, text, public)
    who, channel = name_of(by), _channel(public)

    def reply(desk: Desk) -> Act:
        return ticket_acts.reply_in_handover(desk, handover_id, text, by=who, channel=channel)

    _do(
        {
            "reply": reply,
            "release": lambda desk: ticket_acts.release_handover(desk, handover_id, by=who),
        }[do]
    )


def act_on_person(person: str, do: str, customer: str, *, proof: str, by: str) -> None:
    """X is asked who somebody is whose name was never looked up. Raises: as `act_on_mention`."""
    _only_with("link", do, customer + proof)
    if do == "link" and not customer:
        raise typer.BadParameter('name the customer: act person @ben link C1002 --proof "…"')
    who = name_of(by)
    acts: dict[str, Callable[[Desk], Act]] = {
        "block": lambda desk: person_acts.block(desk, person, by=who),
        "unblock": lambda desk: person_acts.unblock(desk, person, by=who),
        "link": lambda desk: person_acts.link(desk, person, customer, proof=proof, by=who),
        "unlink": lambda desk: person_acts.unlink(desk, person, by=who),
    }
    _do(acts[do], person=person)


def act_on_lost_time(do: str, *, by: str) -> None:
    """Raises: as `act_on_mention`."""
    who = name_of(by)
    _do({"end": lambda desk: lost_time_acts.end_lost_time(desk, by=who)}[do])


def act_on_sending(do: str, *, by: str) -> None:
    """Raises: as `act_on_mention`."""
    who = name_of(by)
    _do(
        {
            "pause": lambda desk: sending_acts.pause(desk, by=who),
            "resume": lambda desk: sending_acts.resume(desk, by=who),
        }[do]
    )


def act_on_command(name: str, do: str, *, by: str) -> None:
    """Raises: as `act_on_mention`."""
    who, command = name_of(by), name.removeprefix("#")
    with at_the_desk() as (at, desk, _):
        known = frozenset(load_commands(at.settings).commands)
        act = command_acts.switch_on if do == "on" else command_acts.switch_off
        put(clean(act(desk, command, known=known, by=who).sentence))


def _do(act: Callable[[Desk], Act], *, person: str = "") -> None:
    with at_the_desk() as (at, desk, _):
        if person and not person.isdecimal():
            _learn_who(at, person.removeprefix("@"))
        put(clean(act(desk).sentence))


@contextmanager
def at_the_desk() -> Iterator[tuple[Opened, Desk, Loaded]]:
    """The database, the desk, and the commands in force. Raises: what `opened` raises."""
    set_up_logs("error", sys.stderr)
    with opened() as at:
        made = build_deciding(at.settings, at.database, at.brand, at.clock, Metrics())
        yield (
            at,
            Desk(made.house, made.policy, made.sentences, made.marks, at.clock, sending=at.settings.sending),
            made.registry.current,
        )


def _learn_who(at: Opened, username: str) -> None:
    """Asks X whose name this is, unless it is known: mentions carry their authors' ids alone."""
    if at.database.read(lambda c: people.by_username(c, at.brand_id, username)) is not None:
        return

    def keep(connection: Connection, user: XUser) -> None:
        people.see(connection, at.brand_id, [user.id], at.now())
        people.name(connection, at.brand_id, {user.id: user.username})

    client = build_client(at.settings, x_access(at.settings), at.clock)
    try:
        reads = share(at.settings, at.database, at.brand, client, at.clock, Metrics()).reads
        reading = reads.read(
            USERNAME,
            Item.USER_READ,
            lambda _: client.user_by_username(username),
            keep,
            ids=lambda user: [user.id],
        )
    finally:
        client.close()
    if reading.data is None and not _is_nobody(reading.outcome):
        said = reading.outcome.why.gloss if isinstance(reading.outcome, Later | Refused) else "budget used up"
        raise OperatorError(
            "person-not-asked",
            f"@{username} is not known here, and X could not be asked who that is: {said}.",
            "Nobody is affected.",
            "Nothing was done.",
            "Type: tweetserve doctor   (or give the person's id instead of the name)",
        )


def _is_nobody(outcome: object) -> bool:
    return isinstance(outcome, Refused) and outcome.why is RefusedWhy.NOT_FOUND


def _only_with(verb: str, do: str, given: str, public: bool | None = None) -> None:
    if do != verb and (given or public is not None):
        raise typer.BadParameter(f"{do} takes nothing more than --by; only {verb} does")


def _channel(public: bool | None) -> Channel | None:
    if public is None:
        return None
    return Channel.PUBLIC if public else Channel.PRIVATE


def name_of(by: str) -> str:
    """Who acts: the name given, or else the login."""
    if by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user often has no name
        raise typer.BadParameter("say who acts: --by NAME") from None
