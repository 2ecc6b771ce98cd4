"""What a colleague can do about a person: block, unblock, link to a customer, unlink."""

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Act, Desk, called, find_person, note
from commands.accounts import AccountsUnavailable
from storage import deliveries, people
from storage.promises import consents
from storage.states import ConsentKind

BLOCKED = "the person is blocked"
WORDING = "1"  # the version of the wording under which a colleague records that a customer agreed


def block(desk: Desk, who: str, *, by: str) -> Act:
    """Answers this person no more; what waits for them is dropped. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        person = find_person(desk, connection, who)
        people.block(connection, desk.brand_id, person.x_id, by=by, now=desk.now())
        dropped = deliveries.drop_for(connection, desk.brand_id, person.x_id, BLOCKED)
        note(desk, connection, "blocked", f"person:{person.x_id}", by=by, dropped=dropped)
        return Act(f"{called(person)} is not answered any more.", f"person:{person.x_id}")

    return desk.write(work)


def unblock(desk: Desk, who: str, *, by: str) -> Act:
    """Answers this person again. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        person = find_person(desk, connection, who)
        people.unblock(connection, desk.brand_id, person.x_id)
        note(desk, connection, "unblocked", f"person:{person.x_id}", by=by)
        return Act(f"{called(person)} is answered again.", f"person:{person.x_id}")

    return desk.write(work)


def link(desk: Desk, who: str, customer_id: str, *, proof: str, by: str) -> Act:
    """Matches an X account to a customer, by the proof a colleague saw and with the person's yes.

    Raises: OperatorError.
    """
    if not proof.strip():
        raise desk_errors.no_proof()
    _check_customer(desk, customer_id)

    def work(connection: Connection) -> Act:
        person, now = find_person(desk, connection, who), desk.now()
        people.link(connection, desk.brand_id, person.x_id, customer_id, proof=proof.strip(), now=now)
        consents.give(
            connection, desk.brand_id, person.x_id, ConsentKind.MATCHING,
            how=f"recorded by {by}: {proof.strip()}", wording_version=WORDING, now=now,
        )  # fmt: skip
        note(desk, connection, "linked", f"person:{person.x_id}", by=by)
        return Act(f"{called(person)} is linked to customer {customer_id}.", f"person:{person.x_id}")

    return desk.write(work)


def unlink(desk: Desk, who: str, *, by: str) -> Act:
    """Takes a link back; account questions of this person get the next step again. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        person, now = find_person(desk, connection, who), desk.now()
        people.unlink(connection, desk.brand_id, person.x_id)
        consents.withdraw(connection, desk.brand_id, person.x_id, [ConsentKind.MATCHING], now)
        note(desk, connection, "unlinked", f"person:{person.x_id}", by=by)
        return Act(f"{called(person)} is linked to no customer.", f"person:{person.x_id}")

    return desk.write(work)


def _check_customer(desk: Desk, customer_id: str) -> None:
    source = desk.house.accounts
    try:
        if source is not None and source.customer(customer_id) is not None:
            return
    except AccountsUnavailable as trouble:
        raise desk_errors.accounts_out_of_reach() from trouble
    raise desk_errors.no_such_customer(customer_id)
