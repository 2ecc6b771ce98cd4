"""Top-level domains: those of today, those that are gone, and what may follow them."""

import pytest

from commands.x_text.domains import domain_end, top_level_domains


def test_domains_of_today_of_other_scripts_and_of_the_past_are_known() -> None:
    known = top_level_domains()

    assert {"com", "uk", "cymru", "みんな", "рф"} <= known
    assert {"an", "tp", "um", "bugatti"} <= known
    assert not {"", "baz", "comm", "co.uk"} & known


@pytest.mark.parametrize("text", ["com", "COM", "com/", "com中", "みんなです", "xn--ls8h", "рф"])
def test_a_domain_ends_where_its_last_letter_stands(text: str) -> None:
    end = domain_end(text, 0)

    assert end > 0
    assert text[:end].lower() in top_level_domains() or text.startswith("xn--")


@pytest.mark.parametrize("text", ["", "comm", "com2", "com@", "com-", "com+", "みん", "x"])
def test_a_longer_word_or_an_e_mail_address_is_no_domain(text: str) -> None:
    assert domain_end(text, 0) == -1
