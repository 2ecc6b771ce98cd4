"""What a person decides about a delivery is done to its money and its mention as well."""

import pytest

from bot.flow.outgoing import by_hand
from storage import stories

POSTS = "POST /2/tweets"


@pytest.fixture
def unknown(house, send) -> int:
    delivery = house.answer(house.ask())
    house.x.fault(POSTS, "cut_after")
    send(house.sender())
    return delivery


def test_a_delivery_seen_at_x_by_a_person_is_sent_and_paid(house, unknown) -> None:
    done = house.database.write(
        lambda c: by_hand.has_been_sent(c, house.brand_id, unknown, house.clock.now(), "900")
    )

    assert done
    assert (house.row(unknown).state, house.row(unknown).x_id) == ("sent", "900")
    assert house.spent() == house.x.bill()
    (mention,) = house.database.read(lambda c: stories.list_mentions(c, house.brand_id))
    assert mention["answered_at"] is not None


def test_a_delivery_a_person_wants_sent_again_leaves_with_the_same_words(house, send) -> None:
    delivery = house.answer(house.ask())
    house.x.fault(POSTS, "cut_before")
    send(house.sender())

    house.database.write(lambda c: by_hand.send_again(c, house.brand_id, delivery))
    house.x.control("POST", "clock", advance_seconds=60)
    house.client.me()
    send(house.sender())

    assert house.row(delivery).state == "sent"
    assert house.x.posts() == ["Commands: data, help · 12:00:00"]
    assert house.spent() == house.x.bill()


def test_a_dropped_delivery_costs_nothing_and_stays_dropped(house, send) -> None:
    delivery = house.answer(house.ask())

    first = house.database.write(lambda c: by_hand.drop(c, house.brand_id, delivery))
    second = house.database.write(lambda c: by_hand.drop(c, house.brand_id, delivery))
    send(house.sender())

    assert (first, second) == (True, False)
    assert house.row(delivery).state == "dropped"
    assert house.spent() == house.x.bill() == 0


def test_what_is_sent_already_is_no_matter_for_people_any_more(house, send) -> None:
    delivery = house.answer(house.ask())
    send(house.sender())

    def decide(c) -> list[bool]:
        return [
            by_hand.has_been_sent(c, house.brand_id, delivery, house.clock.now()),
            by_hand.send_again(c, house.brand_id, delivery),
            by_hand.drop(c, house.brand_id, delivery),
        ]

    assert house.database.write(decide) == [False, False, False]
