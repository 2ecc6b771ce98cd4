"""Words on the timeline page can be read: every pair of colours keeps the contrast of WCAG 2.2 AA.

Source: https://www.w3.org/TR/WCAG22/#contrast-minimum (4.5 to 1 for text).
"""

import re

import pytest

from sandbox.timeline.page import read_page_files

TONES = read_page_files()["look/tones.css"].content.decode()
LEAST = 4.5

# What stands on what, by the names of the tones.
PAIRS = [
    *[
        (word, ground)
        for word in ("ink", "ink-soft", "accent")
        for ground in ("page", "card", "card-soft", "brand-wash")
    ],
    ("accent-strong", "accent-wash"),
    ("ink-soft", "accent-wash"),
    ("on-accent", "accent"),
    ("good", "page"),
    ("amber", "page"),
    ("amber", "card"),
    ("red", "card"),
    ("red", "red-wash"),
    *[
        (word, ground)
        for word in ("deep-ink", "deep-ink-soft", "deep-accent")
        for ground in ("deep", "deep-raised", "deep-field")
    ],
    ("deep-mine-ink", "deep-mine"),
]


def tones_of(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", block))


LIGHT = tones_of(TONES.split("@media")[0])
DARK = LIGHT | tones_of(TONES.split("prefers-color-scheme: dark")[1])


def luminance(tone: str) -> float:
    channels = [int(tone[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tones", [LIGHT, DARK], ids=["by day", "by night"])
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_stand_out_from_what_they_stand_on(tones: dict[str, str], word: str, ground: str) -> None:
    assert contrast(tones[word], tones[ground]) >= LEAST
