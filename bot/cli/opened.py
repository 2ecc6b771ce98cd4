"""Opens what a command of the CLI works on: the settings, the database as it stands, its brand, the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.errors import ExitCode, OperatorError
from bot.settings import Settings
from bot.settings_check import load_settings
from storage import schema
from storage.database import Database, normal_url
from storage.upkeep import brand
from storage.upkeep.brand import BrandRow

BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that has served its brand at least once. `clock` is X's, as the daemon has learnt it."""

    settings: Settings
    database: Database
    brand: BrandRow
    clock: SystemClock

    @property
    def brand_id(self) -> str:
        return self.brand.brand_id

    def now(self) -> datetime:
        return self.clock.now()


@contextmanager
def opened() -> Iterator[Opened]:
    """The database that the settings name.

    Raises: WrongSettings, StorageTrouble, SchemaTrouble; OperatorError where it was never started.
    """
    settings = load_settings()
    if not database_exists(settings):
        raise never_started(settings)
    with open_database(settings) as database:
        schema.check(database)
        row = database.read(brand.only)
        if row is None:
            raise never_started(settings)
        yield Opened(settings, database, row, clock_of(row))


def open_database(settings: Settings) -> Database:
    """The database, whatever its tables; an SQLite file is made where there is none."""
    return Database(settings.database, busy_seconds=BUSY_SECONDS, pool_size=2)


def clock_of(row: BrandRow | None) -> SystemClock:
    """X's clock as the daemon last knew it."""
    return SystemClock(timedelta(milliseconds=row.x_offset_ms if row else 0))


def database_exists(settings: Settings) -> bool:
    """Whether there is a file to open; on PostgreSQL the server will say."""
    path = settings.sqlite_file
    return path is None or path.is_file()


def shown_database(settings: Settings) -> str:
    """The database's address without its password."""
    return str(settings.sqlite_file or normal_url(settings.database).render_as_string())


def never_started(settings: Settings) -> OperatorError:
    """There is nothing to look at yet."""
    return OperatorError(
        "never-started",
        f"TweetServe has never been started on {shown_database(settings)}.",
        "Nobody is affected.",
        "Nothing was done.",
        "Type: tweetserve run   (or set DATABASE_URL to the database you mean)",
        exit_code=ExitCode.NOT_CONFIGURED,
    )
