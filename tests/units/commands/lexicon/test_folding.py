"""When two names are the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.lexicon.folding import fold


@pytest.mark.parametrize("written", ["data", "DATA", "Data", "ＤＡＴＡ", "ｄａｔａ"])
def test_however_a_name_is_written_it_is_the_same_name(written: str) -> None:
    assert fold(written) == "data"


@pytest.mark.parametrize("written", ["dаta", "ԁata", "dαta", "da\u200dta", "d4ta"])
def test_letters_that_only_look_alike_stay_different(written: str) -> None:
    assert fold(written) != "data"


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_a_folded_name_is_not_changed_by_folding_again(name: str) -> None:
    assert fold(fold(name)) == fold(name)
