"""What `act` promises: the act is done, told in a sentence, and journaled with who did it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage import journal, people
from storage.columns import table_of
from storage.upkeep import brand
from storage.upkeep.upkeep_tables import JournalEntry

BRAND = "100"
DEMO = "2000000000000000001"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def journaled(database) -> Callable[[], list[tuple[str, str]]]:
    """Who did what, of what people did."""
    table = table_of(JournalEntry)
    asked = sa.select(table.c.who, table.c.what).where(table.c.who != journal.BOT).order_by(table.c.id)
    return lambda: [tuple(row) for row in database.read(lambda c: c.execute(asked).all())]


@pytest.mark.parametrize(
    ("typed", "told", "noted"),
    [
        ("mention 502 skip", "It gets no answer from the bot.", "skipped"),
        ("mention 502 retry", "The bot decides it again now.", "retried"),
        ("ticket bt-7kq2-4 close", "Ticket BT-7KQ2-4 is closed.", "ticket closed"),
        ("ticket BT-7KQ2-4 assign cleo", "Ticket BT-7KQ2-4 is with cleo.", "ticket assigned"),
        ("ticket BT-7KQ2-4 assign", "Ticket BT-7KQ2-4 is with dora.", "ticket assigned"),
        ("handover 1 release", "The bot answers 4 again.", "handover released"),
        ("person @ana block", "@ana is not answered any more.", "blocked"),
        ("person @ana unblock", "@ana is answered again.", "unblocked"),
        ("person 1 unlink", "@ana is linked to no customer.", "unlinked"),
        ("command #handsets off", "#handsets is off.", "switched off"),
        ("sending pause", "Sending is paused; 0 deliveries are held.", "sending paused"),
    ],
)
def test_an_act_is_told_in_a_sentence_and_journaled(cli, busy_day, journaled, typed, told, noted) -> None:
    ran = cli("act", *typed.split(), "--by", "dora")

    assert (ran.code, ran.out, ran.err) == (0, f"{told}\n", "")
    assert journaled() == [("dora", noted)]


def test_a_command_is_switched_off_and_on_again(cli, busy_day) -> None:
    first, second = (cli("act", "command", "handsets", "off", "--by", "dora") for _ in range(2))
    off = {row["id"]: row["why"] for row in cli("show", "commands", "--json").rows if row["state"] == "off"}
    third, fourth = (cli("act", "command", "handsets", "on", "--by", "dora") for _ in range(2))
    nobody = cli("act", "command", "nothing", "off", "--by", "dora")

    assert [ran.out for ran in (first, second)] == ["#handsets is off.\n", "#handsets was off already.\n"]
    assert off["handsets"] == "switched off by dora"
    assert [ran.out for ran in (third, fourth)] == ["#handsets is on.\n", "#handsets was on already.\n"]
    assert nobody.code == 1
    assert "[no-such-command]" in nobody.err


def test_a_mention_is_found_by_the_number_that_logs_carry(cli, busy_day, journaled) -> None:
    ran = cli("act", "mention", "2", "skip", "--by", "dora")

    assert ran.out == "It gets no answer from the bot.\n"
    assert cli("show", "mentions", "502", "--json").rows[0]["state"] == "done"


def test_a_mention_becomes_a_ticket(cli, busy_day) -> None:
    ran = cli("act", "mention", "502", "ticket", "--by", "dora")

    assert ran.out.startswith("Ticket opened BT-")
    assert len(cli("show", "tickets", "--json").rows) == 2


@pytest.mark.parametrize("where", ["mention 501", "ticket BT-7KQ2-4"])
def test_a_public_reply_is_signed_and_queued(cli, busy_day, where) -> None:
    ran = cli("act", *where.split(), "reply", "We are on it.", "--public", "--by", "Cleo Lamb")

    (newest, _) = cli("show", "deliveries", "--json").rows
    assert ran.out == f"Delivery {newest['id']} to @ana. It goes out now.\n"
    assert newest["channel"] == "public"
    assert newest["text"].startswith("We are on it. ^CL · ")


def test_a_private_reply_goes_only_to_who_agreed_to_messages(cli, busy_day) -> None:
    to_ana = cli("act", "mention", "501", "reply", "Hello Ana.", "--private", "--by", "cleo")
    to_mallory = cli("act", "handover", "1", "reply", "Hello.", "--private", "--by", "cleo")

    assert to_ana.code == 0
    assert to_mallory.code == 1
    assert to_mallory.err.splitlines()[:2] == [
        "4 has not agreed to direct messages.",
        "4 does not get this reply.",
    ]
    assert to_mallory.err.splitlines()[-1] == "[no-consent]"


def test_a_delivery_that_was_sent_cannot_be_sent_again(cli, busy_day) -> None:
    ran = cli("act", "delivery", "1", "retry", "--by", "dora")

    assert ran.code == 1
    assert ran.err.splitlines()[0] == "Delivery 1 is sent."


def test_sending_that_was_paused_is_resumed(cli, busy_day) -> None:
    cli("act", "sending", "pause", "--by", "dora")
    paused = cli("show", "state", "--json").rows[0]

    ran = cli("act", "sending", "resume", "--by", "dora")

    assert (paused["sending"], paused["paused_by"]) == ("paused", "dora")
    assert ran.out.startswith("Sending goes on: ")
    assert cli("show", "state", "--json").rows[0]["sending"] == "on"


def test_what_nobody_knows_ends_with_1_and_says_where_to_look(cli, busy_day) -> None:
    ran = cli("act", "ticket", "BT-0000-0", "close", "--by", "dora")

    assert ran.code == 1
    assert ran.err.splitlines() == [
        "There is no ticket BT-0000-0.",
        "Nobody is affected.",
        "Nothing was done.",
        "See which there are: tweetserve show tickets",
        "[no-such-ticket]",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "mention 502 dance",
        "mention 502 skip because",
        "ticket BT-7KQ2-4 close --public",
        "delivery 1 drop 900",
        "person @ana block C1001",
        "person @ana link",
    ],
)
def test_what_makes_no_sense_is_wrong_usage(cli, busy_day, typed) -> None:
    assert cli("act", *typed.split(), "--by", "dora").code == 2


def test_who_acts_is_the_login_unless_said(cli, busy_day, journaled, monkeypatch) -> None:
    monkeypatch.setenv("LOGNAME", "cleo")

    cli("act", "mention", "502", "skip")

    assert journaled() == [("cleo", "skipped")]


def test_a_name_that_was_never_looked_up_is_asked_of_x_and_booked(cli, database, sandbox) -> None:
    world = sandbox.call("GET", "health")["world_id"]
    port = sandbox.base_url.rsplit(":", 1)[1]
    _serve(database, f"sandbox:{world}")

    ran = cli("act", "person", "@ben", "block", "--by", "dora", SANDBOX_PORT=port)
    nobody = cli("act", "person", "@nobody_at_all", "block", "--by", "dora", SANDBOX_PORT=port)

    assert ran.out == "@ben is not answered any more.\n"
    assert database.read(lambda c: people.by_username(c, DEMO, "ben")).x_id == "2000000000000000102"
    assert nobody.err.splitlines()[-1] == "[no-such-person]"
    (line,) = cli("show", "ledger", "--json").rows
    assert (line["item"], line["settled_usd"], line["reserved_usd"]) == ("user.read", "0.01", "0")


def test_a_name_is_not_guessed_while_x_is_out_of_reach(cli, busy_day) -> None:
    keys = dict.fromkeys(("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "k")

    ran = cli(
        "act", "person", "@ben", "block", "--by", "dora",
        X_BASE_URL="http://127.0.0.1:1", PRIVACY_URL="https://brand.example/p", **keys,
    )  # fmt: skip

    assert ran.code == 1
    assert ran.err.splitlines()[0] == (
        "@ben is not known here, and X could not be asked who that is: X could not be reached, or did not "
        "answer in time."
    )
    assert ran.err.splitlines()[-1] == "[person-not-asked]"


def _serve(database, serves: str) -> None:
    database.write(
        lambda c: brand.settle_in(
            c, brand_id=DEMO, username="BrightTel", name="BrightTel", serves=serves, now=NOON
        )
    )
