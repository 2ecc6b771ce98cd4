"""How long a text is, against the public twitter-text suite.

The suite's groups belong to versions of X's rules: `tweets` to the first, `WeightedTweetsCounterTest` to the
second, `WeightedTweetsWithDiscountedEmojiCounterTest` to the third; the directional markers, which have no
emoji, to the second and third alike.
"""

from typing import Any, Literal

import pytest

from commands.text import hashtags, mentions, weigh

VALIDATE = "twitter-text/validate.yml"


def in_utf16(text: str) -> int:
    """How many UTF-16 units `text` has: the suite counts in these."""
    return len(text.encode("utf-16-le")) // 2


def weighed(text: str, version: Literal[2, 3]) -> dict[str, object]:
    """The answer in the suite's words; its ranges count UTF-16 units and name the last one."""
    weight = weigh(text, version)
    return {
        "weightedLength": weight.length,
        "valid": weight.valid,
        "permillage": weight.permillage,
        "displayRangeStart": 0,
        "displayRangeEnd": in_utf16(text[: weight.display_end]) - 1,
        "validRangeStart": 0,
        "validRangeEnd": in_utf16(text[: weight.fits_until]) - 1,
    }


@pytest.mark.suite(VALIDATE, "WeightedTweetsCounterTest", "UnicodeDirectionalMarkerCounterTest")
def test_a_text_weighs_what_x_says_when_each_code_point_counts(suite_case: dict[str, Any]) -> None:
    assert weighed(suite_case["text"], 2) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(
    VALIDATE, "WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"
)
def test_a_text_weighs_what_x_says_when_an_emoji_counts_two(suite_case: dict[str, Any]) -> None:
    assert weighed(suite_case["text"], 3) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(VALIDATE, "tweets")
def test_a_post_is_valid_under_the_first_rules_when_x_says_so(suite_case: dict[str, Any]) -> None:
    assert weigh(suite_case["text"], 1).valid == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(VALIDATE, "usernames")
def test_a_username_is_one_mention_from_end_to_end(suite_case: dict[str, Any]) -> None:
    text = suite_case["text"]

    whole = [(one.start, one.end) for one in mentions(text)] == [(0, len(text))]

    assert whole == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(VALIDATE, "hashtags")
def test_a_hashtag_is_one_hashtag_from_end_to_end(suite_case: dict[str, Any]) -> None:
    text = suite_case["text"]

    whole = [(one.start, one.end) for one in hashtags(text)] == [(0, len(text))]

    assert whole == suite_case["expected"], suite_case["description"]
