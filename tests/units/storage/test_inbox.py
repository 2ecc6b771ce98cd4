"""The inbox: once per X id, one worker at a time, in order, and never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from storage import inbox, mentions
from storage.database import Database
from storage.states import Reason
from storage.upkeep import lapsed_claims


def done(mention: inbox.ClaimedMention) -> inbox.Decided:
    return inbox.Decided(mention.id, mention.fence, Reason.ANSWERED, "help")


def test_the_same_post_is_stored_once(stored, post) -> None:
    first = stored(post(1), post(2), post(1))
    second = stored(post(2), post(3))

    assert first == ["1", "2"]
    assert second == ["3"]


def test_a_claim_carries_what_was_said(stored, post, claim) -> None:
    stored(post(7))

    (mention,) = claim()

    assert (mention.x_id, mention.text, mention.fence, mention.tries) == ("7", "@BrightTel #help 7", 1, 1)


def test_what_one_person_asks_is_decided_in_the_order_asked(
    database, brand, noon, stored, post, claim
) -> None:
    stored(post(12), post(11))  # X's pages run from newest to oldest

    first = claim()
    meanwhile = claim()
    database.write(lambda connection: inbox.decided(connection, [done(first[0])], noon))
    second = claim()

    assert [mention.x_id for mention in first] == ["11"]
    assert meanwhile == []
    assert [mention.x_id for mention in second] == ["12"]


def test_urgent_ones_of_other_people_go_first(stored, post, claim) -> None:
    stored(post(1, "ana"), post(2, "ben"), post(3, "carys", priority=0))

    assert [mention.author_id for mention in claim()] == ["carys", "ana", "ben"]


def test_a_worker_that_lost_its_lease_cannot_decide(database, brand, noon, stored, post, claim) -> None:
    stored(post(1))
    (lost,) = claim("slow")
    database.write(lambda connection: lapsed_claims.sweep(connection, brand, "quick", 2000, 3))
    (taken,) = database.write(lambda c: inbox.claim_suspect(c, brand, "quick", 2000, 500))

    def decide_late(connection):
        ours = inbox.still_ours(connection, {lost.id: lost.fence})
        inbox.decided(connection, [done(lost)], noon)
        return ours

    assert database.write(decide_late) == set()
    assert database.read(lambda c: mentions.find(c, brand, [lost.id]))[lost.id].state == "handling"
    assert database.write(lambda c: inbox.still_ours(c, {taken.id: taken.fence})) == {taken.id}


def test_a_claim_given_back_in_peace_is_no_try(database, stored, post, claim) -> None:
    stored(post(1))
    (mention,) = claim()
    database.write(lambda connection: inbox.give_back(connection, {mention.id: mention.fence}))

    (again,) = claim()

    assert (again.tries, again.fence) == (1, 2)


def test_what_is_skipped_when_it_comes_is_never_claimed(stored, post, claim) -> None:
    stored(post(1, skipped=Reason.BEFORE_OUR_TIME))

    assert claim() == []


def test_a_person_can_have_a_mention_taken_again(database, brand, noon, stored, post, claim) -> None:
    stored(post(1))
    (mention,) = claim()
    database.write(lambda connection: inbox.decided(connection, [done(mention)], noon))

    taken = database.write(lambda connection: mentions.take_again(connection, brand, mention.id))

    assert taken
    assert [again.x_id for again in claim()] == ["1"]


def test_a_mention_set_aside_is_closed_and_its_worker_fenced(
    database, brand, noon, stored, post, claim
) -> None:
    stored(post(1))
    (mention,) = claim()

    database.write(lambda c: mentions.set_aside(c, brand, mention.id, Reason.BY_HAND, noon))

    assert database.write(lambda c: inbox.still_ours(c, {mention.id: mention.fence})) == set()
    assert (
        database.read(lambda c: mentions.find(c, brand, [mention.id]))[mention.id].reason == "skipped by hand"
    )


def test_many_workers_share_the_work_without_taking_anything_twice(
    open_database, brand: str, noon: datetime, post
) -> None:
    first: Database = open_database(group_commit=False)
    second: Database = open_database(group_commit=False)
    everybody = [post(n, f"person{n % 60}") for n in range(1, 121)]
    first.write(lambda connection: inbox.store(connection, brand, everybody, noon))

    def work(database: Database) -> list[tuple[str, int]]:
        seen = []
        while True:
            claimed = database.write(lambda connection: inbox.claim(connection, brand, "w", 1000, 500, 7))
            if not claimed:
                return seen
            seen += [(mention.author_id, mention.position) for mention in claimed]
            database.write(lambda c, held=claimed: inbox.decided(c, [done(m) for m in held], noon))

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, [first, second, first, second]))

    taken = [position for share in shares for _, position in share]
    assert len(taken) == len(set(taken))
    # a worker may stop while another still holds the first half of a conversation
    rest = work(first)
    assert sorted(taken + [position for _, position in rest]) == list(range(1, 121))
