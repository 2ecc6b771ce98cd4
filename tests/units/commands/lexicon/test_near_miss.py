"""When a word is nearly a command, and when it is a word of its own."""

import pytest

from commands.lexicon.near_miss import FEWEST_LETTERS, near_miss, ordinary_words

NAMES = {"charges": "charges", "refund": "refund", "status": "status", "trains": "trains", "brains": "brains"}


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("chargess", "a letter too many"),
        ("chages", "a letter too few"),
        ("chorges", "another letter"),
        ("chareges", "a letter too many within"),
        ("hcarges", "two neighbours swapped"),
        ("chargse", "two neighbours swapped at the end"),
    ],
)
def test_one_edit_away_is_near(word: str, why: str) -> None:
    assert near_miss(word, NAMES, ordinary=()) == "charges", why


@pytest.mark.parametrize("word", ["charges", "chrgs", "chaegrs", "xchargesx", ""])
def test_the_name_itself_and_two_edits_are_not_near(word: str) -> None:
    assert near_miss(word, NAMES, ordinary=()) is None


def test_a_word_near_two_commands_is_anybody_s_guess() -> None:
    assert near_miss("grains", NAMES, ordinary=()) is None


def test_a_word_near_two_names_of_one_command_is_clear() -> None:
    assert near_miss("texta", {"texts": "text", "text": "text"}, ordinary=()) in {"text", "texts"}


def test_short_words_are_left_alone() -> None:
    assert near_miss("dta1", {"data": "data"}, ordinary=()) is None
    assert near_miss("daata", {"data": "data"}, ordinary=()) == "data"


def test_letters_of_another_script_get_no_suggestion() -> None:
    assert near_miss("сharges", NAMES, ordinary=()) is None


@pytest.mark.parametrize(
    "word", ["charge", "changes", "refunds", "complain", "faults", "states", "gymorth", "cwyno"]
)
def test_ordinary_words_of_the_shipped_languages_are_known(word: str) -> None:
    assert word in ordinary_words()


def test_the_lists_hold_only_words_that_could_be_mistaken() -> None:
    assert all(len(word) >= FEWEST_LETTERS and word == word.casefold() for word in ordinary_words())
    assert all(word.isalpha() for word in ordinary_words())
