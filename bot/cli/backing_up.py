"""`tweetserve backup` and `tweetserve restore`: a copy of the SQLite database, made in use and put back.

On PostgreSQL its own tools do that better; there a backup made by them is only put on record.
"""

import sys
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.cli.opened import clock_of, database_exists, never_started, open_database
from bot.cli.printing import put, say
from bot.errors import OperatorError
from bot.settings import Settings
from bot.settings_check import load_settings
from storage import schema
from storage.database import Database, StorageTrouble, TroubleKind
from storage.engine import sqlite_copies
from storage.engine.last_call import LastCall
from storage.engine.owner_lock import OwnerLock
from storage.engine.quick_connection import whole
from storage.upkeep import backups, brand
from storage.upkeep.brand import ServesAnother

FOLDER = "backups"  # beside the database, unless told otherwise


def back_up(to: Path | None, *, made: bool) -> None:
    """Makes a backup while the daemon may be serving, and prints where it is. `made`: it was made already.

    Raises: WrongSettings, StorageTrouble, OperatorError.
    """
    settings = load_settings()
    if not database_exists(settings):
        raise never_started(settings)
    with open_database(settings) as database:
        is_current = database.read(schema.found_revision) == schema.HEAD
        now = clock_of(database.read(brand.only) if is_current else None).now()
        if made:
            target = _made_elsewhere(to)
        else:
            source = _file_of(settings)
            target = _target(source, to, now)
            sqlite_copies.make_copy(source, target, _progress)
            _end_progress()
        if is_current:
            database.write(lambda c: _note(c, now, target))
        else:
            say("The tables are of another version of TweetServe: the backup is whole, but not on record.")
    put(str(target))


def restore(file: Path) -> None:
    """Puts a backup in the place of the database, which is kept under another name.

    Raises: WrongSettings, StorageTrouble, NewerSchema, HeldByAnother, ServesAnother, OperatorError.
    """
    place = _file_of(load_settings())
    with ExitStack() as held:
        held.enter_context(OwnerLock(place))
        copy = place.with_name(place.name + ".restoring")
        held.callback(copy.unlink, missing_ok=True)
        known_until = _copied(file, copy)
        replaced = place.exists()
        if replaced:
            _serve_the_same(copy, place)
        kept = _free_name(place)
        sqlite_copies.put_in_place(copy, place, kept)
        LastCall(place).forget()
    put(str(place))
    if replaced:
        say(f"The database that stood there is kept: {kept}")
    say(f"The backup knows what happened until {known_until}.")
    say("When the daemon starts, it first finds out at X what was answered since then.")


def _file_of(settings: Settings) -> Path:
    """The SQLite file. Raises: OperatorError on PostgreSQL."""
    if settings.sqlite_file is not None:
        return settings.sqlite_file
    raise OperatorError(
        "backup-postgres",
        "The database is PostgreSQL, whose own tools make its backups and put them back.",
        "Nobody is affected.",
        "Nothing was done.",
        "Use pg_dump and pg_restore as docs/operate.md shows; then put the backup on record: "
        "tweetserve backup --to FILE --made",
    )


def _made_elsewhere(to: Path | None) -> Path:
    if to is None or not to.exists():
        raise _unusable(f"There is no {to}" if to else "With --made, --to says where the backup is")
    return to.resolve()


def _target(source: Path, to: Path | None, now: datetime) -> Path:
    """Where the backup goes: never over the database itself, nor over a file that is no backup."""
    name = f"{source.stem}-{now:%Y%m%dT%H%M%SZ}{source.suffix}"
    if to is None:
        return source.parent / FOLDER / name
    target = to / name if to.is_dir() else to
    is_itself = target.exists() and target.samefile(source)
    in_the_way = target.exists() and target.stat().st_size and not sqlite_copies.is_ours(target)
    if is_itself or in_the_way:
        raise OperatorError(
            "backup-in-the-way",
            f"{target} is {'the database itself' if is_itself else 'no backup'}.",
            "Nobody is affected.",
            "No backup was made, and the file is as it was.",
            "Name another file.",
        )
    return target


def _note(connection: Connection, now: datetime, target: Path) -> None:
    row = brand.only(connection)
    if row is not None:
        backups.note(connection, row.brand_id, now, str(target))


def _copied(file: Path, copy: Path) -> str:
    """Copies and checks the backup; until when it knows what happened, in words."""
    if not file.is_file():
        raise _unusable(f"There is no file {file}")
    try:
        sqlite_copies.make_copy(file, copy, _progress)
        _end_progress()
        with Database(f"sqlite:///{copy}") as database:
            if database.read(schema.found_revision) is None:
                raise _unusable(f"{file} is no database of TweetServe's")
            with suppress(schema.OlderSchema):  # it is migrated when the daemon starts
                schema.check(database)
            return database.read(_known_until)
    except StorageTrouble as trouble:
        if trouble.kind is not TroubleKind.CORRUPT:
            raise
        raise _unusable(f"{file} is damaged, or is no database") from trouble


# These tables may be of an older version than the program: they are read by hand.
_READ_AT = sa.text("SELECT max(read_at) FROM cursors")
_SERVES = sa.text("SELECT serves FROM brands")


def _known_until(connection: Connection) -> str:
    found = (
        connection.execute(_READ_AT).scalar() if sa.inspect(whole(connection)).has_table("cursors") else None
    )
    return f"{str(found)[:16]} UTC" if found else "before it was first served"


def _serves(connection: Connection) -> str | None:
    if not sa.inspect(whole(connection)).has_table("brands"):
        return None
    found = connection.execute(_SERVES).scalar()
    return None if found is None else str(found)


def _serve_the_same(copy: Path, place: Path) -> None:
    """Returns when both remember the same X. One that cannot be read is no reason to keep it.

    Raises: ServesAnother.
    """
    wanted = None
    with suppress(StorageTrouble), Database(f"sqlite:///{place}") as database:
        wanted = database.read(_serves)
    with Database(f"sqlite:///{copy}") as database:
        found = database.read(_serves)
    if wanted is not None and found is not None and found != wanted:
        raise ServesAnother(found, wanted)


def _free_name(place: Path) -> Path:
    """A name beside the database that nothing has yet."""
    number = 1
    while (name := place.with_name(f"{place.name}.replaced-{number}")).exists():
        number += 1
    return name


def _unusable(what: str) -> OperatorError:
    return OperatorError(
        "backup-unusable",
        f"{what}.",
        "Nobody is affected.",
        "Nothing was done: the database is as it was.",
        "Name another backup.",
    )


def _progress(left: int, of_all: int) -> None:
    if sys.stderr.isatty() and of_all:
        sys.stderr.write(f"\r\x1b[K{100 * (of_all - left) // of_all} %")
        sys.stderr.flush()


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
