"""What we promise about X's text rules beyond the public suite: hostile texts, any text at all, emoji."""

import itertools
import time
from collections.abc import Callable

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commands.text import (
    cashtags,
    hashtags,
    mentions,
    outgoing_weight,
    reply_to,
    urls,
    weigh,
    would_link,
)

LENGTH = 25_000
# A wall, not a figure: an ordinary machine needs under 50 ms; quadratic time would need seconds.
HOSTILE_WALL_SECONDS = 2.0
READERS = [hashtags, mentions, cashtags, urls, reply_to, would_link, outgoing_weight, weigh]

UNITS = [
    "#", "#a", "#1", "##a", "#·", "@", "@a", "@a@", "@a/b", "RT@a ", "$", "$A ", "$A.", ".", "..", "a.", ".a",
    "a..", "a-.", "a_.com", "_", "-", "_.", "http://", "http://a.", "http://a.co/", "://", ".com", "a.com",
    "a.com ", "a.com/", "a.com:80/", "あ", "あ.", "あa.com", "みんな.", "xn--.", "あ.xn--", "(", "a.co/(",
    "a.co/(a(", "a.co?!", "a.co/!", "t.co/a", "\u0301", "e\u0301.", "שּׁ", "가", "\U0001f1ec",
    "\U0001f468\u200d", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067", "\u200d", "\ufe0f",
    "\ufeff", "\u202a", "&amp;", "3.50.In ", "main.py ",
]  # fmt: skip
HEADS = ["#", "@", "http://", "a.com/", "http://t.co/", "http://a.com/(", "あ", "a_"]
BODIES = ["a", "1", "_", "あ", "!", ".", "(", "\u0301", "a.", "あ.", "_a", "あ_"]

ANY_TEXT = st.text(max_size=60)
TEXT_LIKE_A_POST = st.lists(
    st.sampled_from([
        "#data", "＃Data", "@BrightTel", "$TICK", " ", "\n", ".", "main.py", "https://t.co/abc",
        "bright.tel/x?y=1", "é", "みんな", "©", "®", "™", "1\ufe0f\u20e3", "\U0001f600",
        "\U0001f468\u200d\U0001f469", "\U0001f1ec\U0001f1e7", "&", "/", "(", ")", "_", "-", "a", "\u0301",
        "\ufeff",
    ]),
    max_size=12,
).map("".join)  # fmt: skip

ALWAYS_THE_SAME = settings(deadline=None, derandomize=True, max_examples=300)


def hostile_texts() -> list[str]:
    repeated = [(unit * LENGTH)[:LENGTH] for unit in UNITS]
    long_words = [
        (head + body * LENGTH)[: LENGTH - len(tail)] + tail
        for head, body, tail in itertools.product(HEADS, BODIES, ("", "_a.com"))
    ]
    return repeated + long_words


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_no_hostile_text_takes_more_than_time_in_proportion_to_its_length(
    read: Callable[[str], object],
) -> None:
    for text in hostile_texts():
        begun = time.perf_counter()

        read(text)

        assert time.perf_counter() - begun < HOSTILE_WALL_SECONDS, f"{text[:30]!r}…"


@ALWAYS_THE_SAME
@given(ANY_TEXT | TEXT_LIKE_A_POST)
def test_what_is_found_stands_where_it_is_said_to_stand(text: str) -> None:
    for signs, found in (("#＃", hashtags(text)), ("@＠", mentions(text)), ("$", cashtags(text))):
        for entity in found:
            assert text[entity.start] in signs
            assert text[entity.start + 1 : entity.end] == entity.value
    for link in urls(text):
        assert text[link.start : link.end] == link.value


@ALWAYS_THE_SAME
@given(TEXT_LIKE_A_POST)
def test_no_hashtag_and_no_mention_is_part_of_a_link(text: str) -> None:
    links = [range(link.start, link.end) for link in urls(text)]

    for entity in [*hashtags(text), *mentions(text)]:
        assert not any(entity.start in link for link in links if link.start < entity.start)


@ALWAYS_THE_SAME
@example("©")
@example("1\u20e3")
@given(ANY_TEXT | TEXT_LIKE_A_POST)
def test_what_we_budget_is_never_below_what_x_counts(text: str) -> None:
    assert outgoing_weight(text) >= weigh(text, 3).length
    assert outgoing_weight(text) >= weigh(text, 2).length


@ALWAYS_THE_SAME
@given(TEXT_LIKE_A_POST)
def test_words_added_behind_a_space_never_make_a_text_lighter(text: str) -> None:
    for version in (1, 2, 3):
        assert weigh(text + " more words", version).length >= weigh(text, version).length


@ALWAYS_THE_SAME
@given(TEXT_LIKE_A_POST.map(lambda text: text * 12))
def test_the_part_x_would_accept_is_within_the_limit(text: str) -> None:
    weight = weigh(text)

    assert 0 <= weight.fits_until <= weight.display_end == len(text)
    assert weight.valid == (0 < weight.length <= 280 and "\ufeff" not in text)


def emoji() -> list[str]:
    """A broad set of emoji, made from Unicode's own properties."""
    pictures = regex.findall(r"\p{Extended_Pictographic}", "".join(map(chr, range(0x20000))))
    bases = regex.findall(r"\p{Emoji_Modifier_Base}", "".join(map(chr, range(0x20000))))
    tones = [chr(tone) for tone in range(0x1F3FB, 0x1F400)]
    letters = [chr(letter) for letter in range(0x1F1E6, 0x1F200)]
    return [
        *pictures,
        *(picture + "\ufe0f" for picture in pictures),
        *(picture + "\ufe0e" for picture in pictures),
        *(base + tone for base in bases for tone in tones),
        *(base + tone + "\u200d\u2642\ufe0f" for base in bases for tone in tones[:2]),
        *(one + other for one in letters for other in letters),
        *(digit + mark + "\u20e3" for digit in "0123456789#*" for mark in ("", "\ufe0f")),
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "\u2764\ufe0f\u200d\U0001f525",
    ]


def test_no_emoji_weighs_less_for_us_than_for_x() -> None:
    found = emoji()

    too_light = [one for one in found if outgoing_weight(one) < max(weigh(one, 3).length, 2)]

    assert len(found) > 4_000
    assert too_light == []


@pytest.mark.parametrize(
    "whole",
    [
        "\U0001f600", "\u2764\ufe0f", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3", "\U0001f1ec\U0001f1e7", "©",
        "®", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f9d1\U0001f3fd\u200d\U0001f692", "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    ],
)  # fmt: skip
def test_a_whole_emoji_weighs_two_in_x_s_eyes(whole: str) -> None:
    assert weigh(whole).length == 2
    assert weigh(f"a{whole}b").length == 4


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("it is in main.py", ["main.py"]),
        ("that is £3.50.In any case", ["3.50.In"]),
        ("that is 3.50.In any case", ["3.50.In"]),
        ("that is 3.50. In any case", []),
        ("version 2.0 is out...", []),
        ("write to help@bright.tel", []),
        ("#bright.tel @bright.tel", []),
        ("see bright.tel.", ["bright.tel"]),
        ("see https://bright.tel/help?a=1.", ["https://bright.tel/help?a=1"]),
        ("goodbye.Kind regards", []),
        ("goodbye.So long", ["goodbye.So"]),
    ],
)
def test_what_x_would_link_is_seen_before_it_is_paid_for(text: str, links: list[str]) -> None:
    assert [link.value for link in would_link(text)] == links


def test_a_link_weighs_twenty_three_however_long_it_is() -> None:
    assert weigh("https://bright.tel/" + "a" * 100).length == 23
    assert outgoing_weight("see main.py") == len("see ") + 23


def test_a_full_width_sign_makes_a_hashtag_as_well() -> None:
    assert [one.value for one in hashtags("＃data and #bill")] == ["data", "bill"]


def test_the_codes_of_escaped_signs_are_no_hashtags() -> None:
    assert hashtags("it&#39;s") == []


def test_a_list_and_an_address_mention_nobody() -> None:
    assert mentions("@BrightTel/news and ana@bright.tel and bright.tel/@ana") == []
