"""What would be answered can be seen without anything being written or sent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from bot.preview import Preview, Previewer
from bot.x.price_list import load_prices
from storage.states import Channel, Reason

ANA, CARYS = "2000000000000000101", "2000000000000000103"

Say = Callable[..., Preview]


@pytest.fixture
def say(office: Any) -> Say:
    previewer = Previewer(office.decider, load_prices(), brand_id="1", brand_username="BrightTel")
    return lambda text, **who: previewer.say(text, now=office.clock.now(), **who)


def test_a_private_answer_is_shown_with_its_price(say: Say) -> None:
    seen = say("@BrightTel #data", person_id=ANA)

    [draft] = seen.drafts
    assert draft.channel is Channel.PRIVATE
    assert "GB" in draft.text
    assert seen.usd == Decimal("0.016")


def test_a_public_answer_is_shown_with_its_weight_and_price(say: Say) -> None:
    seen = say("@brighttel #help", person_id=CARYS)

    [draft] = seen.drafts
    assert draft.channel is Channel.PUBLIC
    assert 0 < draft.weight <= 280
    assert seen.usd == Decimal("0.011")


def test_a_message_is_answered_by_message(say: Say) -> None:
    seen = say("help", person_id=CARYS, as_message=True)

    assert [draft.channel for draft in seen.drafts] == [Channel.PRIVATE]
    assert seen.usd == Decimal("0.025")


def test_a_post_that_does_not_name_us_is_not_answered(say: Say) -> None:
    seen = say("#data", person_id=ANA)

    assert seen.drafts == ()
    assert seen.decision.reason is Reason.NOT_ADDRESSED


def test_signs_that_x_escapes_do_not_hide_our_name(say: Say) -> None:
    assert say("5 < 7 & 8 > 2, @BrightTel #help").decision.reason is Reason.ANSWERED


def test_nothing_is_written(say: Say, office: Any) -> None:
    say("@BrightTel #refund", person_id=ANA)

    tables = ("mentions", "deliveries", "tickets", "journal", "notices")
    counts = [
        office.database.read(
            lambda c, table=table: c.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()
        )
        for table in tables
    ]
    assert counts == [0] * len(tables)
