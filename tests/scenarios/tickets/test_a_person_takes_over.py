"""`#agent`: a person is one word away, and the bot does not talk over them."""

from typing import Any

from storage.promises import handovers


def test_the_bot_hands_over_says_so_and_falls_silent(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #agent please")
    stage.settles()
    later, message = ana.posts("@BrightTel #help"), ana.writes("#charges")
    stage.settles()

    assert "colleague takes over" in x.reply_to(post)
    assert x.replies_to(later) == []
    assert ana.got == []
    assert [stage.reason(one) for one in (later, message)] == ["in a hand-over"] * 2
    stage.reads_messages()
    stage.money_agrees()


def test_asked_for_by_message_the_bot_says_so_there(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("human")

    stage.settles()

    assert "colleague takes over" in ana.message
    assert len(stage.handovers()) == 1


def test_what_is_written_meanwhile_reaches_the_handover(stage: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()
    (handover,) = stage.handovers()

    post, message = ana.posts("@BrightTel it is about my bill"), ana.writes("number 12")
    stage.settles()

    assert {stage.mention(one).handover_id for one in (post, message)} == {int(handover["id"])}


def test_asking_twice_is_one_handover(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    ana.posts("@BrightTel #human")

    stage.settles()

    assert len(stage.handovers()) == 1
    assert len(stage.rung()) == 1


def test_released_by_a_colleague_the_bot_answers_again(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()
    (handover,) = stage.handovers()
    now = stage.clock.now()
    stage.database.write(
        lambda c: handovers.release(c, stage.brand_id, int(handover["id"]), by="cleo", now=now)
    )

    post = ana.posts("@BrightTel #help")
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_a_day_after_the_last_human_message_the_bot_answers_again(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()

    stage.waits(hours=24, minutes=1)
    assert stage.handovers() == []
    post = ana.posts("@BrightTel #help")
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_each_human_message_keeps_the_bot_silent_for_another_day(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()
    stage.passes(hours=20)
    ana.posts("@BrightTel is anybody there?")
    stage.settles()

    stage.passes(hours=20)
    post = ana.posts("@BrightTel #help")
    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "in a hand-over"


def test_a_colleagues_message_in_x_own_app_keeps_the_bot_silent(
    stage: Any, x: Any, ana: Any, colleague: Any
) -> None:
    ana.writes("#agent")
    stage.settles()
    stage.passes(hours=20)
    colleague.writes("Hello Ana, Cleo here.", to="ana")
    stage.reads_messages()

    stage.passes(hours=20)
    message = ana.writes("#charges")
    stage.settles()

    assert stage.reason(message) == "in a hand-over"


def test_outside_opening_hours_it_says_when_somebody_will_be_there(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(opening_hours="Thu 09:00-18:00")  # the story begins on a Monday
    post = ana.posts("@BrightTel #agent")

    stage.settles()

    assert "is there from Thu" in x.reply_to(post)
    assert "09:00" in x.reply_to(post) or "9:00" in x.reply_to(post)


def test_other_people_are_answered_as_ever(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    ana.posts("@BrightTel #agent")
    post = mallory.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_beside_another_answer_the_handover_is_told_in_the_same_reply(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #handsets nimbus 5 #agent")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(post)
    assert "colleague takes over" in x.reply_to(post)
    assert len(stage.handovers()) == 1


def test_handing_over_is_journaled(stage: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #agent")

    stage.settles()

    assert "handed over" in stage.steps(post)
