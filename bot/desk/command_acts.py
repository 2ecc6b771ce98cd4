"""What a colleague can do with a command: switch it off, and on again."""

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Act, Desk, note
from storage.upkeep import switches

BY_HAND = "switched off by"


def switch_off(desk: Desk, command: str, *, known: frozenset[str], by: str) -> Act:
    """Customers who ask for it are not answered by it any more. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        _check(command, known)
        if not switches.switch_off(connection, desk.brand_id, command, f"{BY_HAND} {by}", desk.now()):
            return Act(f"#{command} was off already.", f"command:{command}")
        note(desk, connection, "switched off", f"command:{command}", by=by)
        return Act(f"#{command} is off.", f"command:{command}")

    return desk.write(work)


def switch_on(desk: Desk, command: str, *, known: frozenset[str], by: str) -> Act:
    """It answers again, and what it did to be switched off is forgotten. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        _check(command, known)
        if not switches.switch_on(connection, desk.brand_id, command):
            return Act(f"#{command} was on already.", f"command:{command}")
        note(desk, connection, "switched on", f"command:{command}", by=by)
        return Act(f"#{command} is on.", f"command:{command}")

    return desk.write(work)


def _check(command: str, known: frozenset[str]) -> None:
    if command not in known:
        raise desk_errors.no_such("command", command, listing="commands")
