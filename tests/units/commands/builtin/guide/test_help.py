"""#help: what can be asked, in one post, and what one command does."""

import pytest

from commands.api import CommandCard
from commands.plan import fits_in_public


def card(name, room="account", **rest):
    return CommandCard(
        id=name,
        hashtags=(name, *rest.get("others", ())),
        summary=rest.get("summary", f"about {name}"),
        room=room,
        examples=rest.get("examples", (f"#{name}",)),
        private=rest.get("private", False),
    )


def test_the_menu_names_every_command_that_is_on_in_one_post(plan_of, built_in):
    menu = plan_of("help").public.text

    for command in built_in.commands.values():
        assert f"#{command.name}" in menu or command.id == "start"


@pytest.mark.parametrize("lang", ["en", "cy"])
def test_what_is_switched_off_is_not_named(plan_of, lang):
    plan = plan_of("help", lang=lang, cards=(card("data"), card("agent", "people")))

    assert "#data" in plan.public.text
    assert "#charges" not in plan.public.text
    assert "#charges" not in plan.by_message.text
    assert (
        "data"
        not in plan_of("help", "charges", lang=lang, cards=(card("data"),)).public.text.split("#data")[0]
    )


@pytest.mark.parametrize("lang", ["en", "cy"])
@pytest.mark.parametrize("number", [1, 12, 40, 200])
def test_the_menu_fits_in_one_post_however_many_commands_there_are(plan_of, lang, number):
    cards = tuple(card(f"command{index}") for index in range(number))

    plan = plan_of("help", lang=lang, cards=cards)

    assert fits_in_public(plan.public.text)
    assert "#command0" in plan.public.text
    assert f"#command{number - 1}" in plan.by_message.text
    assert ("command199" in plan.public.text) is False


def test_a_menu_cut_short_says_where_the_rest_is(plan_of):
    cards = tuple(card(f"command{index}") for index in range(200))

    assert "More by direct message: #help" in plan_of("help", cards=cards).public.text
    assert "More by direct message" not in plan_of("help").public.text


@pytest.mark.parametrize("word", ["data", "#data", "DATA", "allowance", "ｄａｔａ"])
def test_a_command_named_behind_it_is_explained(plan_of, word):
    told = plan_of("help", "about", word).public.text

    assert told.startswith("#data (also #allowance): how much data you have left.")
    assert "private" in told
    assert "Write: #data" in told


def test_a_name_that_is_no_command_gets_the_menu_and_is_not_repeated(plan_of):
    assert plan_of("help", "freephones").public.text == plan_of("help").public.text


def test_beside_other_answers_help_is_brief(plan_of):
    assert plan_of("help").brief.text == "Send #help on its own for everything I answer."
