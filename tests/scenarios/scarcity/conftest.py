"""Many people who take our messages, and an X that lets fifteen of them be sent in fifteen minutes."""

from typing import Any

import pytest

from tests.scenarios.theatre import LocalX, Person

WINDOW = 15  # messages, and minutes
NAMES = (
    "amira", "aled", "bronwen", "callum", "chloe", "dafydd", "elif", "farid", "greta", "hiro", "imani",
    "ivan", "jonas", "kavya", "lena", "marek", "megan", "nadia", "niamh", "owain", "petra", "rhys", "sofia",
)  # fmt: skip


@pytest.fixture
def crowd(x: LocalX) -> list[Person]:
    """Customers who are linked and take our messages, as ana does."""
    return [x.known(name) for name in NAMES]


@pytest.fixture
def stage(stage_of: Any) -> Any:
    """The bot, with no limit to how often one person is answered."""
    return stage_of(person_limit=0)


@pytest.fixture
def full(stage: Any, x: LocalX, crowd: list[Person]) -> list[Person]:
    """The window for messages is used up by fifteen people of the crowd; the others."""
    for person in crowd[:WINDOW]:
        person.posts("@BrightTel #data")
    stage.settles()
    assert sorted(written_to(x)) == sorted(person.name for person in crowd[:WINDOW])
    return crowd[WINDOW:]


def written_to(x: LocalX) -> list[str]:
    """Whom we wrote to, in order."""
    return [one["to"] for one in x.messages() if one["from"] == "BrightTel"]


def refused(x: LocalX) -> list[dict[str, Any]]:
    """The calls that X refused because there were too many."""
    return [call for call in x.call("GET", "requests")["requests"] if call["status"] == 429]
