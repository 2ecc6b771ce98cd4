"""The one place that builds every object: from settings to a daemon that can be started, or to its parts.

`run` needs all of it. `say`, `show` and `act` need the database and what decides, but no X.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.alarm_bell import AlarmBell
from bot.backends.demo_company import load_demo
from bot.backends.embedded import EmbeddedAccounts
from bot.clock import Clock, SystemClock
from bot.errors import ExitCode, OperatorError
from bot.flow.context import House
from bot.flow.decide.case import Policy
from bot.flow.decide.mark import Marks
from bot.flow.decider import Decider
from bot.flow.invoke import Invoker
from bot.flow.restored.lost_time import LostTime
from bot.jobs.command_watch import CommandWatch
from bot.jobs.incident_jobs import IncidentJobs
from bot.jobs.incident_keeper import IncidentKeeper, NewsTerms
from bot.jobs.surge_watch import SurgeWatch
from bot.metrics import Metrics
from bot.settings import Settings
from bot.x.client import XClient
from bot.x.outcomes import Later, Outcome, Refused
from bot.x.signed_session import Keys, Wiring
from commands.api import BrandCard, Limit
from commands.hours import Calendar, OpeningHours
from commands.lexicon.folding import fold
from commands.lexicon.known_troubles import KnownTroubles, read_troubles
from commands.loading.guides import read_guides
from commands.registry import BUILT_IN, Registry
from commands.wording.sentences import Sentences
from storage import deliveries, schema
from storage.database import Database
from storage.engine.last_call import LastCall
from storage.upkeep import brand
from storage.upkeep.brand import BrandRow

HOW_TOS = BUILT_IN / "guide" / "android"
WEB = "https://x.com"  # where X shows posts to people
MARKS_DIFFER_FOR = timedelta(hours=24)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Access:
    """Which X is served, and the brand's keys to it. `world_id` is a sandbox's; None: the real X."""

    base_url: str
    keys: Keys
    world_id: str | None = None

    @property
    def is_demo(self) -> bool:
        return self.world_id is not None

    def serves(self, brand_id: str) -> str:
        """This X's name in the database: one database serves one X."""
        if self.world_id is not None:
            return brand.sandbox_x(self.world_id)
        return brand.real_x(urlsplit(self.base_url).netloc, brand_id)


@dataclass(frozen=True, slots=True)
class Deciding:
    """What decides: the daemon's handlers use it, and so does whoever only wants to see."""

    house: House
    registry: Registry
    decider: Decider
    invoker: Invoker
    sentences: Sentences
    policy: Policy
    marks: Marks
    troubles: KnownTroubles


def keys_of(settings: Settings) -> Access:
    """Access to the real X from the four keys. Call it only in keys mode."""
    assert settings.x_api_key is not None
    assert settings.x_api_secret is not None
    assert settings.x_access_token is not None
    assert settings.x_access_token_secret is not None
    keys = Keys(
        settings.x_api_key.get_secret_value(),
        settings.x_api_secret.get_secret_value(),
        settings.x_access_token.get_secret_value(),
        settings.x_access_token_secret.get_secret_value(),
    )
    return Access(settings.x_base_url, keys)


def open_database(
    settings: Settings,
    *,
    group_commit: bool = False,
    migrate: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Database:
    """The database of these settings, its tables as this version needs them.

    `migrate`: bring them there; otherwise an older or empty database is refused.

    Raises: storage's StorageTrouble, NewerSchema, OlderSchema.
    """
    pool = settings.senders + settings.handlers + 8
    database = Database(
        settings.database,
        group_commit=group_commit,
        idle_seconds=(settings.lease / 3).total_seconds(),
        pool_size=pool,
    )
    try:
        if migrate:
            schema.migrate(database, progress)
        else:
            schema.check(database)
    except BaseException:
        database.close()
        raise
    return database


def known_brand(database: Database) -> BrandRow:
    """The brand this database serves. Raises: OperatorError before the first start."""
    row = database.read(brand.only)
    if row is None:
        raise OperatorError(
            code="never-started",
            what="This database has never served an X.",
            who="Nobody is affected.",
            now="Nothing was done.",
            next_step="Start the daemon once: make run",
            exit_code=ExitCode.NOT_CONFIGURED,
        )
    return row


def build_client(
    settings: Settings, access: Access, clock: SystemClock, metrics: Metrics | None = None
) -> XClient:
    """X as the brand's account sees it."""
    wiring = Wiring(
        base_url=access.base_url,
        connect_timeout=settings.x_connect_timeout,
        call_timeout=settings.x_call_timeout,
        proxy=settings.x_proxy,
        ca_file=str(settings.x_ca_file) if settings.x_ca_file else None,
        threads=settings.senders + 8,
    )
    return XClient(access.keys, wiring, clock, metrics=metrics, heard_date=clock.learn)


def settle_brand(database: Database, access: Access, client: XClient, clock: Clock) -> BrandRow:
    """The brand whose keys these are, as the database knows it from now on.

    X is asked each time, for the account may have been renamed; when X does not answer, a database that
    knows this brand already is enough.

    Raises: OperatorError, storage's ServesAnother.
    """
    answer = client.me()
    if answer.data is None:
        return _brand_from_memory(database, access, answer.outcome)
    me = answer.data
    serves = access.serves(me.id)
    return database.write(
        lambda c: brand.settle_in(
            c, brand_id=me.id, username=me.username, name=me.name, serves=serves, now=clock.now()
        )
    )


def told_by_x(outcome: Outcome) -> str:
    """Why X gave nothing, in words for an operator, with what X said about it."""
    if not isinstance(outcome, Later | Refused):
        return "X gave no answer that can be read"
    return outcome.why.gloss + (f" ({outcome.detail})" if outcome.detail else "")


def _brand_from_memory(database: Database, access: Access, outcome: Outcome) -> BrandRow:
    row = database.read(brand.only)
    if row is None:
        alarm = outcome.alarm if isinstance(outcome, Later | Refused) else None
        raise OperatorError(
            code="x-unknown-account",
            what=f"X did not say whose keys these are: {told_by_x(outcome)}.",
            who="Nobody is served by this start.",
            now="The daemon does not start, because a new database must know which account it serves.",
            next_step=alarm.sentences.next_step if alarm else "Type: tweetserve doctor",
        )
    database.read(lambda c: brand.check(c, access.serves(row.brand_id)))
    return row


def load_demo_company(database: Database, row: BrandRow, now: datetime) -> None:
    """BrightTel's customers and links, in whatever database is used without keys."""
    load_demo(database, row.brand_id, now)


def build_deciding(
    settings: Settings,
    database: Database,
    row: BrandRow,
    clock: Clock,
    metrics: Metrics,
    registry: Registry | None = None,
) -> Deciding:
    """Everything a mention needs to be decided. `registry`: commands that are loaded already."""
    zone = ZoneInfo(settings.brand_timezone)
    registry = registry or read_commands(settings)
    sentences = Sentences.load(registry.renderers, row.name or row.username)
    invoker = Invoker(
        threads=settings.handlers, deadline=settings.command_deadline, monotonic=clock.monotonic
    )
    house = House(
        brand=BrandCard(row.brand_id, row.username, row.name or row.username, zone, settings.ticket_prefix),
        calendar=Calendar(OpeningHours.parse(settings.opening_hours), zone, frozenset(settings.holidays)),
        guides=read_guides((HOW_TOS, settings.commands_folder / "android")),
        accounts=accounts_of(database, row.brand_id),
        database=database,
        language=settings.brand_language,
    )
    policy = build_policy(settings, row)
    marks = Marks(
        zone,
        lambda some: _marks_taken(database, row.brand_id, some, clock.now()),
        worker="" if database.is_sqlite else uuid.uuid4().hex,
    )
    troubles = read_troubles((settings.commands_folder,))
    decider = Decider(
        house=house,
        registry=registry,
        say=sentences,
        policy=policy,
        marks=marks,
        invoker=invoker,
        clock=clock,
        metrics=metrics,
        troubles=troubles,
    )
    return Deciding(house, registry, decider, invoker, sentences, policy, marks, troubles)


def build_incident_jobs(deciding: Deciding, clock: Clock, bell: AlarmBell, *, sending: bool) -> IncidentJobs:
    """What looks after incidents by the clock."""
    house, policy = deciding.house, deciding.policy
    terms = NewsTerms(house.brand.id, sending=sending, privacy_url=policy.privacy_url)
    surges = SurgeWatch(
        house.database,
        clock,
        bell,
        deciding.registry,
        deciding.troubles,
        deciding.sentences,
        brand_id=house.brand.id,
        zone=house.brand.zone,
        lang=policy.language,
    )
    return IncidentJobs(IncidentKeeper(house.database, clock, deciding.sentences, terms), surges)


def read_commands(settings: Settings) -> Registry:
    """The built-in commands and the brand's own; a file that cannot be used is left out."""
    registry = Registry(ZoneInfo(settings.brand_timezone))
    registry.load(_command_folders(settings))
    return registry


def watch_commands(settings: Settings, registry: Registry) -> CommandWatch:
    """What takes up changes of the brand's own commands. `registry` is of `read_commands`."""
    return CommandWatch(registry, _command_folders(settings), own=settings.commands_folder)


def _command_folders(settings: Settings) -> tuple[Path, ...]:
    return (BUILT_IN, settings.commands_folder)


def build_policy(settings: Settings, row: BrandRow) -> Policy:
    """What the operator has settled, as the rules of deciding read it."""
    limited = settings.person_limit > 0
    return Policy(
        brand_id=row.brand_id,
        language=settings.brand_language,
        our_time_from=our_time_since(settings, row),
        answer_up_to=settings.answer_up_to,
        person_limit=Limit(settings.person_limit, HOUR) if limited else None,
        limits=limited,
        pilot=frozenset(fold(name) for name in settings.only_accounts),
        suggestions=settings.suggestions,
        public_links=settings.public_links,
        privacy_url=settings.privacy_url,
        probe_id=settings.probe_id,
    )


def our_time_since(settings: Settings, row: BrandRow) -> datetime:
    """What was written earlier is before our time."""
    return row.first_started_at - settings.first_start_up_to


def build_lost_time(
    settings: Settings,
    database: Database,
    row: BrandRow,
    clock: Clock,
    bell: AlarmBell,
    closed: Callable[[], None],
) -> LostTime:
    """What finds out whether a backup was put back; `closed` is told when what it held may go on."""
    return LostTime(
        database,
        clock,
        bell,
        brand_id=row.brand_id,
        our_time_since=our_time_since(settings, row),
        answer_up_to=settings.answer_up_to,
        lag=settings.x_lag,
        ticket_prefix=settings.ticket_prefix,
        last_call=None if database.path is None else LastCall(database.path),
        closed=closed,
    )


def accounts_of(database: Database, brand_id: str) -> EmbeddedAccounts:
    """Where account data comes from. While it knows no customer, the account commands are off: an import made
    meanwhile switches them on without a restart.
    """
    return EmbeddedAccounts(database, brand_id)


def _marks_taken(database: Database, brand_id: str, some: Sequence[str], now: datetime) -> set[str]:
    return database.read(lambda c: deliveries.marks_taken(c, brand_id, some, now - MARKS_DIFFER_FOR))
