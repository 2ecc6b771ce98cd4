"""Decides mentions: gathers what is known, routes, runs the commands, and turns their plans into a decision.

It writes nothing. Whoever holds claims (handle.py), or only wants to see what would be answered
(bot/preview.py), takes the same way through here.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.flow.context import CommandContext, House, PersonAsked
from bot.flow.decide import answering, way_told
from bot.flow.decide.answering import Ran, Voice
from bot.flow.decide.books import book_of, with_incidents
from bot.flow.decide.case import (
    Awaited,
    Book,
    Case,
    FollowUp,
    HelpLine,
    Policy,
    Resume,
    Run,
    Skip,
    Suggest,
    TooMany,
    Urgent,
    Way,
)
from bot.flow.decide.decision import Decision, NewTicket
from bot.flow.decide.gathering import Gathered, gather
from bot.flow.decide.incident_answers import only_tells
from bot.flow.decide.incoming import Incoming
from bot.flow.decide.mark import Marks
from bot.flow.invoke import Call as Invocation
from bot.flow.invoke import Invoker
from bot.flow.receive import read_row
from bot.flow.restored.adopting import adopted
from bot.flow.route import NEVER, route
from bot.metrics import Metrics
from commands.accounts import AccountSource, AccountsUnavailable
from commands.answer import answer
from commands.api import Channel, Request, Said
from commands.combine import Part
from commands.lexicon.known_troubles import KnownTroubles
from commands.lexicon.near_miss import ordinary_words
from commands.lexicon.urgent import urgent
from commands.loading.command_files import Command
from commands.parse import Call, Found, find_commands
from commands.plan import Plan
from commands.refusals import holding
from commands.registry import Loaded, Registry
from commands.wording.sentences import Sentences
from storage.mentions import MentionRow
from storage.states import Reason

log = structlog.get_logger(__name__)

HELP_LINE_NAMES = 3
ASK_FOR_ACCOUNTS_SECONDS = 5.0
NOBODY_COMES_PAST = frozenset(reason for reason, _ in NEVER)
INCIDENT = "incident"  # what runs in place of a command while an incident is open


@dataclass(frozen=True, slots=True)
class Told:
    """What a command planned, and the language it was told in."""

    plan: Plan
    lang: str


@dataclass(frozen=True, slots=True)
class Running:
    """One command of a mention, on its way."""

    command: Command
    request: Request
    context: CommandContext
    call: Invocation[Told]


@dataclass(frozen=True, slots=True)
class Underway:
    """A mention whose way is known and whose commands, if any, are running."""

    case: Case
    way: Way
    running: tuple[Running, ...] = ()
    resumes: Awaited | None = None

    @property
    def is_done(self) -> bool:
        return all(one.call.future.done() for one in self.running)

    @property
    def calls(self) -> list[Invocation[Told]]:
        return [one.call for one in self.running]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The request that a message resumes: what it was, and its commands."""

    incoming: Incoming
    calls: tuple[Call, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Looked:
    """A mention with all that is known, and the commands in force at that moment."""

    case: Case
    loaded: Loaded
    earlier: Earlier | None = None


class Decider:
    """Takes mentions to their decisions. Several threads may use it at once."""

    def __init__(
        self,
        *,
        house: House,
        registry: Registry,
        say: Sentences,
        policy: Policy,
        marks: Marks,
        invoker: Invoker,
        clock: Clock,
        metrics: Metrics,
        troubles: KnownTroubles = KnownTroubles(),
    ) -> None:
        self._house = house
        self._registry = registry
        self._say = say
        self._policy = policy
        self._marks = marks
        self._invoker = invoker
        self._clock = clock
        self._metrics = metrics
        self._troubles = troubles
        self._accounts = AccountsGiven(house.accounts, clock.monotonic)

    @property
    def policy(self) -> Policy:
        """What the operator has settled."""
        return self._policy

    def look(self, incoming: Sequence[Incoming], *, unread: bool = False) -> list[Looked]:
        """Everything that is known about these mentions now, read in one go.

        `unread`: all but what their words ask for.
        """
        now, loaded, policy = self._clock.now(), self._registry.current, self._policy
        gathered = self._house.database.read(
            lambda c: gather(c, policy.brand_id, incoming, now, _counted_for(loaded, policy))
        )
        book = book_of(loaded, gathered.off | self._without_accounts(loaded))
        if unread:
            return [Looked(_case_unread(one, gathered, book, self._policy, now), loaded) for one in incoming]
        book = with_incidents(book, gathered.incidents)
        return [self._look_at(one, gathered, book, loaded, now) for one in incoming]

    def _look_at(
        self, one: Incoming, gathered: Gathered, book: Book, loaded: Loaded, now: datetime
    ) -> Looked:
        standing = gathered.standings[one.author_id]
        wanted = ordinary_words() if self._policy.suggestions else None
        around, policy = gathered.around[one.x_id], self._policy
        if around.found:  # it was answered: it is decided as of then, when no limit was in its way
            now, policy = min(answer.posted_at for answer in around.found), replace(policy, limits=False)
        case = Case(
            incoming=one,
            around=around,
            standing=standing,
            found=find_commands(one.parsed, book.names, only_alone=book.only_alone, ordinary=wanted),
            urgent=urgent(one.text),
            policy=policy,
            book=book,
            now=now,
            incidents=gathered.incidents,
            troubles=self._troubles.spoken_of(one.text),
        )
        resumed = standing.next_awaited if one.is_message else None
        earlier = gathered.earlier.get(resumed.mention_id) if resumed else None
        return Looked(case, loaded, self._earlier(*earlier, book) if earlier else None)

    def _earlier(self, row: MentionRow, text: str, x_json: str, book: Book) -> Earlier:
        """What was asked then. Where its words are forgotten, its commands are still known."""
        incoming = read_row(row, text, x_json, self._policy.brand_id)
        calls = find_commands(incoming.parsed, book.names, only_alone=book.only_alone).commands
        if not calls:
            known = (name for name in row.commands.split() if name in book.rules)
            calls = tuple(Call(name, book.rules[name].hashtags[0], ()) for name in known)
        return Earlier(incoming, calls)

    def _without_accounts(self, loaded: Loaded) -> frozenset[str]:
        """The commands that need accounts, where there are none."""
        return frozenset() if self._accounts.known() else _needing_accounts(loaded)

    def begin(self, looked: Looked) -> Underway:
        """Routes a mention and starts its commands."""
        case, loaded = looked.case, looked.loaded
        way = route(case)
        way_told.tell(case, way)
        if isinstance(way, Run):
            calls = [(call, case.incoming) for call in way.calls]
            return Underway(case, way, self._start(case, loaded, calls))
        if isinstance(way, Resume):
            calls = _at_hand(case, looked.earlier)
            if not calls:
                return Underway(case, Skip(Reason.SWITCHED_OFF))
            running = self._start(case, loaded, calls, resumed=True)
            return Underway(case, way, running, resumes=way.awaited)
        return Underway(case, way)

    def wait(self, underway: Sequence[Underway], seconds: float) -> None:
        """Returns when all commands are done, or after so long; abandons those beyond their deadline."""
        self._invoker.wait([call for one in underway for call in one.calls], seconds)

    def finish(self, underway: Underway) -> Decision:
        """The decision, once the commands are done."""
        decision, found = self._decided(underway), underway.case.around.found
        if not found or decision.says_nothing:
            return decision
        return adopted(decision, found, self._house.brand.ticket_prefix)

    def _decided(self, underway: Underway) -> Decision:
        case, way = underway.case, underway.way
        ran = [self._ran(case, one, resumed=underway.resumes is not None) for one in underway.running]
        lang = next((lang for _, lang in ran if lang), None) or PersonAsked(self._house, case).lang_at_hand()
        voice = Voice(self._say, lang, lambda: self._marks.take(self._clock.now()))
        match way:
            case Skip():
                return answering.skipped(case, way)
            case Urgent():
                opening = self._house.calendar.opening(case.now)
                return answering.urgent(case, voice, None if opening.open_now else opening.changes_at)
            case TooMany():
                return answering.too_many(case, way, voice)
            case FollowUp():
                return answering.follow_up(case, way, voice)
            case HelpLine():
                return answering.help_line(case, self._names_for_help(underway), voice)
            case Suggest():
                return answering.suggested(case, way, voice)
            case Run():
                return answering.answered(case, [one for one, _ in ran], way, voice)
            case Resume():
                return answering.answered(case, [one for one, _ in ran], None, voice, resumes=way.awaited)

    def park(self, looked: Looked, ticket: NewTicket) -> Decision:
        """The decision on a mention that cannot be handled, looked at without its words.

        What nobody comes past keeps it from people too; what keeps the bot from answering, only the reply.
        """
        case, way = looked.case, route(looked.case)
        if isinstance(way, Skip) and way.reason in NOBODY_COMES_PAST:
            return answering.skipped(case, way)
        voice = Voice(
            self._say,
            PersonAsked(self._house, case).lang_at_hand(),
            lambda: self._marks.take(self._clock.now()),
        )
        silent = isinstance(way, Skip) and way.reason is not Reason.NO_COMMAND
        return answering.parked(case, ticket, voice, silent=silent)

    def decide(self, looked: Looked) -> Decision:
        """The decision on one mention, waited for."""
        underway = self.begin(looked)
        while not underway.is_done:
            self.wait([underway], 0.1)
        return self.finish(underway)

    def _start(
        self, case: Case, loaded: Loaded, calls: Sequence[tuple[Call, Incoming]], *, resumed: bool = False
    ) -> tuple[Running, ...]:
        return tuple(
            self._start_one(case, loaded, call, asked_in, resumed=resumed) for call, asked_in in calls
        )

    def _start_one(
        self, case: Case, loaded: Loaded, call: Call, asked_in: Incoming, *, resumed: bool
    ) -> Running:
        command, asked = loaded.commands[call.command], PersonAsked(self._house, case)
        at_hand = asked.lang_at_hand()
        # For the holding reply, should it be needed: what it says asks nobody who might hang.
        context = CommandContext(self._house, asked, command, loaded, case.book.off, at_hand)
        request = Request(
            command=call.command,
            called=call.name_as_written,
            arguments=tuple(Said(word) for word in call.arguments),
            asked=Channel.PUBLIC if resumed else case.asked,
            person=asked.card(at_hand),
            brand=self._house.brand,
            mention_id=asked_in.x_id,
            asked_at=asked_in.posted_at,
            now=case.now,
            resumed=resumed,
        )

        def run() -> Told:
            if only_tells(case, call.command):  # an incident answers in its place, and asks nobody
                return Told(Plan(), asked.lang_without_asking())
            lang = asked.lang()
            in_lang, its_own = request, context
            if lang != at_hand:
                in_lang, its_own = replace(request, person=asked.card(lang)), context.in_language(lang)
            links = self._policy.public_links
            return Told(answer(command, in_lang, its_own, self._say, links_allowed=links), lang)

        # Earlier runs of the command that hang must not hold up what is said in its place.
        runs = INCIDENT if only_tells(case, call.command) else command.id
        return Running(command, request, context, self._invoker.start(runs, run))

    def _ran(self, case: Case, one: Running, *, resumed: bool) -> tuple[Ran, str]:
        """The command's part of the answer and its language; for a fault, the holding reply."""
        error = one.call.future.exception()
        if error is None:
            told = one.call.future.result()
            return Ran(one.command.id, Part(one.command.name, told.plan)), told.lang
        self._metrics.crashes.labels(one.command.id).inc()
        log.error("command failed", command=one.command.id, mention=case.incoming.mention_id, exc_info=error)
        plan = holding(one.request, one.context, self._say, only_linked=one.command.rules.needs_link)
        if resumed and plan.public is not None:
            plan = replace(plan, private=plan.public.privately())
        return Ran(one.command.id, Part(one.command.name, plan), failed=True), ""

    def _names_for_help(self, underway: Underway) -> tuple[str, ...]:
        """A few commands to name, one from each room."""
        book = underway.case.book
        rooms: dict[str, str] = {}
        for command_id, rules in book.rules.items():
            if command_id not in book.off:
                rooms.setdefault(book.rooms.get(command_id, command_id), rules.hashtags[0])
        return tuple(rooms.values())[:HELP_LINE_NAMES]


def _at_hand(case: Case, earlier: Earlier | None) -> list[tuple[Call, Incoming]]:
    """The earlier request's commands that are switched on."""
    if earlier is None:
        return []
    return [(call, earlier.incoming) for call in earlier.calls if call.command not in case.book.off]


def _case_unread(one: Incoming, gathered: Gathered, book: Book, policy: Policy, now: datetime) -> Case:
    """The case of a mention whose words are not searched for commands."""
    around, standing = gathered.around[one.x_id], gathered.standings[one.author_id]
    return Case(one, around, standing, Found(()), None, policy, book, now)


def _counted_for(loaded: Loaded, policy: Policy) -> timedelta:
    """How far back requests are counted: the longest time of any limit."""
    if not policy.limits:
        return timedelta(0)
    times = [command.rules.at_most.per for command in loaded.commands.values()]
    if policy.person_limit is not None:
        times.append(policy.person_limit.per)
    return max(times, default=timedelta(0))


def _needing_accounts(loaded: Loaded) -> frozenset[str]:
    return frozenset(name for name, command in loaded.commands.items() if command.rules.needs_link)


class AccountsGiven:
    """Whether the company has given us any accounts, asked every few seconds. For several threads."""

    def __init__(self, source: AccountSource | None, monotonic: Callable[[], float]) -> None:
        self._source = source
        self._monotonic = monotonic
        self._asking = threading.Lock()
        self._known = False
        self._asked: float | None = None

    def known(self) -> bool:
        """A source that cannot answer now counts as one that has some: its commands say so themselves."""
        if self._source is None:
            return False
        with self._asking:  # nobody may take "not asked yet" for "none": commands would count as switched off
            now = self._monotonic()
            if self._asked is None or now - self._asked > ASK_FOR_ACCOUNTS_SECONDS:
                try:
                    self._known = self._source.customers_known() > 0
                except AccountsUnavailable:
                    self._known = True
                self._asked = now
            return self._known
