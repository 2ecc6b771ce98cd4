"""How people really write: escaped, long, full-width, mistyped, or to trick."""

from typing import Any

import pytest


def test_signs_that_x_escapes_do_not_shift_what_is_read(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("<b>A & B</b> && @BrightTel #handsets nimbus 5")

    stage.settles()

    assert "Nimbus 5:" in x.reply_to(post)


def test_a_command_beyond_280_characters_is_read_in_a_long_post(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel " + "so many words about nothing " * 14 + "#handsets nimbus 5")

    stage.settles()

    assert "Nimbus 5:" in x.reply_to(post)


def test_emoji_before_the_name_do_not_shift_what_is_read(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("👩‍👩‍👧‍👧🇬🇧😀 @BrightTel #android battery")

    stage.settles()

    assert "Battery" in x.reply_to(post)


@pytest.mark.parametrize("name", ["#HELP", "＃help", "#ｈｅｌｐ", "#Help!"])
def test_a_command_counts_however_its_letters_are_drawn(stage: Any, x: Any, mallory: Any, name: str) -> None:
    post = mallory.posts(f"@BrightTel {name}")

    stage.settles()

    assert "#data" in x.reply_to(post)


@pytest.mark.parametrize("name", ["#hеlp", "#dаta", "#ѕtop"])
def test_look_alike_letters_of_another_script_never_match(
    stage: Any, x: Any, mallory: Any, name: str
) -> None:
    post = mallory.posts(f"@BrightTel {name}")

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "no command"


def test_a_near_miss_does_nothing_where_suggestions_are_off(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #chargess")

    stage.settles()

    assert x.replies_to(post) == []
    assert stage.reason(post) == "no command"


def test_a_near_miss_gets_a_suggestion_and_no_action_where_they_are_on(
    stage_of: Any, x: Any, ana: Any
) -> None:
    stage = stage_of(suggestions=True)
    post = ana.posts("@BrightTel #chargess")

    stage.settles()

    assert "Did you mean #charges?" in x.reply_to(post)
    assert ana.got == []


def test_an_ordinary_word_is_no_near_miss(stage_of: Any, x: Any, ana: Any) -> None:
    stage = stage_of(suggestions=True)
    posts = [ana.posts(f"@BrightTel {word}") for word in ("#changes", "#date", "#token")]

    stage.settles()

    assert [x.replies_to(post) for post in posts] == [[], [], []]


def test_a_near_miss_beside_a_real_command_is_left_alone(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(suggestions=True)
    post = mallory.posts("@BrightTel #chargess #help")

    stage.settles()

    assert "Did you mean" not in x.reply_to(post)


@pytest.mark.parametrize("text", ["data", "Data!", "@BrightTel data", "＃data"])
def test_in_a_message_a_lone_command_word_needs_no_hashtag(stage: Any, ana: Any, text: str) -> None:
    ana.writes(text)

    stage.settles()

    assert "GB" in ana.message


def test_in_a_post_a_lone_word_is_no_command(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel help")

    stage.settles()

    assert x.replies_to(post) == []


def test_in_a_message_a_word_in_a_sentence_is_no_command(stage: Any, ana: Any) -> None:
    ana.writes("I wonder about my data and my bill")

    stage.settles()

    assert "GB" not in ana.message
    assert "#help" in ana.message


def test_a_hostile_post_is_read_and_the_next_one_answered(stage: Any, x: Any, ana: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel " + "#a" * 8_000 + "@" * 4_000 + " http://" * 400)
    post = ana.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(post)) == 1
