"""What a decision tells: the lines of the journal, and the rings at the people who answer. Pure.

Neither holds what a customer wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.flow.decide.decision import Decision
from storage.journal import Entry
from storage.states import ConsentKind

WROTE_US = "wrote us a message"
ASKED_TO_BE_TOLD = "sent #tellme"


@dataclass(frozen=True, slots=True)
class Made:
    """The rows a transaction has made: tickets by reference, hand-overs and deliveries by mention."""

    tickets: Mapping[str, int]
    handovers: Mapping[int, int]
    deliveries: Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Ring:
    """One call for people; `about` makes it ring once."""

    about: str
    title: str
    text: str


def rings(decision: Decision, made: Made, web: str) -> list[Ring]:
    """People are called for each hand-over, each urgent ticket and each fault, and told where to look."""
    found = []
    link = post_link(web, decision)
    handover = decision.handover
    if handover is not None:
        about = f"handover:{made.handovers[decision.mention_id]}"
        if handover.urgent and decision.kept_with is not None:
            about += ":urgent"  # it stands already: urgent words in it ring once more
        who = "Urgent: somebody" if handover.urgent else "Somebody"
        found.append(Ring(about, f"{who} waits for a person", f"{handover.reason}\n{link}"))
    for ticket in decision.tickets:
        if ticket.urgent or ticket.is_fault:
            why = f"#{ticket.command} failed" if ticket.is_fault else f"urgent, #{ticket.command}"
            why = "a mention could not be handled" if decision.parked else why
            about = f"ticket:{made.tickets[ticket.reference]}"
            found.append(Ring(about, f"Ticket {ticket.reference}: {why}", link))
    return found


class Written(Protocol):
    """Something a person wrote, by its ids."""

    @property
    def x_id(self) -> str: ...
    @property
    def person_id(self) -> str: ...
    @property
    def is_message(self) -> bool: ...


def post_link(web: str, written: Written) -> str:
    """Where a colleague finds the post, or whoever wrote the message."""
    if written.is_message:
        return f"{web}/i/user/{written.person_id}"
    return f"{web}/i/web/status/{written.x_id}"


def story(decision: Decision, made: Made) -> list[Entry]:
    """What the journal says about a decision, in order."""
    return [
        _decided(decision, made),
        *_tickets(decision),
        *_incidents(decision),
        *_person(decision),
        *_handed_over(decision, made),
    ]


def _decided(decision: Decision, made: Made) -> Entry:
    detail: dict[str, Any] = {"reason": decision.reason.value}
    if decision.commands:
        detail["commands"] = list(decision.commands)
    if decision.mention_id in made.deliveries:
        detail["deliveries"] = list(made.deliveries[decision.mention_id])
    if decision.resumes is not None:
        detail["resumes"] = decision.resumes
    if decision.incidents:
        detail["incidents"] = list(decision.incidents)
    if decision.crashes:
        detail["failed"] = list(decision.crashes)
    what = "parked" if decision.parked else "decided"
    return Entry(what, decision.mention_id, f"person:{decision.person_id}", detail)


def _tickets(decision: Decision) -> list[Entry]:
    opened = [
        Entry("ticket opened", decision.mention_id, f"ticket:{one.reference}") for one in decision.tickets
    ]
    added = [Entry("added to ticket", decision.mention_id, f"ticket:{one}") for one in decision.added_to]
    return [*opened, *added]


def _incidents(decision: Decision) -> list[Entry]:
    hung = [
        Entry("ticket under incident", decision.mention_id, f"ticket:{reference}", {"incident": incident_id})
        for reference, incident_id in decision.hangs
    ]
    followed = [
        Entry("wants to be told", decision.mention_id, f"incident:{one}", {"person": decision.person_id})
        for one in decision.follows
    ]
    return [*hung, *followed]


def _handed_over(decision: Decision, made: Made) -> list[Entry]:
    if decision.handover is None:
        return []
    subject = f"handover:{made.handovers[decision.mention_id]}"
    return [Entry("handed over", decision.mention_id, subject, {"why": decision.handover.reason})]


def _person(decision: Decision) -> list[Entry]:
    subject = f"person:{decision.person_id}"
    found = []
    if decision.person.stop:
        found.append(Entry("stopped by the person", decision.mention_id, subject))
    if decision.person.start:
        found.append(Entry("started by the person", decision.mention_id, subject))
    if decision.person.consent_to_messages:
        detail = {"kind": ConsentKind.DM.value, "how": WROTE_US}
        found.append(Entry("consent given", decision.mention_id, subject, detail))
    if decision.follows:
        detail = {"kind": ConsentKind.PROGRESS.value, "how": ASKED_TO_BE_TOLD}
        found.append(Entry("consent given", decision.mention_id, subject, detail))
    return found
