"""What a command may ask while it runs. Everything here only reads."""

import secrets
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.flow.decide.case import Book, Case, Incident, OpenTicketOf
from commands.accounts import Account, AccountSource, AccountsUnavailable, Catalogue
from commands.api import (
    BrandCard,
    CommandCard,
    Guide,
    IncidentCard,
    PersonCard,
    TicketCard,
    TicketState,
)
from commands.hours import Calendar, Opening
from commands.loading.command_files import Command
from commands.loading.guides import Guides
from commands.references import new_reference
from commands.registry import Loaded
from commands.wording.locales import LOCALES, language
from commands.wording.words import BoundWords
from storage.database import Database
from storage.promises import tickets
from storage.promises.tickets import TicketRow

_LANGUAGES_AT_MOST = 10_000
_LANGUAGE_HOLDS_SECONDS = 600.0
_DRAWS = 20  # a reference drawn this often is free, or the table is as good as full


class Languages:
    """The languages customers chose, remembered for a while: help must not cost a look at the account.

    Safe for several threads, since each step on the dictionary is one.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str, tuple[str, float]] = {}

    def get(self, customer_id: str) -> str | None:
        """The language, if it was learnt within the last minutes."""
        tag, until = self._known.get(customer_id, ("", 0.0))
        return tag if self._monotonic() < until else None

    def learn(self, customer_id: str, tag: str) -> None:
        """Remembers a customer's language; empty: there is no such customer."""
        if len(self._known) >= _LANGUAGES_AT_MOST:
            self._known = {}
        self._known[customer_id] = (tag, self._monotonic() + _LANGUAGE_HOLDS_SECONDS)


@dataclass(frozen=True, slots=True)
class House:
    """The brand's own things that every command may ask about."""

    brand: BrandCard
    calendar: Calendar
    guides: Guides
    accounts: AccountSource | None
    database: Database
    language: str = "en"
    draw: Callable[[int], int] = field(default=secrets.randbelow)
    languages: Languages = field(default_factory=Languages)


class PersonAsked:
    """Who asks, with what is read of them at most once for one mention. Not for several threads at once."""

    def __init__(self, house: House, case: Case) -> None:
        self._house = house
        self._case = case
        self._account: Account | None = None
        self._asked_account = False

    @property
    def case(self) -> Case:
        return self._case

    def account(self) -> Account | None:
        """The customer's account. Raises AccountsUnavailable as the source does."""
        customer_id, source = self._case.standing.customer_id, self._house.accounts
        if customer_id is None:
            return None
        if source is None:
            raise AccountsUnavailable("there is no source of accounts")
        if not self._asked_account:
            self._account = source.customer(customer_id)
            self._asked_account = True
        return self._account

    def lang(self) -> str:
        """The language the customer chose, else the one X names for what they wrote, else the brand's."""
        return self._first_known(self._language_of_account()) or self.lang_at_hand()

    def lang_at_hand(self) -> str:
        """The same without asking the account source, which may fail or hang."""
        known = self._first_known(self._case.incoming.lang, self._case.standing.lang)
        return known or language(self._house.language)

    @staticmethod
    def _first_known(*tags: str) -> str | None:
        known = (tag for tag in tags if tag and tag.split("-")[0].casefold() in LOCALES)
        return next((language(tag) for tag in known), None)

    def lang_without_asking(self) -> str:
        """The best guess of `lang` that asks nobody: what was learnt of the account lately counts."""
        customer_id = self._case.standing.customer_id
        known = self._house.languages.get(customer_id) if customer_id else None
        return self._first_known(known or "") or self.lang_at_hand()

    def card(self, lang: str) -> PersonCard:
        """What a command may know about them."""
        standing = self._case.standing
        return PersonCard(
            id=self._case.incoming.author_id,
            username=standing.username,
            lang=lang,
            linked=standing.customer_id is not None,
            takes_messages=self._case.may_message,
            stopped=standing.stopped,
        )

    def _language_of_account(self) -> str:
        customer_id, languages = self._case.standing.customer_id, self._house.languages
        if customer_id is None:
            return ""
        known = languages.get(customer_id)
        if known is None:
            try:
                account = self.account()
            except AccountsUnavailable:
                return ""
            known = account.language.reveal() if account else ""
            languages.learn(customer_id, known)
        return known


class CommandContext:
    """The context of one command in one mention: an implementation of `commands.api.Context`."""

    def __init__(
        self,
        house: House,
        asked: PersonAsked,
        command: Command,
        loaded: Loaded,
        off: frozenset[str],
        lang: str,
    ) -> None:
        self._house = house
        self._asked = asked
        self._command = command
        self._loaded = loaded
        self._off = off
        self._lang = lang
        self._reference: list[str] = []  # shared by copies: one request has one new reference

    def in_language(self, lang: str) -> "CommandContext":
        """The same in another language; both give the same reference."""
        other = copy(self)
        other._lang = lang
        return other

    @property
    def words(self) -> BoundWords:
        rules = self._command.rules
        return BoundWords(self._command.words, self._lang, self._house.brand.name, rules.public_link)

    def account(self) -> Account | None:
        return self._asked.account()

    def catalogue(self) -> Catalogue:
        if self._house.accounts is None:
            return Catalogue(handsets=())
        return self._house.accounts.catalogue()

    def guides(self) -> tuple[Guide, ...]:
        today = self._asked.case.now.astimezone(self._house.brand.zone).date()
        return self._house.guides.served(today, self._lang)

    def commands(self) -> tuple[CommandCard, ...]:
        return self._loaded.cards(self._lang, self._off)

    def open_ticket(self) -> TicketCard | None:
        found = self._asked.case.mine(self._command.id)
        return None if found is None else _card_of_open(found)

    def own_ticket(self, reference: str | None = None) -> TicketCard | None:
        person_id = self._asked.case.incoming.author_id
        return self._house.database.read(
            lambda connection: _own_ticket(connection, self._house.brand.id, person_id, reference)
        )

    def incidents(self) -> tuple[IncidentCard, ...]:
        case = self._asked.case
        return tuple(
            IncidentCard(one.id, one.text, _names(one, case.book), one.opened_at, one.over_at)
            for one in case.incidents
        )

    def next_reference(self) -> str:
        if not self._reference:
            self._reference.append(free_reference(self._house))
        return self._reference[0]

    def promise(self, working: timedelta) -> datetime:
        return self._house.calendar.after(self._asked.case.now, working)

    def opening(self) -> Opening:
        return self._house.calendar.opening(self._asked.case.now)


def _names(incident: Incident, book: Book) -> tuple[str, ...]:
    return tuple(rules.hashtags[0] for name, rules in book.rules.items() if name in incident.commands)


def free_reference(house: House) -> str:
    """A reference that no ticket has."""
    for _ in range(_DRAWS):
        drawn = new_reference(house.brand.ticket_prefix, house.draw)
        if not _is_taken(house, drawn):
            return drawn
    raise RuntimeError("no free ticket reference was found: use another TICKET_PREFIX")


def _is_taken(house: House, reference: str) -> bool:
    return bool(house.database.read(lambda c: tickets.taken(c, house.brand.id, [reference])))


def _card_of_open(ticket: OpenTicketOf) -> TicketCard:
    return TicketCard(ticket.reference, ticket.command, TicketState.OPEN, ticket.opened_at, ticket.due_at)


def _own_ticket(
    connection: Connection, brand_id: str, person_id: str, reference: str | None
) -> TicketCard | None:
    row: TicketRow | None
    if reference is None:
        row = tickets.newest_of(connection, brand_id, person_id)
    else:
        row = tickets.by_reference(connection, brand_id, [reference]).get(reference)
    if row is None or row.person_id != person_id:
        return None
    messages, answers = tickets.counts(connection, row.id)
    return TicketCard(
        reference=row.reference,
        command=row.command,
        state=TicketState(row.state),
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        messages=messages,
        answers=answers,
    )
