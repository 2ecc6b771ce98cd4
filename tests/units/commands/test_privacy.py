"""Private values cannot be shown by a slip."""

import pytest

from commands.privacy import Private, Public


@pytest.mark.parametrize(
    "shown", [str, repr, "{}".format, "{:>30}".format, lambda value: f"{value!s} {value!r}"]
)
def test_a_private_value_never_shows_itself_in_a_text(shown):
    balance = Private("£23.50")

    text = shown(balance)

    assert "23" not in text
    assert "private" in text


def test_a_private_value_inside_something_else_stays_hidden():
    assert "23" not in repr({"total": [Private("£23.50")]})


def test_a_private_value_can_be_reckoned_with():
    assert Private(3).reveal() + Private(4).reveal() == 7
    assert Private(3) == Private(3)


def test_a_public_value_shows_itself():
    assert f"{Public('Nimbus 5')} at {Public(449):>5}" == "Nimbus 5 at   449"
