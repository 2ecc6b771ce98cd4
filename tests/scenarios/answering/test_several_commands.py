"""Several commands in one mention: one combined answer, in the order asked."""

from typing import Any


def test_two_public_commands_share_one_reply_in_the_order_asked(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #android wifi and #handsets nimbus 5")

    stage.settles()

    reply = x.reply_to(post)
    assert reply.index("Wi-Fi") < reply.index("Nimbus 5")


def test_one_private_part_sends_all_of_it_in_private(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #handsets nimbus 5 #data")

    stage.settles()

    assert x.replies_to(post) == []
    assert ana.message.index("Nimbus 5") < ana.message.index("GB")


def test_without_consent_one_reply_holds_the_public_part_and_the_invitation(
    stage: Any, x: Any, ben: Any
) -> None:
    post = ben.posts("@BrightTel #handsets nimbus 5 #data")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(post)
    assert "#data" in x.reply_to(post)
    assert "direct message" in x.reply_to(post)


def test_three_commands_give_one_answer_with_three_parts(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #charges #data #text")

    stage.settles()

    assert "£" in ana.message
    assert "GB" in ana.message
    assert "text" in ana.message
    stage.money_agrees()


def test_a_fourth_command_is_named_as_not_read(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #charges #data #text #help")

    stage.settles()

    assert "#help" in ana.message
    assert "unread" in ana.message
    assert stage.mention(post).commands == "charges data text"


def test_what_does_not_fit_into_one_post_is_offered_by_name(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #android battery #android #handsets #help")

    stage.settles()

    assert "ask again" in x.reply_to(post)


def test_a_ticket_beside_a_public_answer_is_told_in_the_same_reply(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #handsets nimbus 5 #refund")

    stage.settles()

    (ticket,) = stage.tickets()
    assert ticket["reference"] in x.reply_to(post)
    assert "Nimbus 5" in x.reply_to(post)


def test_two_tickets_in_one_post_are_two_tickets_and_one_reply(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #refund and #broken please")

    stage.settles()

    references = [ticket["reference"] for ticket in stage.tickets()]
    assert len(references) == 2
    assert all(reference in x.reply_to(post) for reference in references)


def test_the_same_command_twice_counts_once(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #refund #refund")

    stage.settles()

    assert len(stage.tickets()) == 1
    assert len(x.replies_to(post)) == 1
