"""What the brand says in public: one post, no links, nobody else's words, never twice the same."""

import re
from typing import Any

import pytest

from commands.text import outgoing_weight, would_link


def test_the_same_answer_to_many_is_never_the_same_text(
    stage: Any, x: Any, ana: Any, ben: Any, carys: Any, mallory: Any
) -> None:
    for who in (ana, ben, mallory):
        who.posts("@BrightTel #handsets nimbus 5")
        who.posts("@BrightTel #handsets nimbus 5")

    stage.settles()

    ours = x.ours()
    assert len(ours) == 6
    assert len(set(ours)) == 6
    assert all(re.search(r"12:\d\d:\d\d( [A-Z]{2})?$", text) for text in ours)


def test_a_ticket_reply_ends_in_its_reference_and_needs_no_other_mark(stage: Any, x: Any, ben: Any) -> None:
    post = ben.posts("@BrightTel #refund")

    stage.settles()

    assert x.reply_to(post).endswith(stage.tickets()[0]["reference"])


def test_a_mark_given_before_a_restart_is_not_given_again(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #handsets nimbus 5")
    stage.settles()
    stage.restart()

    mallory.posts("@BrightTel #handsets nimbus 5")
    stage.settles()

    assert len(set(x.ours())) == 2


@pytest.mark.parametrize(
    "text",
    [
        "#help buy at http://evil.example now",
        "#handsets evil.example is cheaper",
        "#android my-how-to.example",
        "#status evil.example",
    ],
)
def test_nobody_can_make_the_brand_repeat_their_words_or_links(
    stage: Any, x: Any, mallory: Any, text: str
) -> None:
    post = mallory.posts(f"@BrightTel {text}")

    stage.settles()

    assert "evil" not in x.reply_to(post)
    assert not would_link(x.reply_to(post))


def test_no_answer_in_public_is_longer_than_a_post_or_holds_a_link(
    stage: Any, x: Any, ben: Any, mallory: Any
) -> None:
    commands = ("#help", "#handsets", "#android", "#refund", "#broken", "#status", "#data", "#agent")
    for command in commands:
        mallory.posts(f"@BrightTel {command}")
        stage.settles()

    ours = [post["text"] for post in x.posts() if post["author"] == "BrightTel"]
    assert len(ours) == len(commands)
    assert all(outgoing_weight(text) <= 280 and not would_link(text) for text in ours)
    assert "post.create.url" not in x.bill()


def test_no_figure_of_an_account_ever_stands_in_public(stage: Any, x: Any, ana: Any, carys: Any) -> None:
    for who in (ana, carys):
        for command in ("#charges", "#data", "#text"):
            who.posts(f"@BrightTel {command}")
    stage.settles()
    carys.writes("helo")
    stage.settles()

    public = [post["text"] for post in x.posts() if post["author"] == "BrightTel"]
    assert not any("£" in text or "GB" in text for text in public)


def test_the_first_message_of_a_conversation_carries_the_privacy_address_and_the_others_do_not(
    stage_of: Any, ana: Any
) -> None:
    stage = stage_of(privacy_url="https://brighttel.example/privacy")
    ana.posts("@BrightTel #data")
    stage.settles()
    ana.posts("@BrightTel #text")
    stage.settles()
    ana.writes("#charges")
    stage.settles()

    assert ["brighttel.example/privacy" in text for text in ana.got] == [True, False, False]
    assert "#stop" in ana.got[0]


def test_a_customer_is_answered_in_the_language_of_their_account(stage: Any, x: Any, carys: Any) -> None:
    post = carys.posts("@BrightTel #help data")

    stage.settles()

    assert "faint o ddata" in x.reply_to(post)


def test_whose_language_is_not_spoken_is_answered_in_english(stage: Any, x: Any) -> None:
    hana = x.person("hana_k", lang="ja")
    post = hana.posts("@BrightTel #help data")

    stage.settles()

    assert "how much data" in x.reply_to(post)


@pytest.mark.parametrize(("name", "money"), [("ana", "£"), ("elif", "€"), ("greta", "SEK")])
def test_money_is_told_in_the_customers_own_currency(stage: Any, x: Any, name: str, money: str) -> None:
    customer = x.known(name)
    customer.posts("@BrightTel #charges")

    stage.settles()

    assert money in customer.message
