"""A plan that must not leave does not."""

import pytest

from commands.plan import (
    MARK_ROOM,
    PUBLIC_WEIGHT,
    AskPrivately,
    BadPlan,
    Plan,
    PrivateWords,
    PublicWords,
    check,
    check_public,
    fits_in_public,
    marked,
)
from commands.text import outgoing_weight

ROOM = PUBLIC_WEIGHT - MARK_ROOM


def test_a_plan_that_says_something_short_may_leave():
    plan = Plan(public=PublicWords("Hello"), private=PrivateWords("Hello there"))

    assert check(plan, links_allowed=False) is plan


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan(), "says nothing"),
        (Plan(public=PublicWords("  ")), "empty"),
        (Plan(private=PrivateWords("")), "empty"),
        (Plan(private=PrivateWords("x" * 10_001)), "10001 characters"),
        (Plan(public=PublicWords("x" * (ROOM + 1))), f"weighs {ROOM + 1}"),
        (Plan(public=PublicWords("字" * ROOM)), f"weighs {2 * ROOM}"),
        (Plan(public=PublicWords("Hi"), brief=PublicWords("x" * 300)), "weighs 300"),
        (Plan(private=PrivateWords("Hi"), brief=PublicWords("Hi")), "need the public ones"),
        (Plan(public=PublicWords("Hi"), ask=AskPrivately("BT-7KQ2-4")), "neither opens nor adds"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_with_the_rule(plan, why):
    with pytest.raises(BadPlan, match=why):
        check(plan, links_allowed=False)


def test_the_text_a_post_holds_leaves_room_for_its_mark():
    text = "x" * ROOM

    posted = marked(text, "M" * 20)

    assert fits_in_public(text)
    assert outgoing_weight(posted) == PUBLIC_WEIGHT


@pytest.mark.parametrize("text", ["see https://bright.example.com", "open main.py", "it is 3.50.In short"])
@pytest.mark.parametrize(("links_allowed", "may_link"), [(False, False), (True, False), (False, True)])
def test_a_link_needs_the_word_of_the_command_and_of_the_operator(text, links_allowed, may_link):
    with pytest.raises(BadPlan, match="would make a link"):
        check_public(PublicWords(text, may_link=may_link), links_allowed=links_allowed)


def test_a_link_that_both_allow_may_be_posted():
    check_public(PublicWords("see https://bright.example.com", may_link=True), links_allowed=True)


def test_private_words_cannot_pass_for_public_ones():
    with pytest.raises(BadPlan, match=r"made by words\.public"):
        check(Plan(public=PrivateWords("£23.50")), links_allowed=False)


def test_a_text_that_ends_in_its_mark_is_not_marked_twice():
    assert marked("Your reference: BT-7KQ2-4", "BT-7KQ2-4") == "Your reference: BT-7KQ2-4"
    assert marked("Hello", "14:05:09") == "Hello · 14:05:09"


def test_a_mark_longer_than_its_room_is_an_error():
    with pytest.raises(ValueError, match="at most 20"):
        marked("Hello", "M" * 21)


def test_private_words_do_not_show_in_a_log():
    assert "23" not in repr(Plan(private=PrivateWords("£23.50 to pay")))
