"""`#android` gives the how-to asked for, or names those there are."""

from collections.abc import Callable
from datetime import date

import pytest

from commands.api import Guide, Plan
from commands.plan import check

Ask = Callable[..., Plan]
GUIDES = (
    Guide("battery", "Make the battery last", "Lower the brightness.", "en", date(2027, 1, 1), ("power",)),
    Guide("wifi", "Wi-Fi does not connect", "Forget the network.", "en", date(2027, 1, 1), ("wlan",)),
)


def said(plan: Plan) -> str:
    check(plan, links_allowed=False)
    assert plan.private is None
    assert plan.public is not None
    return plan.public.text


@pytest.mark.parametrize(
    "words", [("battery",), ("Battery!",), ("how", "do", "I", "save", "power?"), ("BATTERY", "wifi")]
)
def test_the_first_word_that_names_a_how_to_is_answered(ask: Ask, words: tuple[str, ...]) -> None:
    assert said(ask("android", *words, guides=GUIDES)) == "Make the battery last: Lower the brightness."


@pytest.mark.parametrize("words", [("wi-fi",), ("Wi", "Fi"), ("my", "WLAN")])
def test_wifi_is_found_however_it_is_written(ask: Ask, words: tuple[str, ...]) -> None:
    assert said(ask("android", *words, guides=GUIDES)).startswith("Wi-Fi does not connect:")


def test_without_a_topic_all_are_named(ask: Ask) -> None:
    assert said(ask("android", guides=GUIDES)) == (
        "I have short how-tos for Android phones: battery, wifi. Send, for example, #android battery."
    )


def test_an_unknown_topic_is_never_repeated(ask: Ask) -> None:
    text = said(ask("android", "BrightTel", "cheats", guides=GUIDES))

    assert text.startswith("I have no how-to on that. I have: battery, wifi.")
    assert "cheats" not in text


def test_without_any_how_to_there_is_a_next_step(ask: Ask) -> None:
    assert "Send #agent" in said(ask("android", "battery"))


@pytest.mark.parametrize("words", [(), ("teleport",)])
def test_carys_is_answered_in_welsh(ask: Ask, words: tuple[str, ...]) -> None:
    assert "Anfonwch" in said(ask("android", *words, guides=GUIDES, lang="cy"))
