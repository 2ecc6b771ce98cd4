"""A look whose process died: another process makes it after the lease, and the ledger learns what X has
charged for it.
"""

from datetime import timedelta

from bot.flow.outgoing import by_hand
from storage import outbox
from storage.states import Channel

POSTS, MESSAGES = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
OWN, TALK = "GET /2/users/:id/tweets", "GET /2/dm_conversations/with/:id/dm_events"


def test_a_look_that_died_with_its_process_is_made_again_for_what_x_charged(house, send) -> None:
    public = house.answer(house.ask())
    house.x.fault(POSTS, "cut_after")
    send(house.sender())
    _dies_looking(house, OWN, public)

    house.advance(timedelta(minutes=2))
    house.restart().step()

    assert house.spent() == house.x.bill()
    assert house.open_lines() == []


def test_a_look_into_a_conversation_that_died_is_made_again_too(house, send) -> None:
    private = house.private_answer()
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())
    _dies_looking(house, TALK, private)

    house.advance(timedelta(minutes=2))
    house.restart().step()

    assert house.spent() == house.x.bill()
    assert house.open_lines() == []


def _dies_looking(house, route: str, delivery: int) -> None:
    """X answers and charges a look, nobody gets the answer, and a person decides meanwhile."""
    house.x.fault(route, "cut_after")
    house.advance(timedelta(seconds=2))
    house.reconciler().step()
    assert len(house.open_lines()) == 2
    now = house.clock.now()
    house.database.write(lambda c: by_hand.has_been_sent(c, house.brand_id, delivery, now))


def test_what_a_dead_process_was_looking_for_is_looked_for_again_after_the_lease(house, send) -> None:
    public = house.answer(house.ask())
    house.x.fault(POSTS, "cut_after")
    send(house.sender())
    house.advance(timedelta(seconds=2))
    other = house.reconciler()
    dying = house.database.write(
        lambda c: outbox.claim_unsure(
            c, house.brand_id, "dying", now_ms=house.lease_clock.now_ms(), lease_ms=30_000, at_most=20
        )
    )
    house.advance(timedelta(seconds=29))
    other.step()
    early = house.row(public).state

    house.advance(timedelta(seconds=2))
    other.step()

    assert [one.id for one in dying] == [public]
    assert (early, house.row(public).state) == ("unsure", "sent")


def talks(house) -> int:
    """How often a conversation was read."""
    made = house.x.control("GET", "requests?after=0")["requests"]
    return sum(one["path"].startswith("/2/dm_conversations/") and one["method"] == "GET" for one in made)


def test_what_x_will_not_show_again_is_booked_at_its_worst_and_asked_for_once(house, send) -> None:
    private = house.private_answer()
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())
    _dies_looking(house, TALK, private)
    house.x.fault(TALK, "status", status=403, times=0)
    before = talks(house)

    for _ in range(3):
        house.advance(timedelta(minutes=2))
        house.restart().step()

    assert talks(house) == before + 1
    assert house.open_lines() == []
    assert house.spent() > house.x.bill()


def test_a_look_of_another_day_is_not_paid_for_again(house, send) -> None:
    private = house.private_answer()
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())
    _dies_looking(house, TALK, private)
    before = talks(house)

    house.advance(timedelta(days=1))
    house.restart().step()

    assert talks(house) == before
    assert house.open_lines() == []


def test_looks_that_half_a_lease_leaves_no_time_for_are_put_off(house, send) -> None:
    mention = house.ask("ben")
    house.consent(mention)
    waiting = [house.private_answer(), house.answer(mention, "Your bill", channel=Channel.PRIVATE)]
    house.x.fault(MESSAGES, "cut_after", times=2)
    send(house.sender())
    house.advance(timedelta(seconds=2))
    looking = house.reconciler()
    found = house.client.conversation_events
    house.client.conversation_events = lambda *args, **more: (
        house.lease_clock.advance(timedelta(seconds=16)),
        found(*args, **more),
    )[1]

    looking.step()
    first = sorted(house.row(one).state for one in waiting)
    looking.step()

    assert first == ["sent", "unsure"]
    assert {house.row(one).state for one in waiting} == {"sent"}
