"""Colleagues act at the desk, and the customer notices the right thing."""

from typing import Any

import pytest

from bot.desk import mention_acts, person_acts, sending_acts, ticket_acts
from bot.errors import OperatorError
from storage.states import Channel

POST = "POST /2/tweets"


def test_a_colleague_replies_in_public_under_the_newest_mention(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel your shop in Cardiff is closed?")
    stage.settles()

    mention_acts.reply_to(stage.desk, post, "It opens at ten.", by="cleo", channel=Channel.PUBLIC)
    stage.works()

    assert x.reply_to(post).startswith("It opens at ten.")
    assert "^" in x.reply_to(post)


def test_a_colleague_s_reply_takes_the_place_of_an_answer_that_waits(
    stage: Any, x: Any, mallory: Any
) -> None:
    sending_acts.pause(stage.desk, by="dora")
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    mention_acts.reply_to(stage.desk, post, "We talked on the phone.", by="cleo", channel=Channel.PUBLIC)
    sending_acts.resume(stage.desk, by="dora")
    stage.works()

    assert x.reply_to(post).startswith("We talked on the phone.")
    assert [one.state for one in stage.deliveries(post)] == ["dropped", "sent"]


def test_a_colleague_s_reply_leaves_an_answer_of_unknown_fate_to_be_looked_for(
    stage: Any, x: Any, mallory: Any
) -> None:
    x.fault(POST, "cut_after")
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    stage.sends()

    mention_acts.reply_to(stage.desk, post, "We talked on the phone.", by="cleo", channel=Channel.PUBLIC)
    stage.waits(minutes=2)
    stage.works()

    assert [one.state for one in stage.deliveries(post)] == ["sent", "sent"]
    assert len(x.replies_to(post)) == 2
    stage.money_agrees()


def test_a_colleague_may_write_in_private_only_with_consent(stage: Any, ana: Any, mallory: Any) -> None:
    mine, theirs = ana.posts("@BrightTel hello"), mallory.posts("@BrightTel hello")
    stage.settles()

    mention_acts.reply_to(stage.desk, mine, "Hello Ana.", by="cleo", channel=Channel.PRIVATE)
    with pytest.raises(OperatorError):
        mention_acts.reply_to(stage.desk, theirs, "Hello.", by="cleo", channel=Channel.PRIVATE)
    stage.works()

    assert "Hello Ana." in ana.message
    assert mallory.got == []


def test_linked_by_proof_a_customer_gets_their_answer(stage: Any, x: Any, ben: Any) -> None:
    ben.writes("#data")
    stage.settles()
    assert "not linked" in ben.message

    person_acts.link(stage.desk, ben.id, "C1002", proof="passport seen", by="cleo")
    ben.writes("#data")
    stage.settles()

    assert "GB" in ben.got[1] or "data" in ben.got[1]
    assert "not linked" not in ben.got[1]


def test_unlinked_a_customer_is_not_looked_up_any_more(stage: Any, ana: Any) -> None:
    ana.writes("#data")
    stage.settles()

    person_acts.unlink(stage.desk, "@ana", by="cleo")
    ana.writes("#data")
    stage.settles()

    assert "not linked" in ana.got[1]


def test_an_unlink_outlives_a_restart_of_the_demo(stage: Any, ana: Any) -> None:
    person_acts.unlink(stage.desk, "@ana", by="cleo")

    stage.restart()
    ana.writes("#data")
    stage.settles()

    assert "not linked" in ana.message


def test_a_ticket_that_is_closed_says_so_and_the_same_command_opens_a_new_one(
    stage: Any, x: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel #refund")
    stage.settles()
    reference = stage.tickets()[0]["reference"]

    ticket_acts.close_ticket(stage.desk, reference, by="cleo")
    asked = mallory.posts(f"@BrightTel #status {reference}")
    stage.settles()
    mallory.posts("@BrightTel #refund")
    stage.settles()

    assert "closed" in x.reply_to(asked)
    assert [ticket["state"] for ticket in stage.tickets()] == ["closed", "open"]


def test_released_by_a_colleague_the_customer_belongs_to_the_bot_again(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()
    (handover,) = stage.handovers()

    ticket_acts.release_handover(stage.desk, int(handover["id"]), by="cleo")
    post = ana.posts("@BrightTel #help")
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_a_colleagues_reply_in_a_handover_keeps_the_bot_silent(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("#agent")
    stage.settles()
    (handover,) = stage.handovers()
    stage.passes(hours=20)
    ticket_acts.reply_in_handover(stage.desk, int(handover["id"]), "Looking into it.", by="cleo")
    stage.works()
    assert any("Looking into it." in text for text in ana.got)

    stage.passes(hours=20)
    message = ana.writes("#charges")
    stage.settles()

    assert stage.reason(message) == "in a hand-over"


def test_what_a_person_has_seen_at_x_ends_an_unsure_delivery(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "cut_after")
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    delivery = stage.delivery(post)

    sending_acts.mark_sent(stage.desk, delivery.id, x.reply_id(post), by="cleo")
    x.heal()
    stage.waits(minutes=10)

    assert stage.delivery(post).state == "sent"
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_skipped_by_hand_a_waiting_answer_is_not_sent(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()

    mention_acts.skip(stage.desk, post, by="cleo")
    stage.works()

    assert x.ours() == []
    assert (stage.delivery(post).state, stage.delivery(post).reason) == ("dropped", "skipped by hand")
    assert stage.reason(post) == "skipped by hand"


def test_retried_a_mention_is_decided_again(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel hello")
    stage.settles()

    mention_acts.retry(stage.desk, post, by="cleo")
    stage.settles()

    assert stage.mention(post).state == "done"
    assert len(x.ours()) == 0


def test_blocked_nobody_is_answered_and_unblocked_they_are(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel hello")
    stage.settles()
    person_acts.block(stage.desk, mallory.id, by="dora")
    blocked = mallory.posts("@BrightTel #help")
    stage.settles()
    person_acts.unblock(stage.desk, mallory.id, by="dora")
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    assert x.replies_to(blocked) == []
    assert len(x.replies_to(post)) == 1
