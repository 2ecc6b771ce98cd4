"""How-tos are served until their last day, in the person's language, and a bad file leaves the others be."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from commands.loading.guides import GuideUnreadable, read_guide, read_guides
from commands.plan import fits_in_public
from commands.registry import BUILT_IN
from commands.text import would_link

HOW_TO = """\
topic: battery
also: power, batri
renew by: 2027-05-31

## en Make it last
Lower the
brightness.

## cy Gwneud iddo bara
Gostyngwch y disgleirdeb.
"""
LAST_DAY = date(2027, 5, 31)


@pytest.fixture
def how_to(tmp_path: Path) -> Path:
    file = tmp_path / "battery.md"
    file.write_text(HOW_TO, encoding="utf-8")
    return file


def test_a_how_to_is_served_in_the_persons_language_and_else_in_english(how_to: Path) -> None:
    guides = read_guides([how_to.parent])

    (welsh,) = guides.served(LAST_DAY, "cy-GB")
    (english,) = guides.served(LAST_DAY, "pl")
    assert welsh.title == "Gwneud iddo bara"
    assert english.text == "Lower the brightness."
    assert english.also == ("power", "batri")


def test_a_how_to_is_not_served_after_its_last_day(how_to: Path) -> None:
    guides = read_guides([how_to.parent])

    assert guides.served(LAST_DAY + timedelta(days=1), "en") == ()


def test_a_how_to_asks_to_be_renewed_a_month_ahead(how_to: Path) -> None:
    guides = read_guides([how_to.parent])

    assert guides.to_renew(LAST_DAY - timedelta(days=30)) == ()
    assert [guide.topic for guide in guides.to_renew(LAST_DAY - timedelta(days=29))] == ["battery"]


def test_a_brands_own_how_to_takes_the_place_of_the_shipped_one(how_to: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "any_name.md").write_text(HOW_TO.replace("Make it last", "Our way"), encoding="utf-8")

    guides = read_guides([how_to.parent, own, tmp_path / "missing"])

    assert [guide.title for guide in guides.served(LAST_DAY, "en")] == ["Our way"]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_served(how_to: Path) -> None:
    (how_to.parent / "lost.md").write_text("## en Nothing\nText\n", encoding="utf-8")

    guides = read_guides([how_to.parent])

    assert [guide.topic for guide in guides.served(LAST_DAY, "en")] == ["battery"]
    assert guides.problems == ("lost.md: expected a topic of 2 to 20 letters or digits, found “”",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("renew by: 2027-05-31", "", "renew by"),
        ("2027-05-31", "31.5.2027", "renew by"),
        ("topic: battery", "topic: the battery", "topic"),
        ("## en Make it last", "## fr Make it last", "one section each"),
        ("## cy Gwneud iddo bara", "## en Again", "one section each"),
        ("Lower the\nbrightness.\n", "", "empty"),
        ("## en Make it last\nLower the\nbrightness.\n", "", "in English"),
    ],
)
def test_each_mistake_in_a_how_to_is_told(how_to: Path, old: str, new: str, told: str) -> None:
    assert old in HOW_TO
    how_to.write_text(HOW_TO.replace(old, new), encoding="utf-8")

    with pytest.raises(GuideUnreadable, match=told):
        read_guide(how_to)


@pytest.mark.parametrize(
    "file", sorted((BUILT_IN / "guide" / "android").glob("*.md")), ids=lambda file: file.stem
)
def test_every_shipped_how_to_fits_a_post_in_each_language_and_links_nothing(file: Path) -> None:
    guides = read_guide(file)

    assert [guide.lang for guide in guides] == ["en", "cy"]
    for guide in guides:
        assert guide.topic == file.stem
        assert fits_in_public(f"{guide.title}: {guide.text}")
        assert would_link(f"{guide.title}: {guide.text}") == []


def test_no_two_shipped_how_tos_are_asked_for_by_the_same_word() -> None:
    english = [guide for guide in read_guides([BUILT_IN / "guide" / "android"]).all if guide.lang == "en"]
    words = [word for guide in english for word in (guide.topic, *guide.also)]

    assert sorted(words) == sorted(set(words))
