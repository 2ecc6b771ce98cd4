"""People: what a decision needs about many of them comes in a few queries, and is all there."""

from datetime import timedelta

from storage import inbox, people
from storage.promises import consents, handovers, pendings, tickets
from storage.promises.pendings import NewPending
from storage.promises.tickets import NewTicket
from storage.states import ConsentKind, PendingKind, Reason, TicketState


def test_a_persons_file_holds_all_a_decision_needs(database, brand, noon, stored, post, claim) -> None:
    stored(post(1), post(2, "ben"))

    def write(c):
        people.see(c, brand, ["ana", "ben", "ana"], noon)
        people.name(c, brand, {"ana": "Ana"})
        people.link(c, brand, "ana", "C-1", proof="passport", now=noon)
        consents.give(c, brand, "ana", ConsentKind.DM, how="wrote", wording_version="1", now=noon)
        pendings.expect(
            c, brand, [NewPending("ana", PendingKind.COMMAND, 1, noon + timedelta(hours=24))], noon
        )
        tickets.open_(c, brand, NewTicket("BT-1", "refund", "ana", noon), noon)
        handovers.open_(c, brand, "ben", reason="agent", now=noon)
        for mention in inbox.claim(c, brand, "w", 1, 100, 9):
            inbox.decided(c, [inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "data help")], noon)

    database.write(write)
    files = database.read(
        lambda c: people.files(
            c, brand, ["ana", "ben", "nobody"], now=noon, asked_since=noon - timedelta(days=1)
        )
    )

    ana, ben = files["ana"], files["ben"]
    assert set(files) == {"ana", "ben"}
    assert (ana.person.username, ana.person.customer_id, ana.consents) == ("Ana", "C-1", {ConsentKind.DM})
    assert [ticket.reference for ticket in ana.tickets] == ["BT-1"]
    assert [pending.mention_id for pending in ana.pendings] == [1]
    assert ana.handover is None
    assert ben.handover is not None
    assert ana.times_asked("help", noon - timedelta(hours=1)) == 1
    assert ana.times_asked("text", noon - timedelta(hours=1)) == 0


def test_a_username_that_changes_hands_belongs_to_its_new_bearer(database, brand, noon) -> None:
    def write(c):
        people.see(c, brand, ["1", "2"], noon)
        people.name(c, brand, {"1": "Ana"})
        people.name(c, brand, {"2": "ana"})

    database.write(write)

    found = database.read(lambda c: people.by_username(c, brand, "@ANA"))
    assert found is not None
    assert found.x_id == "2"


def test_seeing_somebody_again_keeps_what_is_known_of_them(database, brand, noon) -> None:
    def write(c):
        people.see(c, brand, ["ana"], noon)
        people.block(c, brand, "ana", by="dora", now=noon)
        people.see(c, brand, ["ana"], noon + timedelta(days=1))
        return people.find(c, brand, ["ana"])["ana"]

    ana = database.write(write)

    assert (ana.first_seen_at, ana.last_seen_at, ana.blocked_at) == (noon, noon + timedelta(days=1), noon)


def test_a_consent_is_live_until_it_is_withdrawn(database, brand, noon) -> None:
    def give(c):
        return consents.give(c, brand, "ana", ConsentKind.DM, how="wrote", wording_version="1", now=noon)

    given = [database.write(give), database.write(give)]
    withdrawn = database.write(lambda c: consents.withdraw(c, brand, "ana", list(ConsentKind), noon))

    assert given == [True, False]
    assert withdrawn == 1
    assert database.read(lambda c: consents.live(c, brand, ["ana"])) == {}
    assert database.write(give)


def test_a_customer_is_handed_over_once_at_a_time(database, brand, noon) -> None:
    def hand_over(c, urgent=False):
        return handovers.open_(c, brand, "ana", reason="agent", now=noon, urgent=urgent)

    first = database.write(hand_over)
    second = database.write(lambda c: hand_over(c, urgent=True))
    standing = database.read(lambda c: handovers.open_of(c, brand, ["ana"]))["ana"]
    released = database.write(lambda c: handovers.release(c, brand, first.id, by="cleo", now=noon))
    third = database.write(hand_over)

    assert (first.is_new, second.is_new, second.id, standing.urgent) == (True, False, first.id, True)
    assert released
    assert third.is_new


def test_a_quiet_hand_over_goes_back_to_the_bot(database, brand, noon) -> None:
    database.write(lambda c: handovers.open_(c, brand, "ana", reason="agent", now=noon))
    database.write(lambda c: handovers.touch(c, brand, ["ana"], noon + timedelta(hours=5)))

    def release(at):
        return database.write(
            lambda c: handovers.release_quiet(c, brand, quiet_since=at - timedelta(hours=24), now=at)
        )

    assert release(noon + timedelta(hours=29)) == []
    assert len(release(noon + timedelta(hours=29, seconds=1))) == 1


def test_a_pending_is_used_once_and_ends_with_its_time(database, brand, noon, stored, post) -> None:
    stored(post(1), post(2))
    day = timedelta(hours=24)
    new = [NewPending("ana", PendingKind.COMMAND, mention, noon + day * mention) for mention in (1, 2)]
    database.write(lambda c: pendings.expect(c, brand, new, noon))

    def live(at):
        return [
            p.mention_id for p in database.read(lambda c: pendings.live(c, brand, ["ana"], at)).get("ana", [])
        ]

    newest = database.read(lambda c: pendings.live(c, brand, ["ana"], noon))["ana"][0]
    assert (live(noon), live(noon + day), live(noon + 2 * day)) == ([2, 1], [2], [])
    assert database.write(lambda c: pendings.use(c, newest.id, noon))
    assert not database.write(lambda c: pendings.use(c, newest.id, noon))
    assert database.read(lambda c: pendings.anyone_expected(c, brand, noon))
    assert not database.read(lambda c: pendings.anyone_expected(c, brand, noon + day))


def test_a_ticket_gathers_mentions_and_closes(database, brand, noon, stored, post) -> None:
    stored(post(1))

    def write(c):
        ticket = tickets.open_(c, brand, NewTicket("BT-1", "refund", "ana", noon), noon)
        added = [tickets.add(c, brand, ticket, 1, noon) for _ in "ab"]
        told = [tickets.acknowledge(c, brand, ticket, noon) for _ in "ab"]
        tickets.move(c, brand, ticket, TicketState.CLOSED, noon)
        return ticket, added, told

    ticket, added, told = database.write(write)

    assert (added, told) == ([True, False], [True, False])
    assert database.read(lambda c: tickets.live_of(c, brand, ["ana"])) == {}
    assert database.read(lambda c: tickets.taken(c, brand, ["BT-1", "BT-2"])) == {"BT-1"}
    assert database.read(lambda c: tickets.find(c, brand, [ticket]))[ticket].closed_at == noon
