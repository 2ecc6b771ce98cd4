"""A message of ours whose id nobody noted is known again: it is no colleague's, and is not sent twice."""

from typing import Any

import sqlalchemy as sa

from bot.flow.outgoing import by_hand
from storage import deliveries
from storage.upkeep import brand

MESSAGE = "POST /2/dm_conversations/with/:id/messages"
CONVERSATION = "GET /2/dm_conversations/with/:id/dm_events"


def noted(stage: Any) -> int:
    return int(stage.read(lambda c: c.execute(sa.text("SELECT count(*) FROM own_posts")).scalar()))


def test_one_that_a_person_called_sent_gets_its_id_from_the_next_look(stage: Any, x: Any, ana: Any) -> None:
    x.fault(MESSAGE, "cut_after")
    x.fault(CONVERSATION, "status", status=503, times=0)
    post = ana.posts("@BrightTel #data")
    stage.settles()
    delivery = stage.delivery(post).id
    now = stage.clock.now()
    stage.database.write(lambda c: by_hand.has_been_sent(c, stage.brand_id, delivery, now))

    stage.reads_messages()

    assert stage.delivery(post).x_id == x.messages()[-1]["id"]
    assert noted(stage) == 0
    again = ana.posts("@BrightTel #text")
    stage.settles()
    assert stage.reason(again) == "answered"


def test_a_colleague_s_message_in_other_words_is_still_a_colleague_s(
    stage: Any, x: Any, ana: Any, colleague: Any
) -> None:
    x.fault(MESSAGE, "cut_after")
    x.fault(CONVERSATION, "status", status=503, times=0)
    post = ana.posts("@BrightTel #data")
    stage.settles()
    delivery = stage.delivery(post).id
    now = stage.clock.now()
    stage.database.write(lambda c: by_hand.has_been_sent(c, stage.brand_id, delivery, now))
    colleague.writes("Hello, this is Cleo.", to="ana")

    stage.reads_messages()

    assert noted(stage) == 1


def test_one_that_waits_to_be_sent_again_and_shows_up_is_sent_once_and_paid_once(
    stage: Any, x: Any, ana: Any
) -> None:
    x.fault(MESSAGE, "cut_after")
    late = x.fault(CONVERSATION, "late", seconds=3600, times=0)
    post = ana.posts("@BrightTel #data")
    stage.settles()
    stage.database.write(lambda c: brand.pause_sending(c, stage.brand_id, by="cleo", now=stage.clock.now()))
    for _ in range(4):
        stage.waits(minutes=1)
    waiting = stage.delivery(post)

    stage.reads_messages()
    x.call("DELETE", f"faults/{late}")
    stage.database.write(lambda c: brand.resume_sending(c, stage.brand_id))
    stage.database.write(lambda c: deliveries.release(c, stage.brand_id, waiting.created_at))
    stage.settles()

    assert waiting.state in ("queued", "later")
    assert len(ana.got) == 1
    assert stage.delivery(post).state == "sent"
    assert stage.mention(post).answered_at is not None
    assert noted(stage) == 0
    stage.money_agrees()
