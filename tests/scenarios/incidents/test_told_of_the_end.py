"""Who asks to be told hears once that it is over; nobody else does, and nobody who said stop."""

from typing import Any

from bot.desk import ticket_acts
from tests.scenarios.incidents.lead import LEEDS, closes, incident, opens

SEND = "POST /2/dm_conversations/with/:participant_id/messages"


def test_who_asked_by_message_is_told_once_when_it_is_over(stage: Any, ana: Any, ben: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    ben.writes("#data")
    stage.settles()

    closes(stage, news="4G is back around Leeds since 14:10")
    stage.works()
    stage.works()

    assert LEEDS in ana.got[0]
    assert "4G is back around Leeds since 14:10" in ana.got[1]
    assert len(ana.got) == 2
    assert len(ben.got) == 1
    assert (incident(stage)["followers"], incident(stage)["told"]) == (1, 1)


def test_the_yes_is_on_record_and_journaled(stage: Any, ana: Any) -> None:
    opens(stage)
    message = ana.writes("#tellme")

    stage.settles()

    assert "progress" in stage.file_of(ana)["consents"]
    assert "wants to be told" in stage.steps(message)
    closes(stage)
    stage.works()
    assert "told of the end" in stage.steps(message)


def test_asked_in_public_it_gets_the_invitation_and_a_message_is_the_yes(
    stage: Any, x: Any, ana: Any, carys: Any
) -> None:
    opens(stage)
    posts = [ana.posts("@BrightTel #tellme"), carys.posts("@BrightTel #tellme")]
    stage.settles()
    for post in posts:
        assert "#tellme" in x.reply_to(post)
    assert ana.got == carys.got == []  # ana takes our messages: even so hers must come first
    assert incident(stage)["followers"] == 0

    carys.writes("ie")
    stage.settles()
    closes(stage)
    stage.works()

    assert LEEDS in carys.got[0]
    assert len(carys.got) == 2
    assert ana.got == []


def test_asked_twice_one_is_told_once(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    ana.writes("tellme")
    stage.settles()

    closes(stage)
    stage.works()

    assert len(ana.got) == 3


def test_ended_by_its_time_it_says_what_it_knows(stage: Any, ana: Any) -> None:
    opens(stage, until="18:00")
    ana.writes("#tellme")
    stage.settles()

    stage.waits(hours=6, seconds=10)

    assert "expected to last until" in ana.got[1]
    assert LEEDS in ana.got[1]


def test_who_said_stop_is_not_told(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    ana.writes("stop")
    stage.settles()
    before = len(ana.got)

    closes(stage)
    stage.works()

    assert len(ana.got) == before
    assert incident(stage)["told"] == 0


def test_who_says_stop_while_the_news_waits_is_not_told(stage: Any, x: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    closes(stage)
    stage.serving.incidents.keeper.run()

    ana.writes("stop")
    stage.looks()
    stage.handles()
    stage.works()

    assert not any("You asked us" in text for text in ana.got)


def test_after_stop_and_start_the_old_yes_counts_no_more(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    ana.writes("stop")
    stage.settles()
    ana.writes("start")
    stage.settles()
    before = len(ana.got)

    closes(stage)
    stage.works()

    assert len(ana.got) == before


def test_the_news_takes_no_place_from_who_asks_meanwhile(stage: Any, x: Any, ana: Any) -> None:
    crowd = [x.person(f"neighbour{number}") for number in range(14)]
    opens(stage)
    for one in crowd:
        one.writes("#tellme")
    stage.settles()
    stage.passes(minutes=16)
    closes(stage)
    stage.serving.incidents.keeper.run()

    asked = [ana.posts(f"@BrightTel #charges {number}") for number in range(3)]
    stage.settles()

    assert len(ana.got) == len(asked)
    assert sum(len(one.got) == 2 for one in crowd) == 10  # of X's 15, some are kept for who asks
    stage.waits(minutes=16)
    stage.waits(minutes=16)
    assert all(len(one.got) == 2 for one in crowd)


def test_who_waits_for_news_is_answered_before_it(stage: Any, x: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    x.fault(SEND, "status", status=429, headers={"x-rate-limit-reset": "0"}, times=1)
    closes(stage)
    stage.serving.incidents.keeper.run()
    stage.sends()

    ana.writes("#charges")
    stage.waits(minutes=16)

    assert "£" in ana.got[1] or "£" in ana.got[2]
    assert len(ana.got) == 3


def test_who_does_not_take_our_message_any_more_is_no_case_for_a_colleague(
    stage: Any, x: Any, ana: Any
) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    x.change("ana", blocks_brand=True)

    closes(stage)
    stage.works()

    assert len(ana.got) == 1
    assert stage.handovers() == []
    assert stage.rung() == []


def test_while_a_colleague_is_in_charge_the_bot_is_silent_and_tells_afterwards(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    ana.writes("#agent")
    stage.settles()
    before = len(ana.got)
    closes(stage)
    stage.works()
    assert len(ana.got) == before

    (handover,) = stage.handovers()
    ticket_acts.release_handover(stage.desk, int(handover["id"]), by="cleo")
    stage.works()
    stage.works()

    assert len(ana.got) == before + 1


def test_paused_the_news_waits_and_killed_half_way_it_is_told_once(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    closes(stage)
    stage.serving.incidents.keeper.run()  # the news is in the outbox, and nobody has sent it

    stage.restart()
    stage.works()
    stage.works()

    assert len(ana.got) == 2


def test_a_day_after_its_end_nobody_is_told_any_more(stage: Any, ana: Any) -> None:
    opens(stage)
    ana.writes("#tellme")
    stage.settles()
    closes(stage)

    stage.waits(hours=25)

    assert len(ana.got) == 1
    assert incident(stage)["told"] == 0


def test_with_nothing_wrong_it_says_so_where_it_was_asked(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    ana.writes("tellme")
    post = mallory.posts("@BrightTel #tellme")

    stage.settles()

    assert "no problem" in ana.message
    assert "no problem" in x.reply_to(post)


def test_asked_too_late_one_is_told_that_it_is_over(stage: Any, ana: Any) -> None:
    opens(stage)
    closes(stage)
    ana.writes("tellme")

    stage.settles()

    assert "over since" in ana.message
    assert LEEDS in ana.message
    assert "progress" not in stage.file_of(ana)["consents"]


def test_of_two_incidents_the_one_that_is_named_is_followed(stage: Any, ana: Any) -> None:
    opens(stage)
    opens(stage, text="Bills show yesterday's calls late", commands="charges")
    ana.writes("#tellme charges please")

    stage.settles()

    assert "Bills show" in ana.message
    assert LEEDS not in ana.message
