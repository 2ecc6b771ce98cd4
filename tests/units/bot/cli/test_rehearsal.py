"""What `say` promises: the answer of the daemon's own rules, with its price, and nothing written or sent."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.backends.demo_company import load_demo
from bot.cli.rehearsal import DEMO_BRAND, DEMO_BRAND_ID
from storage.engine.quick_connection import whole
from storage.upkeep import brand

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOWHERE = "sqlite:///var/demo.db"


@pytest.fixture
def demo(database):
    """BrightTel's customers and links, as `run` loads them without keys."""
    database.write(
        lambda c: brand.settle_in(
            c, brand_id=DEMO_BRAND_ID, username=DEMO_BRAND, name=DEMO_BRAND, serves="sandbox:w1", now=NOON
        )
    )
    load_demo(database, DEMO_BRAND_ID, NOON)
    return database


def test_a_private_answer_goes_by_message_to_who_agreed_and_costs_16_thousandths(cli, demo) -> None:
    (said,) = cli("say", "@BrightTel #data", "--as", "ana", "--json").rows

    (answer,) = said["answers"]
    assert answer["channel"] == "private"
    assert "GB" in answer["text"]
    assert answer["usd"] == "0.015"
    assert said["usd"] == "0.016"
    assert said["reason"] == "answered"
    assert said["commands"] == ["data"]


def test_who_gave_no_leave_is_invited_in_public(cli, demo) -> None:
    (said,) = cli("say", "@BrightTel #data", "--as", "@carys", "--json").rows

    (answer,) = said["answers"]
    assert answer["channel"] == "public"
    assert "GB" not in answer["text"]
    assert answer["weight"] <= 280
    assert said["usd"] == "0.011"


def test_a_message_is_answered_where_it_was_written(cli, demo) -> None:
    ran = cli("say", "data", "--as", "ana", "--dm")

    assert ran.out.startswith("direct message, ")
    assert "why: answered, a command was answered\n" in ran.out
    assert ran.out.endswith("price: 0.025 USD, 0.01 of it for reading\n")


def test_a_ticket_that_would_be_opened_is_named(cli, demo) -> None:
    ran = cli("say", "@BrightTel #refund", "--as", "mallory")
    (said,) = cli("say", "@BrightTel #refund", "--as", "mallory", "--json").rows

    assert "public reply, weight " in ran.out
    assert "opens a ticket like BT-" in ran.out
    assert [ticket["command"] for ticket in said["tickets"]] == ["refund"]


def test_what_gets_no_answer_says_why(cli, demo) -> None:
    ran = cli("say", "@BrightTel lovely weather", "--as", "ana")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "nothing is answered",
        "why: no command, no command in it; kept for people",
        "price: 0.001 USD, 0.001 of it for reading",
    ]


def test_a_post_that_does_not_name_the_brand_is_told_to_name_it_and_costs_nothing(cli, demo) -> None:
    ran = cli("say", "#data", "--as", "ana")

    assert ran.out.splitlines()[0] == "nothing is answered"
    assert ran.out.splitlines()[-1] == "price: 0 USD, 0 of it for reading"
    assert ran.err == "X shows us only posts that name @BrightTel: name it, or ask by message with --dm.\n"


def test_a_text_without_words_is_wrong_usage(cli, demo) -> None:
    assert cli("say", " ").code == 2


def test_nothing_is_written(cli, demo) -> None:
    before = _counts(demo)

    for text in ("@BrightTel #refund", "@BrightTel #stop", "@BrightTel #agent", "@BrightTel #data"):
        assert cli("say", text, "--as", "ana").code == 0

    assert _counts(demo) == before


def test_somebody_who_never_wrote_is_answered_as_a_stranger(cli, demo) -> None:
    ran = cli("say", "@BrightTel #help", "--as", "zebedee")

    assert ran.err == "@zebedee has never written to us: answered as a stranger.\n"
    assert ran.code == 0


def test_before_the_first_start_a_newcomer_sees_the_demo_company_and_leaves_nothing_behind(
    cli, tmp_path: Path
) -> None:
    files = set(tmp_path.rglob("*"))

    ran = cli("say", "@BrightTel #charges", "--as", "ana", DATABASE_URL=NOWHERE)

    assert ran.code == 0
    assert ran.out.startswith("direct message, ")
    assert ran.err == "Not started yet: this is what the demo company BrightTel would answer.\n"
    assert set(tmp_path.rglob("*")) == files


def test_with_keys_nothing_is_made_up_before_the_first_start(cli) -> None:
    keys = dict.fromkeys(("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "k")

    ran = cli("say", "@Brand #help", DATABASE_URL=NOWHERE, PRIVACY_URL="https://brand.example/p", **keys)

    assert ran.code == 3
    assert ran.err.splitlines()[-1] == "[never-started]"


def _counts(database) -> dict[str, int]:
    def count(connection: sa.Connection) -> dict[str, int]:
        names = sa.inspect(whole(connection)).get_table_names()
        counting = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names}
        return {name: connection.execute(statement).scalar_one() for name, statement in counting.items()}

    return database.read(count)
