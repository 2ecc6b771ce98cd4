"""The bot's own public texts are told from a colleague's by the mark in which they end."""

import pytest

from bot.flow.restored.our_marks import mark_of, references_in
from commands.plan import marked
from commands.references import new_reference

REFERENCE = new_reference("BT", lambda _: 4711)


@pytest.mark.parametrize("mark", ["14:05:09", "14:05:09 BC", REFERENCE])
def test_a_text_that_the_bot_marked_is_known_by_its_mark(mark: str) -> None:
    assert mark_of(marked("12.4 GB left.", mark), "BT") == mark


def test_a_text_that_ends_in_its_ticket_is_known_by_it() -> None:
    assert mark_of(f"Please send us a message. Your reference: {REFERENCE}", "BT") == REFERENCE


def test_what_x_escapes_is_read_as_it_was_sent() -> None:
    assert mark_of("Calls &amp; texts · 14:05:09 ", "BT") == "14:05:09"


@pytest.mark.parametrize(
    "text",
    [
        "Hello Ana, Cleo here.",
        "We are back at 14:05:09",
        "Your train leaves · 14:05",
        f"{REFERENCE} is closed, Cleo",
        "Your reference: BT-7KQ2-X",
        "",
    ],
)
def test_a_colleagues_text_has_no_mark(text: str) -> None:
    assert mark_of(text, "BT") is None


def test_the_references_of_a_text_are_those_that_are_right_each_once() -> None:
    wrong = REFERENCE[:-1] + ("2" if REFERENCE[-1] != "2" else "3")

    assert references_in(f"{wrong}, {REFERENCE} and again {REFERENCE}.", "BT") == [REFERENCE]
    assert references_in(REFERENCE, "XY") == []
