"""References are short, survive being read aloud, and a slip is noticed."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.parse import parse_message
from commands.references import (
    ALPHABET,
    LENGTH,
    check_character,
    find_reference,
    in_order,
    new_reference,
    read_reference,
    seems_reference,
)

POSSIBLE = len(ALPHABET) ** LENGTH
NUMBERS = st.integers(0, POSSIBLE - 1)
PREFIXES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4)


def reference(number, prefix="BT"):
    return new_reference(prefix, lambda size: number)


def test_a_reference_looks_as_promised():
    assert re.fullmatch(r"BT-[0-9A-Z]{4}-[0-9A-Z]", reference(123_456))
    assert read_reference("BT-7KQ2-4", "BT") == "BT-7KQ2-4"


def test_every_draw_gives_another_reference():
    drawn = {reference(number) for number in range(0, POSSIBLE, 97)}

    assert len(drawn) == len(range(0, POSSIBLE, 97))


@pytest.mark.parametrize("letter", "AEIOUY015SLBZ")
def test_no_letter_makes_a_word_or_is_mistaken_for_another(letter):
    assert letter not in ALPHABET


@given(NUMBERS, PREFIXES)
def test_what_is_given_out_can_be_read_back_however_it_is_written(number, prefix):
    given_out = reference(number, prefix)

    for written in (
        given_out,
        given_out.lower(),
        given_out.replace("-", ""),
        f" #{given_out} ",
        given_out.replace("-", " "),
    ):
        assert read_reference(written, prefix) == given_out


@given(NUMBERS, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number, place, letter):
    characters = list(reference(number).removeprefix("BT").replace("-", ""))
    if characters[place] == letter:
        return

    characters[place] = letter

    assert read_reference("BT" + "".join(characters), "BT") is None


@given(NUMBERS, st.sampled_from(list(combinations(range(LENGTH + 1), 2))))
def test_two_characters_swapped_are_noticed(number, places):
    characters = list(reference(number).removeprefix("BT").replace("-", ""))
    one, other = places
    if characters[one] == characters[other]:
        return

    characters[one], characters[other] = characters[other], characters[one]

    assert read_reference("BT" + "".join(characters), "BT") is None


@pytest.mark.parametrize(
    "text", ["", "BT", "BT-7KQ2", "BT-7KQ2-5", "XY-7KQ2-4", "BT-7KQ2-44", "BT-7KO2-4", "７KQ2"]
)
def test_what_is_no_reference_of_ours_is_none(text):
    assert read_reference(text, "BT") is None


@pytest.mark.parametrize(
    "said",
    [
        "#status BT-7KQ2-4",
        "status of bt-7kq2-4, please?",
        "#status (BT7KQ24)",
        "#status bt 7kq2 4",
        "BT-7KQ2 -4",
    ],
)
def test_a_reference_is_found_among_the_words_of_a_person(said):
    assert find_reference(parse_message(said).words, "BT") == "BT-7KQ2-4"


def test_a_slip_in_a_reference_still_looks_meant_for_one():
    assert seems_reference(("bt-7kq2-5",), "BT")
    assert seems_reference(("BT7KQ25",), "BT")
    assert not seems_reference(("btw", "please"), "BT")


def test_the_check_counts_the_brand_in():
    assert check_character("BT", "7KQ2") != check_character("BU", "7KQ2")


@pytest.mark.parametrize("written", ["bt7kq24", " BT 7KQ2 4", "bt-7kq2-4", "#BT-7KQZ-4"])
def test_what_a_colleague_types_is_put_in_order(written: str) -> None:
    assert in_order(written) == "BT-7KQ2-4"


def test_what_is_no_reference_stays_what_it_is() -> None:
    assert in_order("broken") == "BROKEN"
