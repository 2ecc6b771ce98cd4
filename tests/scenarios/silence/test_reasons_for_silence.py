"""Every mention that is not answered is kept with the reason why."""

from typing import Any

from storage import people
from storage.upkeep import switches


def test_the_brands_own_posts_are_no_requests(stage: Any, x: Any, colleague: Any) -> None:
    colleague.posts("Ask @BrightTel #help and see what happens")

    stage.settles()

    assert [post["author"] for post in x.posts()] == ["BrightTel"]


def test_a_repost_of_a_question_is_not_answered(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.settles()
    repost = mallory.posts("", reposts=post)

    stage.settles()

    assert x.replies_to(repost) == []
    assert not stage.knows(repost) or stage.reason(repost) == "repost"


def test_a_name_that_x_filled_in_at_the_head_of_a_thread_is_no_address(
    stage: Any, x: Any, ben: Any, mallory: Any
) -> None:
    post = mallory.posts("@ana have you tried @BrightTel yet?")
    reply = ben.replies(post, "yes and #help was useful")

    stage.settles()

    assert x.replies_to(reply) == []
    assert stage.reason(reply) == "not addressed"


def test_a_reply_under_our_answer_is_addressed_to_us_though_x_filled_the_name_in(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    reply = mallory.replies(x.reply_id(post), "and #handsets nimbus 5 ?")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(reply)


def test_a_quote_that_names_us_only_in_the_quoted_post_is_kept_for_people(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    post = ana.posts("@BrightTel #help")
    quote = mallory.posts("look at this #help", quotes=post)

    stage.settles()

    assert x.replies_to(quote) == []


def test_who_is_blocked_by_us_is_not_answered(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel hello")
    stage.settles()
    now = stage.clock.now()
    stage.database.write(lambda c: people.block(c, stage.brand_id, mallory.id, by="dora", now=now))

    post = mallory.posts("@BrightTel #help")
    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "blocked"


def test_what_was_written_a_day_ago_is_not_answered_any_more(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.passes(hours=24, minutes=1)

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "too old"


def test_how_old_is_too_old_is_a_setting(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(answer_up_to="2 h")
    old = ana.posts("@BrightTel #help")
    stage.passes(hours=1)
    young = ana.posts("@BrightTel #help")
    stage.passes(hours=1, minutes=30)

    stage.settles()

    assert stage.reason(old) == "too old"
    assert len(x.replies_to(young)) == 1


def test_a_mention_without_a_command_is_kept_for_people(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel your adverts are funny #summer")

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "no command"


def test_a_command_that_is_switched_off_is_not_answered(stage: Any, x: Any, mallory: Any) -> None:
    now = stage.clock.now()
    stage.database.write(lambda c: switches.switch_off(c, stage.brand_id, "handsets", "dora", now))
    post = mallory.posts("@BrightTel #handsets")

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "command switched off"


def test_the_pilot_answers_only_whom_it_names(stage_of: Any, x: Any, ana: Any, mallory: Any) -> None:
    stage = stage_of(only_accounts="@Ana")
    inside, outside = ana.posts("@BrightTel #help"), mallory.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(inside)) == 1
    assert x.replies_to(outside) == []
    assert stage.reason(outside) == "not in the pilot"


def test_somebody_the_bot_has_never_met_can_be_in_the_pilot(stage_of: Any, x: Any) -> None:
    newcomer = x.person("newcomer")
    stage = stage_of(only_accounts="newcomer")
    post = newcomer.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_who_asks_too_often_is_told_once_and_answered_again_an_hour_later(
    stage_of: Any, x: Any, mallory: Any
) -> None:
    stage = stage_of(person_limit=3)
    posts = [mallory.posts("@BrightTel #handsets") for _ in range(6)]
    stage.settles()

    said = [x.replies_to(post) for post in posts]
    assert [len(texts) for texts in said] == [1, 1, 1, 1, 0, 0]
    assert "as often as I can" in said[3][0]
    assert [stage.reason(post) for post in posts[3:]] == ["too many"] * 3

    stage.passes(hours=1, minutes=1)
    again = mallory.posts("@BrightTel #handsets")
    stage.settles()
    assert "Nimbus" in x.reply_to(again)


def test_one_persons_limit_is_nobody_elses(stage_of: Any, x: Any, ana: Any, mallory: Any) -> None:
    stage = stage_of(person_limit=1)
    mallory.posts("@BrightTel #handsets")
    mallory.posts("@BrightTel #handsets")
    post = ana.posts("@BrightTel #handsets")

    stage.settles()

    assert "Nimbus" in x.reply_to(post)


def test_a_person_is_one_word_away_however_often_one_has_asked(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(person_limit=1)
    for _ in range(3):
        mallory.posts("@BrightTel #handsets")
    post = mallory.posts("@BrightTel #agent")

    stage.settles()

    assert "colleague" in x.reply_to(post)
    assert len(stage.handovers()) == 1


def test_a_private_account_that_is_seen_by_nobody_is_not_answered(stage: Any, x: Any) -> None:
    pat = x.known("private_pat")
    post = pat.posts("@BrightTel #help")

    stage.settles()

    assert x.replies_to(post) == []


def test_each_mention_ends_with_a_reason_anyone_can_read(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    texts = (
        "@BrightTel #help",
        "@BrightTel hi",
        "@BrightTel #refund",
        "@BrightTel #agent",
        "@BrightTel #help",
    )
    posts = [mallory.posts(text) for text in texts]

    stage.settles()

    assert [stage.mention(post).state for post in posts] == ["done"] * 5
    assert [stage.reason(post) for post in posts] == [
        "answered",
        "no command",
        "answered",
        "answered",
        "in a hand-over",
    ]
