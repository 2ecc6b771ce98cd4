"""Sending: each answer once, at a known price, to those who still want it, within X's limits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.flow.outgoing.leaving import Terms
from bot.x.outcomes import NotSent, Sent
from storage import deliveries, outbox, people, stories
from storage.promises import consents, handovers, pendings
from storage.states import Channel, ConsentKind, Purpose
from storage.upkeep import brand, ledger, own_posts
from storage.upkeep.own_posts import OwnPostRow

POSTS = "POST /2/tweets"
MESSAGES = "POST /2/dm_conversations/with/:id/messages"
INVITE = {"invite": {"text": "Please send us a message · 12:00:09", "mark": "12:00:09", "pending": True}}


def test_a_reply_is_sent_once_and_booked_at_its_price(house, send) -> None:
    delivery = house.answer(house.ask())

    send(house.sender())

    row = house.row(delivery)
    assert (row.state, row.attempts) == ("sent", 1)
    assert house.x.posts() == ["Commands: data, help · 12:00:00"]
    assert house.spent() == house.x.bill()
    assert str(house.spent()) == "0.01"


def test_a_private_answer_goes_to_who_agreed_to_messages(house, send) -> None:
    delivery = house.private_answer()

    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert house.x.messages() == [("ana", "You have 4 GB left.")]
    assert house.spent() == house.x.bill()


def test_a_link_in_a_post_is_booked_at_the_price_of_a_link(house, send) -> None:
    house.answer(house.ask(), "See brighttel.example.com/help · 12:00:00")

    send(house.sender())

    assert house.spent() == house.x.bill()
    assert str(house.spent()) == "0.2"


def test_the_mention_knows_when_it_was_answered(house, send) -> None:
    house.answer(house.ask())

    send(house.sender())

    (mention,) = house.database.read(lambda c: stories.list_mentions(c, house.brand_id))
    assert mention["answered_at"] is not None


def test_a_delivery_is_on_record_as_sending_before_its_call(house, claimed) -> None:
    delivery = house.answer(house.ask())
    sender = house.sender()

    leaving = claimed(sender)

    assert house.row(delivery).state == "sending"
    assert [
        line.delivery_id for line in house.database.read(lambda c: ledger.unsettled(c, house.brand_id))
    ] == [delivery]
    assert house.x.posts() == []
    assert isinstance(sender.call(leaving).outcome, Sent)


def test_a_call_does_not_leave_when_half_its_lease_is_over(house, claimed, send) -> None:
    delivery = house.answer(house.ask())
    sender = house.sender()
    leaving = claimed(sender)

    house.lease_clock.advance(timedelta(seconds=15))
    finished = sender.call(leaving)
    sender.turn([finished], 0)

    assert isinstance(finished.outcome, NotSent)
    assert (house.row(delivery).state, house.row(delivery).attempts) == ("queued", 0)
    assert house.x.calls() == 0
    send(sender)
    assert house.row(delivery).state == "sent"
    assert house.spent() == house.x.bill()


def test_a_call_may_not_last_half_a_lease() -> None:
    with pytest.raises(ValueError, match="less than half a lease"):
        Terms("1", "me", lease=timedelta(seconds=20), call_timeout=timedelta(seconds=10))


def test_a_closing_sender_gives_back_what_has_not_left(house, claimed) -> None:
    delivery = house.answer(house.ask())
    sender = house.sender()
    leaving = claimed(sender)

    sender.close()
    turn = sender.turn([sender.call(leaving)], 4)

    assert turn.leaving == ()
    assert house.row(delivery).state == "queued"
    assert house.spent() == house.x.bill() == 0


# -- who still wants it


def test_a_stop_reaches_what_is_queued_already(house, send) -> None:
    mention = house.ask()
    delivery = house.answer(mention)
    house.database.write(lambda c: people.stop(c, house.brand_id, mention.author_id, house.clock.now()))

    send(house.sender())

    assert (house.row(delivery).state, house.row(delivery).reason) == ("dropped", deliveries.STOPPED)
    assert house.x.posts() == []


def test_the_confirmation_of_a_stop_goes_out_despite_it(house, send) -> None:
    mention = house.ask()
    delivery = house.answer(mention, channel=Channel.PRIVATE, despite_stop=True)
    house.database.write(lambda c: people.stop(c, house.brand_id, mention.author_id, house.clock.now()))

    send(house.sender())

    assert house.row(delivery).state == "sent"


def test_a_consent_taken_back_meanwhile_turns_the_message_into_an_invitation(house, send) -> None:
    delivery = house.private_answer(instead=INVITE)
    person = house.row(delivery).person_id
    house.database.write(
        lambda c: consents.withdraw(c, house.brand_id, person, [ConsentKind.DM], house.clock.now())
    )

    send(house.sender())

    assert house.row(delivery).reason == "no consent to messages"
    assert house.x.messages() == []
    assert house.x.posts() == ["Please send us a message · 12:00:09"]


def test_what_became_too_old_while_it_waited_is_dropped(house, send) -> None:
    delivery = house.answer(house.ask())

    send(house.sender(oldest=timedelta(seconds=-1)))

    assert (house.row(delivery).state, house.row(delivery).reason) == ("dropped", "too old")


def test_a_colleagues_answer_in_xs_own_app_stops_ours(house, send) -> None:
    mention = house.ask()
    delivery = house.answer(mention)
    seen = OwnPostRow("999", "public", house.clock.now(), reply_to_id=mention.x_id)
    house.database.write(lambda c: own_posts.store(c, house.brand_id, [seen]))

    send(house.sender())

    assert house.row(delivery).reason == "answered by a person"
    assert house.x.posts() == []


def test_a_blocked_person_gets_nothing_but_what_a_colleague_writes(house, send) -> None:
    mention = house.ask()
    automatic = house.answer(mention)
    written = house.answer(mention, "Cleo here. ^CL", purpose=Purpose.PERSON, mark="")
    house.database.write(
        lambda c: people.block(c, house.brand_id, mention.author_id, by="dora", now=house.clock.now())
    )

    send(house.sender())

    assert (house.row(automatic).state, house.row(written).state) == ("dropped", "sent")


# -- X says no


def test_a_refused_message_falls_back_to_the_invitation_and_awaits_a_message(house, send) -> None:
    house.x.control("PATCH", "people/ana", accepts_dms=False)
    delivery = house.private_answer(instead=INVITE)
    person = house.row(delivery).person_id

    send(house.sender())

    assert house.row(delivery).state == "refused"
    assert house.x.posts() == ["Please send us a message · 12:00:09"]
    now = house.clock.now()
    assert len(house.database.read(lambda c: pendings.live(c, house.brand_id, [person], now))[person]) == 1
    assert house.database.read(lambda c: people.find(c, house.brand_id, [person]))[person].refuses_dm_at
    assert house.spent() == house.x.bill()


def test_a_refused_message_goes_to_a_person_when_the_one_public_reply_is_used(house, send) -> None:
    house.x.control("PATCH", "people/ana", accepts_dms=False)
    mention = house.ask()
    house.consent(mention)
    house.answer(mention, "Your ticket is BT-7KQ2-4", mark="BT-7KQ2-4", purpose=Purpose.TICKET)
    house.answer(mention, "Details, please", channel=Channel.PRIVATE, instead=INVITE)

    send(house.sender())

    assert house.x.posts() == ["Your ticket is BT-7KQ2-4"]
    standing = house.database.read(lambda c: handovers.open_of(c, house.brand_id, [mention.author_id]))
    assert list(standing) == [mention.author_id]
    assert house.notices() == [f"handover:{standing[mention.author_id].id}"]


def test_a_reply_to_a_deleted_post_ends_there(house, send) -> None:
    mention = house.ask()
    delivery = house.answer(mention)
    house.x.control("DELETE", f"posts/{mention.x_id}")

    send(house.sender())

    assert (house.row(delivery).state, house.row(delivery).reason) == ("refused", "target gone")
    assert house.notices() == []


def test_a_reply_x_refuses_for_another_reason_is_shown_to_a_person(house, send) -> None:
    delivery = house.answer(house.ask())
    house.x.fault(POSTS, "status", status=403, body={"detail": "This operation is not permitted."})

    send(house.sender())

    assert house.row(delivery).state == "refused"
    assert f"delivery:{delivery}" in house.notices()


# -- later


def test_a_window_used_up_holds_what_is_queued_and_causes_no_refusal(house, send) -> None:
    mention = house.ask()
    house.consent(mention)
    house.answer(mention, "0", channel=Channel.PRIVATE)
    for n in range(1, 20):
        new = outbox.NewDelivery(
            mention.author_id, Channel.PRIVATE, Purpose.ANSWER, f"{n}", mention_id=mention.id
        )
        house.database.write(lambda c, one=new: outbox.enqueue(c, house.brand_id, [one], house.clock.now()))

    send(house.sender())

    states = [row.state for row in house.rows()]
    assert (states.count("sent"), states.count("queued")) == (15, 5)
    assert [text for _, text in house.x.messages()] == [str(n) for n in range(15)]
    house.x.control("POST", "clock", advance_seconds=903)
    house.client.me()  # X's clock is heard
    send(house.sender())
    assert [text for _, text in house.x.messages()] == [str(n) for n in range(20)]


@pytest.mark.parametrize(
    ("status", "alarm"), [(401, "x-unauthorized"), (402, "x-credits-depleted"), (429, None)]
)
def test_what_x_puts_off_is_kept_and_sent_later(house, send, status, alarm) -> None:
    delivery = house.answer(house.ask())
    house.x.fault(POSTS, "status", status=status)
    send(house.sender())
    held = house.row(delivery)
    alarms = house.alarms()

    house.x.control("POST", "clock", advance_seconds=1000)
    house.client.me()
    sender = house.sender()
    sender.sweep()
    send(sender)

    assert (held.state, held.attempts) == ("later", 0)
    assert alarms == ([alarm] if alarm else [])
    assert house.row(delivery).state == "sent"
    assert house.x.posts() == ["Commands: data, help · 12:00:00"]
    assert house.spent() == house.x.bill()


def test_a_call_that_found_no_connection_is_made_again(house, send) -> None:
    delivery = house.answer(house.ask())
    nowhere = house.client
    house.client = type(nowhere)(nowhere_keys(house), nowhere_wiring(), house.clock)
    send(house.sender())
    first = house.row(delivery)
    house.client.close()
    house.client = nowhere

    house.lease_clock.advance(timedelta(seconds=10))
    house.x.control("POST", "clock", advance_seconds=400)
    house.client.me()
    send(house.sender())

    assert (first.state, first.unknown_fate) == ("queued", False)
    assert house.row(delivery).state == "sent"


def nowhere_keys(house):
    from bot.x.signed_session import Keys

    keys = house.x.control("GET", "keys")
    return Keys(keys["api_key"], keys["api_secret"], keys["access_token"], keys["access_token_secret"])


def nowhere_wiring():
    from bot.x.signed_session import Wiring

    return Wiring(base_url="http://127.0.0.1:9")


def test_the_budget_stops_writes_and_says_so_until_the_next_day(house, send) -> None:
    house.daily_usd = Decimal("0.0125")  # the share for writes is 0.01: one reply
    first, second = house.answer(house.ask()), house.answer(house.ask("ben"), "Other · 12:00:01")
    sender = house.sender()

    send(sender)

    assert [house.row(delivery).state for delivery in (first, second)] == ["sent", "queued"]
    assert house.alarms() == ["budget-writes"]
    house.x.control("POST", "clock", advance_seconds=86_400)
    house.client.me()
    send(house.sender(oldest=None))
    assert house.row(second).state == "sent"
    assert house.alarms() == []


# -- operators


def test_a_pause_holds_at_once_and_a_resume_goes_on(house, send) -> None:
    delivery = house.answer(house.ask())
    now = house.clock.now()
    house.database.write(lambda c: brand.pause_sending(c, house.brand_id, by="dora", now=now))
    sender = house.sender()
    send(sender)
    sender.sweep()
    held = house.row(delivery)

    house.database.write(lambda c: brand.resume_sending(c, house.brand_id))
    house.database.write(lambda c: deliveries.release(c, house.brand_id, now - timedelta(hours=24)))
    send(sender)

    assert (held.state, held.reason) == ("later", deliveries.PAUSED)
    assert house.row(delivery).state == "sent"


def test_nothing_leaves_while_sending_is_off(house, send) -> None:
    delivery = house.answer(house.ask())

    send(house.sender(sending=False))

    assert house.row(delivery).state == "queued"
    assert house.x.calls() == 0
