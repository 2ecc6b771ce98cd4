"""Operators decide what leaves: off, paused, or to a few accounts only."""

from typing import Any

from bot.desk import sending_acts


def test_with_sending_off_all_is_decided_and_nothing_leaves(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(sending=False)
    public, private = ana.posts("@BrightTel #help"), ana.posts("@BrightTel #data")

    stage.settles()

    assert x.ours() == []
    assert [stage.delivery(post).state for post in (public, private)] == ["dropped", "dropped"]
    assert "GB" in stage.delivery(private).text
    assert stage.delivery(public).reason == "sending off"


def test_what_was_dropped_with_sending_off_is_not_sent_later(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(sending=False)
    ana.posts("@BrightTel #help")
    stage.settles()

    stage.restart(sending=True)
    post = ana.posts("@BrightTel #handsets")
    stage.settles()

    assert len(x.ours()) == 1
    assert len(x.replies_to(post)) == 1


def test_paused_it_holds_what_it_would_send_and_resumed_it_sends_it(stage: Any, x: Any, ana: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    post = ana.posts("@BrightTel #help")
    stage.settles()
    assert x.ours() == []
    assert stage.delivery(post).state == "later"

    sending_acts.resume(stage.desk, by="dora")
    stage.settles()
    assert len(x.replies_to(post)) == 1


def test_a_pause_holds_what_was_queued_before_it(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    sending_acts.pause(stage.desk, by="dora")

    stage.works()
    assert x.ours() == []

    sending_acts.resume(stage.desk, by="dora")
    stage.works()
    assert len(x.replies_to(post)) == 1


def test_a_pause_outlives_a_restart(stage: Any, x: Any, ana: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    stage.restart()
    ana.posts("@BrightTel #help")

    stage.settles()

    assert x.ours() == []


def test_resumed_only_what_is_still_young_enough_is_sent(stage: Any, x: Any, ana: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    old = ana.posts("@BrightTel #help")
    stage.settles()
    stage.passes(hours=23)
    young = ana.posts("@BrightTel #handsets")
    stage.settles()
    stage.passes(hours=2)

    sending_acts.resume(stage.desk, by="dora")
    stage.settles()

    assert x.replies_to(old) == []
    assert stage.delivery(old).state == "dropped"
    assert len(x.replies_to(young)) == 1
