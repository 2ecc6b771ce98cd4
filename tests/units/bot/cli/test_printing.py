"""How times, texts and tables are shown to people."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.printing import age, clean, lasting, local, put_table, shortened

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (timedelta(milliseconds=300), "now"),
        (timedelta(seconds=45), "45 s ago"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=3), "3 d ago"),
        (-timedelta(hours=2), "in 2 h"),
    ],
)
def test_an_age_is_told_in_one_unit(gone, told) -> None:
    assert age(gone) == told


def test_a_time_of_today_is_a_clock_face_with_its_age_and_an_older_one_has_its_day() -> None:
    here = (NOON - timedelta(minutes=3)).astimezone()
    last_week = (NOON - timedelta(days=7)).astimezone()

    assert local(here, NOON) == f"{here:%H:%M}, 3 min ago"
    assert local(last_week, NOON) == f"{last_week.day} {last_week:%b %H:%M}, 7 d ago"


def test_a_length_of_time_takes_its_largest_fitting_unit() -> None:
    assert [lasting(timedelta(seconds=n)) for n in (5, 89, 90, 3600, 200_000)] == [
        "5 s",
        "89 s",
        "2 min",
        "60 min",
        "2 d",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2Jgone", "\N{REPLACEMENT CHARACTER}[2Jgone"),
        ("abc\u202ecba", "abc\N{REPLACEMENT CHARACTER}cba"),
        ("👩\u200d👧 £5 été", "👩\u200d👧 £5 été"),
    ],
)
def test_signs_that_command_a_terminal_are_replaced_and_all_others_kept(written, shown) -> None:
    assert clean(written) == shown


def test_a_long_text_is_shortened_to_one_line() -> None:
    assert shortened("one\ntwo  three", 30) == "one two three"
    assert shortened("a" * 50, 10) == "a" * 9 + "…"


def test_a_terminal_gets_a_table_whose_ids_are_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")

    put_table(("id", "text"), [("2124278561236844544", "[red]word[/red] " * 10)], nothing="nothing")

    drawn = screen.getvalue()
    assert "2124278561236844544" in drawn
    assert "[red]word[/red]" in drawn
    assert "…" not in drawn
