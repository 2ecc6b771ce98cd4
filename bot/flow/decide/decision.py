"""A decision: everything that follows from one mention, as data. enqueue.py writes it in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.flow.decide.incoming import FoundAnswer
from storage.states import Channel, PendingKind, Purpose, Reason

# Priorities of mentions and deliveries, the smaller first: urgent words, whoever has a person in charge,
# linking an account, all else, what can wait for ever.
URGENT, SOON, LINKING, USUAL, IDLE = 0, 3, 4, 5, 9


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One text to send. `instead` is the next best way if X refuses it; see answering.py."""

    channel: Channel
    purpose: Purpose
    text: str = field(repr=False)
    mark: str = ""
    reply_to_id: str | None = None
    command: str = ""  # the commands it answers, parted by spaces
    priority: int = USUAL
    despite_stop: bool = False
    carries_privacy: bool = False  # the privacy link stands in it
    instead: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to open under a reference the person is told in this very answer."""

    reference: str
    command: str
    due_at: datetime | None
    urgent: bool = False
    is_fault: bool = False  # opened because something failed here, not because the person asked


@dataclass(frozen=True, slots=True)
class NewHandover:
    """The person goes to a colleague."""

    reason: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class NewPending:
    """What is awaited from the person; `reference` names the ticket whose details are asked."""

    kind: PendingKind
    expires_at: datetime
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes on a person's row; a field that is False changes nothing."""

    stop: bool = False
    start: bool = False
    consent_to_messages: bool = False  # they wrote us a message
    help_line: bool = False  # they were sent the help line
    told_too_many: bool = False
    takes_messages: bool = False  # they wrote one, so an earlier refusal is over
    speaks: str = ""  # the language X names for what they wrote, where it is another than we know

    def changes(self) -> bool:
        return self != PersonChange()


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from one mention. Nothing in it happens before it is committed."""

    mention_id: int
    x_id: str
    person_id: str
    reason: Reason
    posted_at: datetime | None = None  # when the person wrote it
    is_message: bool = False
    commands: tuple[str, ...] = ()
    deliveries: tuple[NewDelivery, ...] = ()
    tickets: tuple[NewTicket, ...] = ()
    added_to: tuple[str, ...] = ()  # references of tickets this mention belongs to from now on
    acknowledged: str | None = None  # the ticket whose follow-up is acknowledged in this answer
    handover: NewHandover | None = None
    kept_with: int | None = None  # the open hand-over it belongs to
    releases: int | None = None  # a hand-over whose time is over
    pendings: tuple[NewPending, ...] = ()
    used_pendings: tuple[int, ...] = ()
    person: PersonChange = PersonChange()
    withdraws: tuple[int, ...] = ()  # mentions whose unsent deliveries give way to this answer
    urgent: bool = False  # goes first, and people are rung
    resumes: int | None = None  # the mention whose request this message brings to an end
    crashes: tuple[str, ...] = ()  # commands that failed
    parked: bool = False  # it is set aside until a person decides
    adopted: tuple[FoundAnswer, ...] = ()  # what X shows in place of each delivery: nothing is sent
    incidents: tuple[int, ...] = ()  # whose texts stand in the answer
    hangs: tuple[tuple[str, int], ...] = ()  # references of tickets, each with the incident it hangs under
    follows: tuple[int, ...] = ()  # incidents of whose end the person wants to be told
    lang: str = ""  # of the answer
    counts: tuple[str, ...] = ()  # what it counts as asking for or reporting: "#broken", "no signal"

    @property
    def says_nothing(self) -> bool:
        return not self.deliveries
