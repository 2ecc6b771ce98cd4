"""What a colleague can do about an incident: open it, change what it says, close it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.engine import Connection

from bot.desk import desk_errors, incident_errors
from bot.desk.acts import Act, Desk, note
from bot.desk.incident_text import checked_text
from bot.flow.decide.incident_answers import can_answer
from commands.lexicon.folding import fold
from commands.registry import Loaded
from commands.wording.locales import ENGLISH, LOCALES, Formats
from storage.incidents import incidents
from storage.incidents.incidents import IncidentRow, NewIncident

NO_END = "none"  # --until none: somebody closes it


def open_incident(
    desk: Desk, loaded: Loaded, text: str, commands: Sequence[str], until: str, *, by: str
) -> Act:
    """From now on these commands answer with this text. Raises: OperatorError."""
    plain, now = checked_text(desk, text), desk.now()
    ids = _command_ids(loaded, commands)
    new = NewIncident(plain, ids, _until(desk, until, now))

    def work(connection: Connection) -> Act:
        _check_free(desk, loaded, connection, ids, now)
        incident_id = incidents.open_(connection, desk.brand_id, new, by=by, now=now)
        subject = f"incident:{incident_id}"
        note(desk, connection, "incident opened", subject, by=by, text=plain, commands=list(ids))
        named = ", ".join(f"#{loaded.commands[one].name}" for one in ids)
        return Act(
            f"Incident {incident_id} is open: {named} answer with it{_told_until(desk, new)}.", subject
        )

    return desk.write(work)


def update_incident(
    desk: Desk,
    loaded: Loaded,
    given: int | None,
    text: str,
    commands: Sequence[str],
    until: str,
    *,
    by: str,
) -> Act:
    """Changes what is given of text, commands and end; `given` None: the one that is open.

    Those who asked to be told hear nothing before the end. Raises: OperatorError.
    """
    if not (text or commands or until):
        raise incident_errors.nothing_to_change()
    now = desk.now()
    plain = checked_text(desk, text) if text else ""
    ids = _command_ids(loaded, commands) if commands else ()
    until_at = _until(desk, until, now)

    def work(connection: Connection) -> Act:
        row = _open_one(desk, connection, given, now)
        _check_free(desk, loaded, connection, ids, now, but=row.id)
        new = NewIncident(plain or row.text, ids or row.commands.split(), until_at if until else row.until_at)
        incidents.change(connection, desk.brand_id, row.id, new)
        subject = f"incident:{row.id}"
        note(
            desk, connection, "incident changed", subject,
            by=by, text=new.text, commands=list(new.commands),
        )  # fmt: skip
        return Act(f"Incident {row.id} is changed{_told_until(desk, new)}.", subject)

    return desk.write(work)


def close_incident(desk: Desk, given: int | None, news: str, *, by: str) -> Act:
    """Ends it: the commands answer by themselves again, and those who asked are told, with `news` if given.

    Raises: OperatorError.
    """
    now = desk.now()
    plain = checked_text(desk, news) if news else ""

    def work(connection: Connection) -> Act:
        row = _open_one(desk, connection, given, now)
        incidents.close(connection, desk.brand_id, row.id, by=by, at=now, news=plain)
        subject = f"incident:{row.id}"
        note(desk, connection, "incident closed", subject, by=by, news=plain)
        return Act(f"Incident {row.id} is closed; those who asked to be told hear it now.", subject)

    return desk.write(work)


def _open_one(desk: Desk, connection: Connection, given: int | None, now: datetime) -> IncidentRow:
    if given is None:
        standing = _standing(desk, connection, now)
        if len(standing) != 1:
            raise incident_errors.which(len(standing))
        return standing[0]
    row = incidents.find(connection, desk.brand_id, [given]).get(given)
    if row is None:
        raise desk_errors.no_such("incident", str(given), listing="incidents --all")
    if row.over_at(now) is not None:
        raise incident_errors.closed(given)
    return row


def _standing(desk: Desk, connection: Connection, now: datetime) -> list[IncidentRow]:
    known = incidents.current(connection, desk.brand_id, now)
    return [row for row in known if row.over_at(now) is None]


def _check_free(
    desk: Desk,
    loaded: Loaded,
    connection: Connection,
    ids: Sequence[str],
    now: datetime,
    *,
    but: int | None = None,
) -> None:
    """One command answers with one incident: two texts would not fit in one post."""
    for row in _standing(desk, connection, now):
        for one in ids:
            if row.id != but and one in row.command_ids:
                raise incident_errors.taken(loaded.commands[one].name, row.id)


def _command_ids(loaded: Loaded, given: Sequence[str]) -> tuple[str, ...]:
    """The ids of the commands that are named, each once. Raises: OperatorError."""
    names = [name.strip().removeprefix("#") for name in given if name.strip()]
    if not names:
        raise incident_errors.no_commands()
    found = []
    for name in names:
        command_id = loaded.names.get(fold(name))
        if command_id is None or not can_answer(loaded.commands[command_id].rules):
            raise incident_errors.unfit_command(name)
        found.append(command_id)
    return tuple(dict.fromkeys(found))


def _until(desk: Desk, written: str, now: datetime) -> datetime | None:
    """The instant of `18:00` (the next one) or `2026-11-24T18:00` in the brand's zone.

    Raises: OperatorError.
    """
    if not written or written == NO_END:
        return None
    zone = desk.house.brand.zone
    try:
        if len(written) <= len("18:00"):
            at = datetime.combine(now.astimezone(zone).date(), time.fromisoformat(_two_digits(written)), zone)
            return at if at > now else at + timedelta(days=1)
        at = datetime.fromisoformat(written)
        at = at.replace(tzinfo=zone) if at.tzinfo is None else at
    except ValueError:
        raise incident_errors.unreadable_time(written) from None
    if at <= now:
        raise incident_errors.unreadable_time(written)
    return at


def _two_digits(written: str) -> str:
    return written.zfill(len("18:00"))


def _told_until(desk: Desk, new: NewIncident) -> str:
    if new.until_at is None:
        return " until it is closed"
    return f" until {Formats(LOCALES[ENGLISH], desk.house.brand.zone).moment(new.until_at)}"
