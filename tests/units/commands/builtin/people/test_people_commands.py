"""#agent, #stop, #start: nobody is trapped, and stop is stop."""

from dataclasses import replace

import pytest

from commands.api import Change, Example, Given, HandOver
from commands.loading import cast
from commands.wording.locales import LOCALES


def one(trial, built_in, name, text, **rest):
    return trial.one(built_in.commands[name], Example(text, **rest))


@pytest.mark.parametrize("hashtag", ["agent", "human", "Agent", "ＨＵＭＡＮ"])
def test_a_person_is_one_word_away(trial, built_in, hashtag):
    found = one(trial, built_in, "agent", f"@BrightTel #{hashtag} now please", as_="mallory", hands_over=True)

    assert found.handover == HandOver("asked for a person")
    assert "colleague" in found.public.text


def test_outside_opening_hours_it_says_when_somebody_will_be_there(trial, built_in):
    found = one(trial, built_in, "agent", "#agent", as_="ben", given=Given(closed_now=True), hands_over=True)

    assert "is there from Mon 23 Nov, 08:00" in found.public.text


def test_a_stop_is_confirmed_once_where_it_was_asked(trial, built_in):
    in_public = one(trial, built_in, "stop", "@BrightTel #stop", as_="ana")
    by_message = one(trial, built_in, "stop", "STOP!", as_="ana", dm=True)

    assert in_public.change is Change.STOP
    assert in_public.private is None
    assert by_message.change is Change.STOP
    assert by_message.public is None


def test_after_a_stop_only_the_ways_back_and_to_a_person_work(built_in):
    works = {command.id for command in built_in.commands.values() if command.rules.after_stop}

    assert works == {"start", "agent"}


def test_stop_and_start_work_while_a_colleague_is_in_charge(built_in):
    works = {command.id for command in built_in.commands.values() if command.rules.while_handed_over}

    assert works == {"start", "stop"}


def test_a_start_takes_the_stop_back_and_says_so(trial, built_in):
    back = one(trial, built_in, "start", "@BrightTel #start", as_="ana", given=Given(stopped=True))
    already = one(trial, built_in, "start", "@BrightTel #start", as_="ana")

    assert back.change is already.change is Change.START
    assert "Welcome back" in back.public.text
    assert "already" in already.public.text


@pytest.mark.parametrize("lang", sorted(LOCALES))
@pytest.mark.parametrize("name", ["agent", "stop", "start"])
def test_the_answer_is_given_in_the_language_of_the_person(plan_of, name, lang):
    others = {plan_of(name, lang=other).public.text for other in LOCALES if other != lang}

    assert plan_of(name, lang=lang).public.text not in others
    assert replace(cast.person("ben"), lang=lang).lang == lang
