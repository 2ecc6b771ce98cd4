"""The demo's links name the people of the sandbox, which the bot may not ask: the ids are copied."""

from pathlib import Path

import pytest
import yaml

from bot.backends.demo_company import demo_people

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world() -> dict[str, dict[str, object]]:
    """The sandbox's people by username."""
    people = yaml.safe_load((ROOT / "sandbox" / "people.yaml").read_text(encoding="utf-8"))["people"]
    return {person["username"]: person for person in people}


def test_every_person_of_the_demo_lives_in_the_sandbox_under_the_same_id(
    world: dict[str, dict[str, object]],
) -> None:
    copied = {person.username: person.id for person in demo_people()}

    assert copied == {username: world[username]["id"] for username in copied}


def test_the_demo_answers_people_in_the_language_they_have_in_the_sandbox(
    world: dict[str, dict[str, object]],
) -> None:
    assert [(person.username, person.lang) for person in demo_people()] == [
        (person.username, world[person.username]["lang"]) for person in demo_people()
    ]


def test_everybody_in_the_sandbox_but_strangers_is_a_customer_of_the_demo(
    world: dict[str, dict[str, object]],
) -> None:
    assert set(world) - {person.username for person in demo_people()} == {"mallory", "private_pat"}
