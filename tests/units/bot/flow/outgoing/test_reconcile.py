"""What may have reached X is looked for before its bytes leave again; what cannot be known goes to a
person.
"""

from datetime import timedelta

import pytest

from bot.flow.outgoing import by_hand
from bot.flow.outgoing.remarking import remarked
from storage import outbox, stories
from storage.states import Channel
from storage.upkeep import ledger

POSTS = "POST /2/tweets"
MESSAGES = "POST /2/dm_conversations/with/:id/messages"
OWN = "GET /2/users/:id/tweets"
LAG = timedelta(seconds=60)


@pytest.fixture
def unsure(house, send):
    """Sends a public reply whose call ends in a way that tells nothing; its id."""

    def make(kind: str = "cut_after", **more: object) -> int:
        delivery = house.answer(house.ask())
        house.x.fault(POSTS, kind, **more)
        send(house.sender())
        assert house.row(delivery).state == "unsure"
        return delivery

    return make


@pytest.fixture
def look(house):
    """Lets time go on and looks once."""

    def at(later: timedelta = timedelta(seconds=2), **terms: object) -> int:
        house.advance(later)
        return house.reconciler(**terms).step()

    return at


@pytest.mark.parametrize("kind", ["cut_after", "broken_json"])
def test_a_reply_of_unknown_fate_is_found_and_not_sent_again(house, send, unsure, look, kind) -> None:
    delivery = unsure(kind)

    look()
    send(house.sender())

    row = house.row(delivery)
    assert (row.state, row.attempts) == ("sent", 1)
    assert house.x.posts() == ["Commands: data, help · 12:00:00"]
    assert house.spent() == house.x.bill()
    (mention,) = house.database.read(lambda c: stories.list_mentions(c, house.brand_id))
    assert mention["answered_at"] is not None


def test_a_reply_of_unknown_fate_is_looked_up_before_it_is_sent_again(house, send, unsure, look) -> None:
    delivery = unsure("cut_before")

    early = look(timedelta(seconds=2))
    send(house.sender())
    once = look(LAG)
    send(house.sender())
    too_soon = look(LAG - timedelta(seconds=1))
    send(house.sender())
    before = house.x.calls()
    twice = look(timedelta(seconds=1))
    send(house.sender())

    assert (early, once, too_soon, twice) == (0, 0, 0, 1)
    assert before == 1
    row = house.row(delivery)
    assert (row.state, row.attempts, row.text) == ("sent", 2, "Commands: data, help · 12:00:00")
    assert house.x.posts() == ["Commands: data, help · 12:00:00"]
    assert house.spent() == house.x.bill()


def test_a_post_that_x_shows_late_is_found_in_time(house, send, unsure, look) -> None:
    house.x.fault(OWN, "late", seconds=90, times=0)
    delivery = unsure()
    look()
    look(LAG)

    house.x.heal()
    house.x.control("POST", "clock", advance_seconds=120)
    look(LAG)
    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert len(house.x.posts()) == 1


def test_a_500_after_the_write_is_not_answered_with_a_second_post(house, send, unsure, look) -> None:
    delivery = unsure("status", status=503, done=True)

    look()
    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert len(house.x.posts()) == 1


def test_what_cannot_be_looked_for_stays_unsure_with_an_alarm(house, send, unsure, look) -> None:
    delivery = unsure()
    house.x.fault(OWN, "status", status=500, times=0)

    for _ in range(4):
        look(LAG)
        send(house.sender())
    alarms = house.alarms()
    state = house.row(delivery).state

    house.x.heal()
    house.x.control("POST", "clock", advance_seconds=600)
    house.client.me()
    look(LAG)

    assert state == "unsure"
    assert "send-cannot-look" in alarms
    assert house.row(delivery).state == "sent"
    assert house.alarms() == []


def test_after_five_tries_a_person_decides(house, send, look) -> None:
    delivery = house.answer(house.ask())
    house.x.fault(POSTS, "cut_before", times=0)
    for _ in range(6):
        send(house.sender())
        house.x.control("POST", "clock", advance_seconds=400)  # the route's back-off passes
        house.client.me()
        for _ in range(3):
            look(LAG)

    row = house.row(delivery)
    assert (row.state, row.reason, row.attempts) == ("unsure", outbox.FOR_A_PERSON, 5)
    assert house.notices() == [f"delivery:{delivery}"]
    assert house.x.calls() == 5


def test_words_that_x_has_already_get_a_new_mark_once(house, send, look) -> None:
    first = house.answer(house.ask())
    second = house.answer(house.ask("ben"))  # the same words and mark
    send(house.sender())
    states = {house.row(first).state, house.row(second).state}

    look(timedelta())
    send(house.sender())

    assert states == {"sent", "unsure"}
    assert [row.state for row in house.rows()] == ["sent", "sent"]
    assert sum(row.text.startswith("Commands: data, help · 23:59:") for row in house.rows()) == 1
    assert len(house.x.posts()) == 2
    assert house.spent() == house.x.bill()


def test_a_second_refusal_of_the_new_words_goes_to_a_person(house, send, look) -> None:
    delivery = house.answer(house.ask())
    house.x.fault(
        POSTS,
        "status",
        status=403,
        body={"detail": "You are not allowed to create a Tweet with duplicate content."},
        times=0,
    )

    for _ in range(3):
        send(house.sender())
        look(timedelta())

    assert [row.state for row in house.rows()] == ["refused"]
    assert house.notices() == [f"delivery:{delivery}"]


def test_a_duplicate_refused_on_a_resend_is_never_rephrased(house, send, unsure, look) -> None:
    delivery = unsure("cut_before")
    for _ in range(3):
        look(LAG)
    house.x.fault(
        POSTS,
        "status",
        status=403,
        body={"detail": "You are not allowed to create a Tweet with duplicate content."},
    )
    send(house.sender())
    refused = house.row(delivery)

    for _ in range(3):
        look(LAG)
        send(house.sender())

    assert (refused.state, refused.unknown_fate) == ("unsure", True)
    assert len(house.rows()) == 1
    assert house.row(delivery).reason == outbox.FOR_A_PERSON
    assert house.x.posts() == []


def test_a_message_of_unknown_fate_is_found_among_the_events(house, send, look) -> None:
    delivery = house.private_answer("Your bill: 20 < 30 & due. https://brighttel.example/privacy")
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())

    look()
    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert len(house.x.messages()) == 1
    assert house.row(delivery).x_id is not None


def test_a_message_that_never_arrived_is_sent_again_with_the_same_words(house, send, look) -> None:
    delivery = house.private_answer()
    house.x.fault(MESSAGES, "cut_before")
    send(house.sender())

    for _ in range(3):
        look(LAG)
    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert [text for _, text in house.x.messages()] == ["You have 4 GB left."]


def test_an_earlier_message_with_the_same_words_is_not_taken_for_this_one(house, send, look) -> None:
    house.private_answer()
    send(house.sender())
    delivery = house.private_answer()
    house.x.fault(MESSAGES, "cut_before")
    send(house.sender())

    look()
    found_early = house.row(delivery).state
    for _ in range(2):
        look(LAG)
    send(house.sender())

    assert found_early == "unsure"
    assert len(house.x.messages()) == 2


def test_what_a_killed_sender_left_is_found_at_once(house, claimed, send, look) -> None:
    delivery = house.answer(house.ask())
    dead = house.sender()
    dead.call(claimed(dead))
    successor = house.sender()
    successor.sweep(sole=True)

    look(timedelta())
    send(successor)

    assert house.row(delivery).state == "sent"
    assert len(house.x.posts()) == 1
    assert house.spent() == house.x.bill()


def test_a_reconciler_killed_in_mid_look_is_followed_by_another(house, unsure, look) -> None:
    delivery = unsure()
    house.lease_clock.advance(timedelta(seconds=2))
    house.database.write(
        lambda c: outbox.claim_unsure(
            c, house.brand_id, "dead", now_ms=house.lease_clock.ms, lease_ms=60_000, at_most=9
        )
    )

    look(timedelta(seconds=30))
    meanwhile = house.row(delivery).state
    look(timedelta(seconds=30))

    assert meanwhile == "unsure"
    assert house.row(delivery).state == "sent"


def test_several_of_unknown_fate_are_found_in_one_read(house, send, look) -> None:
    for n, who in enumerate(("ana", "ben", "carys")):
        house.answer(house.ask(who), f"Hello · 12:00:0{n}")
    house.x.fault(POSTS, "cut_after", times=3)
    send(house.sender())

    look()

    assert [row.state for row in house.rows()] == ["sent"] * 3
    path = f"/2/users/{house.brand_id}/tweets"
    assert house.x.calls(path, "GET") == 1
    assert house.spent() == house.x.bill()


def test_a_lost_answer_stays_unsettled_until_its_fate_is_known(house, unsure, look) -> None:
    unsure()
    before = house.database.read(lambda c: ledger.unsettled(c, house.brand_id))

    look()

    assert [line.item for line in before] == ["post.create.summoned"]
    assert house.spent() == house.x.bill()


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("Hello · 12:00:00", "12:00:00", "Hello · 13:00:00"),
        ("Hello · 12:00:00 BC", "12:00:00 BC", "Hello · 13:00:00"),
        ("Your ticket is BT-7KQ2-4", "BT-7KQ2-4", "Your ticket is BT-7KQ2-4 · 13:00:00"),
    ],
)
def test_a_new_mark_takes_the_old_ones_place_but_a_reference_stays(text, mark, expected) -> None:
    assert remarked(text, mark, "13:00:00") == expected


def test_a_private_channel_is_looked_at_even_where_posts_cannot_be(house, send, look) -> None:
    public = house.answer(house.ask("ben"))
    private = house.private_answer()
    house.x.fault(POSTS, "cut_after")
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())
    house.x.fault(OWN, "status", status=500, times=0)

    look()

    assert house.row(private).channel == Channel.PRIVATE
    assert (house.row(public).state, house.row(private).state) == ("unsure", "sent")


def test_one_that_can_be_looked_for_does_not_end_the_alarm_about_another(house, send, unsure) -> None:
    public = unsure()
    house.x.fault(OWN, "status", status=500, times=0)
    reconciler = house.reconciler()
    house.advance(LAG)
    reconciler.step()
    private = house.private_answer()
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())

    house.advance(timedelta(seconds=2))
    reconciler.step()

    assert (house.row(public).state, house.row(private).state) == ("unsure", "sent")
    assert "send-cannot-look" in house.alarms()


def test_the_alarm_ends_when_a_person_has_decided_what_could_not_be_looked_for(house, unsure) -> None:
    public = unsure()
    house.x.fault(OWN, "status", status=500, times=0)
    reconciler = house.reconciler()
    house.advance(LAG)
    reconciler.step()
    alarmed = house.alarms()
    now = house.clock.now()
    house.database.write(lambda c: by_hand.has_been_sent(c, house.brand_id, public, now))

    reconciler.step()

    assert "send-cannot-look" in alarmed
    assert "send-cannot-look" not in house.alarms()


def test_the_alarm_of_an_earlier_run_ends_when_a_person_has_decided_meanwhile(house, unsure) -> None:
    public = unsure()
    house.x.fault(OWN, "status", status=500, times=0)
    house.advance(LAG)
    house.reconciler().step()
    alarmed = house.alarms()
    now = house.clock.now()
    house.database.write(lambda c: by_hand.has_been_sent(c, house.brand_id, public, now))

    house.restart().step()

    assert "send-cannot-look" in alarmed
    assert "send-cannot-look" not in house.alarms()


def test_after_a_restart_one_that_can_be_looked_for_does_not_end_the_alarm_about_another(
    house, send, unsure
) -> None:
    public = unsure()
    house.x.fault(OWN, "status", status=500, times=0)
    house.advance(LAG)
    house.reconciler().step()
    private = house.private_answer()
    house.x.fault(MESSAGES, "cut_after")
    send(house.sender())

    again = house.restart()
    house.advance(timedelta(seconds=2))
    again.step()

    assert (house.row(public).state, house.row(private).state) == ("unsure", "sent")
    assert "send-cannot-look" in house.alarms()
