"""While X has not shown what was answered since the backup, nothing older leaves; an ordinary start waits for
nothing.
"""

from typing import Any

from bot.desk.lost_time_acts import end_lost_time
from bot.x.client import OWN_POSTS


def test_until_x_has_shown_it_nothing_older_than_the_start_is_sent_and_newer_is(
    stage: Any, x: Any, vault: Any, ana: Any, ben: Any
) -> None:
    vault.back_up()
    answered = ana.posts("@BrightTel #help")
    stage.settles()
    vault.put_back()
    unanswered = ben.posts("@BrightTel #help")
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    stage.start()
    stage.passes(seconds=1)
    new = ana.posts("@BrightTel #handsets nimbus")

    stage.settles()
    stage.waits(minutes=2)

    assert len(x.replies_to(answered)) == 1
    assert x.replies_to(unanswered) == []
    assert stage.mention(unanswered).state == "waiting"
    assert stage.mention(new).state == "waiting", "it stands behind an older one of the same person"
    other = ben.posts("@BrightTel #help data")
    assert "restored-not-known" not in stage.alarms()

    stage.waits(minutes=4)
    assert "restored-not-known" in stage.alarms()

    x.heal()
    stage.waits(minutes=2)
    stage.waits(minutes=2)
    assert all(len(x.replies_to(post)) == 1 for post in (answered, unanswered, new, other))
    assert stage.alarms() == []


def test_while_older_ones_wait_others_are_answered(
    stage: Any, x: Any, vault: Any, ana: Any, mallory: Any
) -> None:
    vault.back_up()
    ana.posts("@BrightTel #help")
    stage.settles()
    vault.put_back()
    x.fault("GET /2/dm_events", "status", status=503, times=0)
    stage.start()
    stage.passes(seconds=1)
    new = mallory.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(new)) == 1


def test_a_person_may_decide_to_answer_what_x_does_not_show(
    stage: Any, x: Any, vault: Any, ana: Any, ben: Any
) -> None:
    vault.back_up()
    ana.posts("@BrightTel #help")
    stage.settles()
    vault.put_back()
    unanswered = ben.posts("@BrightTel #help")
    x.fault("GET /2/dm_events", "status", status=403, times=0)
    stage.start()
    stage.settles()
    assert x.replies_to(unanswered) == []

    end_lost_time(stage.desk, by="dora")
    stage.settles()

    assert len(x.replies_to(unanswered)) == 1


def test_killed_while_it_looks_the_bot_looks_again(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, answered_once: Any
) -> None:
    vault.back_up()
    post = ana.posts("@BrightTel #help")
    stage.settles()
    vault.put_back()
    stage.start()
    stage.looks()
    stage.kill()

    starts_again()

    assert answered_once(post)


def test_a_post_that_x_shows_late_is_found_all_the_same(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, answered_once: Any
) -> None:
    vault.back_up()
    post = ana.posts("@BrightTel #help")
    x.fault("POST /2/tweets", "late", seconds=30)
    stage.settles()

    vault.put_back()
    starts_again()

    assert answered_once(post)


def test_where_x_no_longer_shows_our_posts_a_person_decides(
    stage: Any, x: Any, vault: Any, starts_again: Any, ana: Any, colleague: Any
) -> None:
    vault.back_up()
    post = ana.posts("@BrightTel #help")
    stage.settles()
    colleague.posts_many([f"We are working on it, {number}" for number in range(3_300)])
    said = x.replies_to(post)

    vault.put_back()
    starts_again()

    assert x.replies_to(post) == said
    assert stage.mention(post).state == "parked"
    assert "restored-not-shown" in stage.alarms()


def test_an_ordinary_start_asks_x_nothing_and_holds_nothing(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #help")
    stage.settles()
    post = ana.posts("@BrightTel #handsets nimbus")
    looked = len(x.calls("GET", "/tweets"))

    stage.restart()

    assert not stage.serving.lost_time.is_open
    stage.settles()
    assert len(x.replies_to(post)) == 1
    assert len(x.calls("GET", "/tweets")) == looked
    assert OWN_POSTS not in stage.ledger()


def test_a_start_after_a_long_rest_costs_nothing_where_nothing_is_new(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #help")
    stage.settles()
    stage.kill()
    stage.passes(hours=2)
    spent = x.spent()

    stage.start()
    assert stage.serving.lost_time.is_open
    stage.settles()

    assert not stage.serving.lost_time.is_open
    assert x.spent() == spent
    stage.money_agrees()


def test_a_start_while_x_is_away_rings_nobody_for_a_backup(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #help")
    stage.settles()
    stage.kill()
    stage.passes(hours=2)
    unanswered = ana.posts("@BrightTel #handsets nimbus")
    x.fault("*", "status", status=503, times=0)

    stage.start()
    for _ in range(3):
        stage.waits(minutes=4)

    assert x.replies_to(unanswered) == []
    assert not {"restored-not-known", "restored-not-shown"} & set(stage.alarms())

    x.heal()
    for _ in range(3):
        stage.waits(minutes=8)
    assert len(x.replies_to(unanswered)) == 1


def test_without_a_sign_of_a_backup_messages_that_cannot_be_read_hold_nobody_for_long(
    stage: Any, x: Any, ana: Any
) -> None:
    ana.posts("@BrightTel #help")
    stage.settles()
    stage.kill()
    stage.passes(hours=2)
    unanswered = ana.posts("@BrightTel #handsets nimbus")
    x.fault("GET /2/dm_events", "status", status=503, times=0)

    stage.start()
    stage.settles()
    assert x.replies_to(unanswered) == []

    stage.waits(minutes=6)
    stage.waits(minutes=1)
    assert len(x.replies_to(unanswered)) == 1
