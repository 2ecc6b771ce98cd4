"""A command is asked only where it may answer, and its plan leaves only when it may."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.accounts import AccountsUnavailable
from commands.answer import answer
from commands.api import Channel, Plan, PrivateWords, PublicWords, Request, Risk, command
from commands.loading import cast
from commands.loading.command_files import Command
from commands.plan import BadPlan
from commands.wording.words import Words

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_command(function, **rules):
    declared = command("data", risk=Risk.READ, **rules)(function)
    return Command("data", "account", Path("data.py"), declared, Words(Path("data.md"), {}))


def asked_by(name):
    return Request("data", "data", (), Channel.PUBLIC, cast.person(name), cast.BRAND, "1", NOON, NOON)


def tells_the_balance(request, context):
    return Plan(private=PrivateWords("8 GB left"))


def links(request, context):
    return Plan(public=PublicWords("see bright.example.com", may_link=True))


def fails_to_reach_the_source(request, context):
    raise AccountsUnavailable("time-out")


def crashes(request, context):
    raise ZeroDivisionError


def returns_a_text(request, context):
    return "8 GB left"


def test_a_linked_person_gets_the_plan(say):
    plan = answer(a_command(tells_the_balance, needs_link=True), asked_by("ana"), None, say)

    assert plan.private.text == "8 GB left"


def test_somebody_who_is_not_linked_never_reaches_the_command(say):
    plan = answer(a_command(crashes, needs_link=True), asked_by("ben"), None, say)

    assert "not linked" in plan.private.text


def test_a_command_that_needs_no_link_answers_everybody(say):
    assert answer(a_command(tells_the_balance), asked_by("mallory"), None, say).private is not None


def test_an_account_source_that_cannot_answer_is_a_kind_sentence_and_no_crash(say):
    plan = answer(a_command(fails_to_reach_the_source), asked_by("ana"), None, say)

    assert "#data" in plan.public.text


@pytest.mark.parametrize("function", [returns_a_text, links])
def test_what_must_not_leave_is_refused(say, function):
    with pytest.raises(BadPlan):
        answer(a_command(function), asked_by("ana"), None, say)


def test_a_link_leaves_where_the_operator_allows_it(say):
    assert answer(a_command(links), asked_by("ana"), None, say, links_allowed=True).public is not None


def test_a_crash_is_left_to_whoever_invoked_it(say):
    with pytest.raises(ZeroDivisionError):
        answer(a_command(crashes), asked_by("ana"), None, say)
