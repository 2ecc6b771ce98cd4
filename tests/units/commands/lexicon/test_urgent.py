"""Which messages go straight to a person, and which only sound like it."""

import pytest

from commands.lexicon.urgent import Urgency, urgent


@pytest.mark.parametrize(
    "text",
    [
        "@BrightTel my mum died last week, how do I close her account?",
        "My dad has passed away",
        "I need to cancel my late husband's phone",
        "I need to cancel my late husband’s phone",
        "sending you the DEATH CERTIFICATE",
        "#bereavement",
        "mae fy nhad wedi marw",
        "profedigaeth",
    ],
)
def test_a_death_goes_to_a_person(text: str) -> None:
    assert urgent(text) is Urgency.BEREAVEMENT


@pytest.mark.parametrize(
    "text",
    [
        "this is fraud!",
        "someone stole my phone",
        "I think I've been hacked",
        "there are unauthorised payments on my bill",
        "SIM-swap??",
        "dyma dwyll",
    ],
)
def test_an_account_in_other_hands_goes_to_a_person(text: str) -> None:
    assert urgent(text) is Urgency.FRAUD


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "my ex is stalking me",
        "I can't call 999 from here",
        "we can’t make emergency calls",
        "your router caught fire",
        "mae hi mewn perygl",
    ],
)
def test_danger_goes_to_a_person(text: str) -> None:
    assert urgent(text) is Urgency.SAFETY


@pytest.mark.parametrize(
    "text",
    [
        "what a killer deal",
        "dead battery again",
        "my phone died",
        "my dad's phone died",
        "the line is dead",
        "mae'r batri wedi marw",
        "you are killing me with these prices",
        "my phone says emergency calls only",
        "your ads are stalking me",
        "you keep threatening me with debt collectors",
        "I'm in danger of losing my number",
        "my mum died laughing",
        "is suicide squad on your box?",
        "fire sale on handsets",
        "#data",
        "",
    ],
)
def test_what_only_sounds_urgent_does_not(text: str) -> None:
    assert urgent(text) is None


def test_of_two_urgencies_the_gravest_counts() -> None:
    assert urgent("fraud after my mum died, and now I want to die") is Urgency.SAFETY


def test_a_hostile_text_is_read_word_by_word_once() -> None:
    assert urgent("my late " * 3_000 + "mum") is Urgency.BEREAVEMENT
    assert urgent("a'" * 12_500) is None
