"""With keys it serves the X they belong to: no demo people, no accounts but those that were imported."""

from typing import Any

import pytest

from storage.upkeep.brand import ServesAnother


@pytest.fixture
def served_url(database_url: str) -> str:
    """An empty database."""
    return database_url


@pytest.fixture
def stage(stage_of: Any, x: Any) -> Any:
    return stage_of(**x.keys())


def test_no_demo_customer_is_known(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert stage.reason(post) == "command switched off"
    assert ana.got == []


def test_without_accounts_help_does_not_offer_the_account_commands(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")

    stage.settles()

    assert "#charges" not in x.reply_to(post)
    assert "#refund" in x.reply_to(post)


def test_tickets_and_people_need_no_accounts(stage: Any, x: Any, ana: Any) -> None:
    ticket, person = ana.posts("@BrightTel #refund"), ana.posts("@BrightTel #agent")

    stage.settles()

    assert stage.tickets()[0]["reference"] in x.reply_to(ticket)
    assert "colleague takes over" in x.reply_to(person)
    stage.money_agrees()


def test_the_first_message_carries_the_privacy_address(stage: Any, ana: Any) -> None:
    ana.writes("#help")

    stage.settles()

    assert "https://brighttel.example/privacy" in ana.message


def test_a_database_of_the_real_x_is_refused_to_the_sandbox(stage_of: Any, x: Any) -> None:
    stage_of(**x.keys()).kill()

    with pytest.raises(ServesAnother):
        stage_of()
