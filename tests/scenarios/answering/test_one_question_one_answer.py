"""A customer asks one thing, in public or in private, and gets one answer in the right place."""

from typing import Any


def test_who_is_linked_and_consented_asks_in_public_and_is_answered_in_private(
    stage: Any, x: Any, ana: Any
) -> None:
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert "GB" in ana.message
    assert x.replies_to(post) == []
    assert stage.mention(post).answered_at is not None
    stage.money_agrees()


def test_a_public_answer_stands_under_the_question_and_nowhere_else(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")

    stage.settles()

    assert "#data" in x.reply_to(post)
    assert mallory.got == []
    stage.money_agrees()


def test_what_is_asked_by_message_is_answered_by_message(stage: Any, x: Any, ana: Any) -> None:
    ana.writes("#charges")

    stage.settles()

    assert "£" in ana.message
    assert [post for post in x.posts() if post["author"] == "BrightTel"] == []
    stage.reads_messages()
    stage.money_agrees()


def test_who_has_not_consented_is_invited_and_their_message_brings_the_answer(
    stage: Any, x: Any, carys: Any
) -> None:
    post = carys.posts("@BrightTel #data")
    stage.settles()
    assert "neges uniongyrchol" in x.reply_to(post)
    assert carys.got == []

    carys.writes("helo")
    stage.settles()

    assert "GB" in carys.message
    assert "ar ôl" in carys.message
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_an_invitation_holds_for_a_day_and_then_no_longer(stage: Any, x: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()

    stage.passes(hours=24, minutes=1)
    carys.writes("helo")
    stage.settles()

    assert "GB" not in carys.message
    assert "#help" in carys.message


def test_an_invitation_still_holds_shortly_before_the_day_is_over(stage: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()

    stage.passes(hours=23, minutes=58)
    carys.writes("helo")
    stage.settles()

    assert "GB" in carys.message


def test_a_message_with_its_own_command_wins_over_the_pending_one(stage: Any, x: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()

    carys.writes("#text")
    stage.settles()
    assert "Negeseuon testun" in carys.message
    assert "GB" not in carys.message

    carys.writes("a'r data hefyd")
    stage.settles()
    assert "GB" in carys.got[1]


def test_only_the_newest_of_two_pending_commands_is_resumed_first(stage: Any, x: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()
    stage.passes(minutes=1)
    carys.posts("@BrightTel #charges")
    stage.settles()

    carys.writes("helo")
    stage.settles()

    assert "i'w dalu" in carys.message
    assert "ar ôl" not in carys.message


def test_the_answer_of_an_invitation_comes_once_however_much_is_written(stage: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()
    carys.writes("helo")
    carys.writes("oes rhywun yna")
    stage.settles()

    assert sum("GB" in text for text in carys.got) == 1


def test_who_is_not_linked_is_told_so_by_message_with_the_next_step(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #data")
    stage.settles()
    assert "direct message" in x.reply_to(post)

    ben.writes("hello")
    stage.settles()

    assert "not linked" in ben.message
    assert "#agent" in ben.message


def test_nobody_learns_anothers_data_by_asking_in_their_name(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #data of @ana, C1001 please")
    stage.settles()
    mallory.writes("I am ana")
    stage.settles()

    assert "GB" not in x.reply_to(post)
    assert "not linked" in mallory.message


def test_the_same_post_seen_twice_is_answered_once(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.settles()
    stage.restart()  # the first look after a start goes back a minute

    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_each_asks_for_themselves_however_many_ask_at_once(
    stage: Any, x: Any, ana: Any, ben: Any, carys: Any, mallory: Any
) -> None:
    posts = [who.posts("@BrightTel #help") for who in (ana, ben, carys, mallory)]

    stage.settles()

    assert [len(x.replies_to(post)) for post in posts] == [1, 1, 1, 1]
    stage.money_agrees()


def test_every_public_command_answers_in_public(stage: Any, x: Any, mallory: Any) -> None:
    asked = {
        "#help": "#data",
        "#menu": "#data",
        "#handsets nimbus 5": "Nimbus 5",
        "#android battery": "Battery",
    }
    posts = {name: mallory.posts(f"@BrightTel {name}") for name in asked}

    stage.settles()

    for name, post in posts.items():
        assert asked[name] in x.reply_to(post)


def test_every_account_command_answers_in_private_by_each_of_its_names(stage: Any, x: Any, ana: Any) -> None:
    for name in ("charges", "bill", "data", "allowance", "text", "texts"):
        ana.posts(f"@BrightTel #{name}")

    stage.settles()

    assert len(ana.got) == 6
    assert sum("£" in text for text in ana.got) == 2
    assert [post for post in x.posts() if post["author"] == "BrightTel"] == []
