"""What a command is, what it is asked, and what it may ask in turn. Authors import from here.

A command is a plain function `(request, context) -> Plan` under the decorator `command`, in a file of its
own; the file's name is the command's id. Its words stand beside it in a Markdown file of the same name.

    @command("data", "allowance", risk=Risk.READ, needs_link=True,
             examples=[Example("@BrightTel #data", as_="ana", private_contains="GB")])
    def data(request: Request, context: Context) -> Plan:
        return Plan(private=context.words.private("answer", left=...))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from commands.accounts import Account, Catalogue
from commands.hours import Opening
from commands.plan import (
    AddToTicket,
    AskPrivately,
    Change,
    HandOver,
    OpenTicket,
    Plan,
    PrivateWords,
    PublicWords,
)
from commands.privacy import Private, Public
from commands.said import Said

__all__ = [
    "AddToTicket",
    "AskPrivately",
    "BrandCard",
    "Change",
    "Channel",
    "CommandCard",
    "Context",
    "Declared",
    "Example",
    "Given",
    "Guide",
    "HandOver",
    "IncidentCard",
    "Limit",
    "OpenTicket",
    "PersonCard",
    "Plan",
    "Private",
    "PrivateWords",
    "Public",
    "PublicWords",
    "Request",
    "Risk",
    "Rules",
    "Said",
    "TicketCard",
    "TicketState",
    "Wording",
    "command",
]


class Channel(StrEnum):
    """Where a request was made."""

    PUBLIC = "public"
    PRIVATE = "private"


class Risk(StrEnum):
    """How much harm a wrong answer could do."""

    READ = "read"  # tells something, changes nothing
    SMALL_CHANGE = "small change"  # changes something the person can take back themselves
    NEEDS_PERSON = "needs a person"  # only ever opens a ticket or hands over


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one person may use a command."""

    times: int
    per: timedelta

    def __post_init__(self) -> None:
        if self.times < 1 or self.per <= timedelta(0):
            raise ValueError("a limit allows at least once in a time longer than nothing")


OFTEN_ENOUGH = Limit(times=10, per=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Given:
    """What is so before an example: the clock, and what the person has with us already."""

    open_ticket: str | None = None  # the reference of an open ticket of theirs of this command
    somebody_elses_ticket: str | None = None
    closed_now: bool = False  # outside opening hours
    stopped: bool = False  # the person said stop
    incident: str | None = None  # the text of an incident that is open
    incident_over: bool = False  # … and is over by now


@dataclass(frozen=True, slots=True)
class Example:
    """A request and what its answer must contain: shown as help, run as a test.

    `as_` is one of the cast: ana (linked, takes messages), ben (not linked), carys (linked, speaks Welsh,
    gave no leave for messages), mallory (a stranger). What is not asked for is not checked, save this:
    words listed in `private_contains` must not stand in public.
    """

    text: str
    as_: str = "ana"
    dm: bool = False
    given: Given = Given()
    public_contains: str | tuple[str, ...] = ()
    private_contains: str | tuple[str, ...] = ()
    opens_ticket: bool = False
    adds_to_ticket: bool = False
    hands_over: bool = False
    help: bool = True  # shown by `#help`


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules a command is declared with. `hashtags` are without `#`; the first is its name."""

    hashtags: tuple[str, ...]
    risk: Risk
    needs_link: bool
    at_most: Limit
    examples: tuple[Example, ...]
    public_link: bool  # its public words may hold a link, which makes a post cost 0.20 USD
    after_stop: bool  # works for somebody who said stop
    while_handed_over: bool  # works while a colleague is in charge of the person
    only_alone: bool = False  # counts only as the whole message: "how do I #stop roaming?" stops nothing
    by_message: bool = False  # its private answer waits for a message of theirs, whatever leave we have


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What a command may know about who asks."""

    id: str
    username: str | None  # None: never looked up
    lang: str  # "en", "cy"; what X or the account says, else the brand's
    linked: bool  # their X account is matched to a customer, with their leave
    takes_messages: bool  # we may send them direct messages, and X last took one
    stopped: bool


@dataclass(frozen=True, slots=True)
class BrandCard:
    """What a command may know about the brand."""

    id: str
    username: str
    name: str
    zone: ZoneInfo
    ticket_prefix: str = "BT"


@dataclass(frozen=True, slots=True)
class Request:
    """One command in one mention.

    `called` is the hashtag as it was written, without `#`; `arguments` are the remaining words of the
    mention. `resumed` is set where a direct message brings the private answer to something asked in public
    before.
    """

    command: str
    called: str
    arguments: tuple[Said, ...]
    asked: Channel
    person: PersonCard
    brand: BrandCard
    mention_id: str
    asked_at: datetime
    now: datetime
    resumed: bool = False


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    WAITING = "waiting for customer"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class TicketCard:
    """One of the asking person's own tickets."""

    reference: str
    command: str
    state: TicketState
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None = None
    messages: int = 1  # how many posts and messages of the person belong to it
    answers: int = 0  # how many of ours


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """A problem we know of that many people meet. `text` is what everybody is told of it."""

    id: int
    text: str
    hashtags: tuple[str, ...]  # the names of the commands that answer with it, without `#`
    opened_at: datetime
    over_at: datetime | None = None  # None: it is open


@dataclass(frozen=True, slots=True)
class Guide:
    """A short how-to that everybody may read, in one language."""

    topic: str
    title: str
    text: str
    lang: str
    renew_by: date  # the last day it is served
    also: tuple[str, ...] = ()  # further words that ask for it


@dataclass(frozen=True, slots=True)
class CommandCard:
    """A command that is switched on, as help shows it, in the person's language."""

    id: str
    hashtags: tuple[str, ...]
    summary: str
    room: str  # "account", "tickets", "guide", "people", or the brand's own folder
    examples: tuple[str, ...]  # what to write, without the brand's name in front
    private: bool  # its answer comes by direct message


class Wording(Protocol):
    """The command's own words, in the person's language."""

    def public(self, section: str, **values: Public[object]) -> PublicWords:
        """The section's text for everybody. Raises where a value is not `Public`."""

    def private(self, section: str, **values: object) -> PrivateWords:
        """The section's text for the person alone; `Private` values show in it."""


class Context(Protocol):
    """What a command may ask. Everything here only reads."""

    @property
    def words(self) -> Wording:
        """The command's own words, in the person's language."""

    def account(self) -> Account | None:
        """The person's account. None: they are not linked, or the company has it no more.

        Raises:
            AccountsUnavailable: the source cannot answer now; the person is told so in kind words.
        """

    def catalogue(self) -> Catalogue:
        """What the company sells."""

    def guides(self) -> tuple[Guide, ...]:
        """The how-tos served today, in the person's language where there is one, else in English."""

    def commands(self) -> tuple[CommandCard, ...]:
        """The commands that are switched on, in the order of the menu."""

    def open_ticket(self) -> TicketCard | None:
        """The person's open ticket of this command, if there is one."""

    def own_ticket(self, reference: str | None = None) -> TicketCard | None:
        """The person's own ticket with this reference, or their newest. Somebody else's is None as well."""

    def incidents(self) -> tuple[IncidentCard, ...]:
        """The problems we know of: those that are open, and those that ended within the last day."""

    def next_reference(self) -> str:
        """A reference no ticket has yet. Asked twice for one request it gives the same."""

    def promise(self, working: timedelta) -> datetime:
        """The instant at which so much opening time will have passed from now."""

    def opening(self) -> Opening:
        """Whether somebody is there now, and otherwise from when."""


Function = Callable[[Request, Context], Plan]


@dataclass(frozen=True, slots=True)
class Declared:
    """A function with the rules it was declared under; calling it calls the function."""

    rules: Rules
    function: Function

    def __call__(self, request: Request, context: Context) -> Plan:
        return self.function(request, context)


def command(
    *hashtags: str,
    risk: Risk,
    needs_link: bool = False,
    at_most: Limit = OFTEN_ENOUGH,
    examples: Sequence[Example] = (),
    public_link: bool = False,
    after_stop: bool = False,
    while_handed_over: bool = False,
    only_alone: bool = False,
    by_message: bool = False,
) -> Callable[[Function], Declared]:
    """Declares a function as a command. The first hashtag is its name, the others are synonyms.

    `needs_link`: somebody whose X account is not linked gets the next step instead. `public_link`: its public
    words may hold a link. `after_stop`: works for somebody who said stop. `while_handed_over`: works while a
    colleague is in charge. `only_alone`: counts only as the whole message. `by_message`: asked in public, its
    private answer waits for a direct message of theirs, even where we may write to them.
    """
    rules = Rules(
        hashtags=tuple(tag.removeprefix("#") for tag in hashtags),
        risk=risk,
        needs_link=needs_link,
        at_most=at_most,
        examples=tuple(examples),
        public_link=public_link,
        after_stop=after_stop,
        while_handed_over=while_handed_over,
        only_alone=only_alone,
        by_message=by_message,
    )
    return lambda function: Declared(rules, function)
