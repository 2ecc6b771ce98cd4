"""What `show` promises: stable keys, the newest first, ids that can be pasted, and plain sentences."""

from pathlib import Path

import pytest

from storage.upkeep import backups, lost_times
from tests.units.bot.cli.conftest import BRAND, NOON


def test_mentions_are_listed_newest_first_with_stable_keys(cli, busy_day) -> None:
    rows = cli("show", "mentions", "--json").rows

    assert rows == [
        {
            "id": "502",
            "author_id": "2",
            "state": "waiting",
            "reason": None,
            "commands": [],
            "received_at": "2026-11-21T12:00:00.000Z",
            "answered_at": None,
        },
        {
            "id": "501",
            "author_id": "1",
            "state": "done",
            "reason": "answered",
            "commands": ["refund"],
            "received_at": "2026-11-21T12:00:00.000Z",
            "answered_at": None,
        },
    ]


def test_deliveries_tickets_ledger_and_alarms_have_the_keys_they_promise(cli, busy_day) -> None:
    (delivery,) = cli("show", "deliveries", "--json").rows
    (ticket,) = cli("show", "tickets", "--json").rows
    (line,) = cli("show", "ledger", "--json").rows
    (alarm,) = cli("show", "alarms", "--json").rows

    assert delivery == {
        "id": "1",
        "mention_id": "501",
        "person_id": "1",
        "channel": "public",
        "state": "sent",
        "x_id": "900",
        "text": "Your reference: BT-7KQ2-4",
    }
    assert ticket == {
        "reference": "BT-7KQ2-4",
        "command": "refund",
        "person_id": "1",
        "state": "open",
        "due_at": "2026-11-21T12:00:00.000Z",
        "mention_ids": ["501"],
        "incident_id": None,
    }
    assert line == {
        "day": "2026-11-21",
        "item": "post.create.summoned",
        "count": 1,
        "reserved_usd": "0",
        "settled_usd": "0.01",
    }
    assert alarm == {"code": "x-down", "since": "2026-11-21T12:00:00.000Z", "until": None}


def test_a_listing_in_a_pipe_is_lines_parted_by_tabs_under_their_headings(cli, busy_day) -> None:
    ran = cli("show", "tickets")

    headings, line = ran.out.splitlines()
    assert headings.split("\t") == ["reference", "command", "person", "state", "due", "incident", "mentions"]
    assert line.split("\t")[:4] == ["BT-7KQ2-4", "refund", "@ana", "open"]
    assert ran.err == ""


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (("mentions", "--state", "waiting"), ["502"]),
        (("mentions", "--reason", "answered"), ["501"]),
        (("mentions", "501"), ["501"]),
        (("mentions", "--limit", "1"), ["502"]),
        (("deliveries", "--state", "queued", "--state", "later"), []),
        (("deliveries", "1"), ["1"]),
        (("handovers",), ["1"]),
        (("people", "@Ana"), ["1"]),
        (("people", "4"), ["4"]),
    ],
)
def test_a_listing_can_be_narrowed(cli, busy_day, arguments, ids) -> None:
    assert [row["id"] for row in cli("show", *arguments, "--json").rows] == ids


def test_what_is_due_is_what_was_promised_until_now(cli, busy_day) -> None:
    due = cli("show", "tickets", "--due", "--json").rows

    assert [row["reference"] for row in due] == ["BT-7KQ2-4"]


def test_a_ticket_is_found_however_its_reference_is_typed(cli, busy_day) -> None:
    assert [row["command"] for row in cli("show", "tickets", "bt-7kq2-4", "--json").rows] == ["refund"]


def test_a_cut_listing_says_so(cli, busy_day) -> None:
    ran = cli("show", "mentions", "--limit", "1")

    assert ran.err == "The newest 1; --limit shows more.\n"


def test_an_empty_listing_says_so_in_words_and_gives_an_empty_array(cli, started) -> None:
    assert cli("show", "tickets").err == "No tickets.\n"
    assert cli("show", "tickets", "--json").rows == []


def test_an_id_that_nobody_knows_ends_with_1_and_says_where_to_look(cli, busy_day) -> None:
    ran = cli("show", "mention", "999")

    assert ran.code == 1
    assert ran.err.splitlines() == [
        "No mention with the id 999 was ever received.",
        "Nobody is affected.",
        "Nothing was done.",
        "Look for it with: tweetserve show mentions",
        "[not-found]",
    ]


def test_a_story_is_told_for_the_number_that_logs_carry(cli, busy_day) -> None:
    (told,) = cli("show", "mention", "1", "--json").rows

    assert told["id"] == "501"


def test_a_number_that_no_log_carries_is_not_found(cli, busy_day) -> None:
    assert cli("show", "mention", "9" * 40).code == 1


def test_a_story_tells_step_by_step_what_happened(cli, busy_day) -> None:
    ran = cli("show", "mention", "501")

    told = [line.split("\t")[3:] for line in ran.out.splitlines() if line.count("\t") == 4]
    assert told == [
        ["what", "detail"],
        ["posted on X", ""],
        ["received", ""],
        ["done", "answered, refund"],
        ["enqueued", "public ticket (delivery 1)"],
        ["called X", "public ticket (delivery 1), attempt 1"],
        ["sent", "public ticket (delivery 1) is 900 on X"],
        ["ticket opened", "ticket:BT-7KQ2-4"],
    ]
    assert "post 501 by @ana (1)" in ran.out
    assert "why: answered: a command was answered" in ran.out


def test_a_story_in_json_has_every_step_with_its_time(cli, busy_day) -> None:
    (story,) = cli("show", "mention", "501", "--json").rows

    assert story["delivery_ids"] == ["1"]
    assert story["tickets"] == ["BT-7KQ2-4"]
    assert story["steps"][1] == {
        "at": "2026-11-21T12:00:00.000Z",
        "who": "bot",
        "what": "received",
        "detail": "",
    }


def test_what_a_stranger_wrote_cannot_move_the_cursor(cli, busy_day) -> None:
    assert "\x1b" not in cli("show", "mention", "501").out


def test_the_state_stands_on_one_screen(cli, busy_day) -> None:
    ran = cli("show", "state")
    (state,) = cli("show", "state", "--json").rows

    assert len(ran.out.splitlines()) <= 24
    assert "sending     on\n" in ran.out
    assert "mentions    1 waiting\n" in ran.out
    assert "alarm       x-down since" in ran.out
    assert state["sending"] == "on"
    assert state["mentions"] == {"waiting": 1}
    assert state["unsure"] == 0
    assert [alarm["code"] for alarm in state["alarms"]] == ["x-down"]
    assert state["polls"][0] == {"feed": "mentions", "read_at": "2026-11-21T12:00:00.000Z"}


def test_the_state_says_when_sending_is_off_by_the_settings(cli, started) -> None:
    (state,) = cli("show", "state", "--json", SENDING="off").rows

    assert state["sending"] == "off"


def test_the_state_says_when_the_last_backup_was_made(cli, started) -> None:
    assert "backup      none on record" in cli("show", "state").out

    started.write(lambda c: backups.note(c, BRAND, NOON, "/backup/a.db"))

    (state,) = cli("show", "state", "--json").rows
    assert state["last_backup_at"] == "2026-11-21T12:00:00.000Z"
    assert "none on record" not in cli("show", "state").out


def test_the_state_says_what_waits_after_a_backup_was_put_back(cli, started) -> None:
    assert "waiting " not in cli("show", "state").out

    started.write(
        lambda c: lost_times.open_(c, BRAND, since=NOON, until=NOON, is_restored=True, why="it is a backup")
    )

    (state,) = cli("show", "state", "--json").rows
    assert state["held_before"] == "2026-11-21T12:00:00.000Z"
    assert "until X has shown what was answered" in cli("show", "state").out


def test_a_lost_time_can_be_ended_by_a_colleague_once(cli, started) -> None:
    started.write(
        lambda c: lost_times.open_(c, BRAND, since=NOON, until=NOON, is_restored=True, why="it is a backup")
    )

    assert cli("act", "lost-time", "end", "--by", "dora").code == 0
    assert started.read(lambda c: lost_times.newest(c, BRAND)).closed_by == "dora"
    again = cli("act", "lost-time", "end", "--by", "dora")
    assert again.err.splitlines()[-1] == "[no-lost-time]"


def test_commands_are_listed_with_why_they_are_off(cli, started) -> None:
    rows = {row["id"]: row for row in cli("show", "commands", "--json").rows}

    assert rows["help"]["state"] == "on"
    assert rows["data"]["why"] == "there are no accounts yet"
    assert rows["charges"]["hashtags"] == ["charges", "bill"]


def test_before_the_first_start_it_says_what_to_type(cli, database) -> None:
    ran = cli("show", "state")

    assert ran.code == 3
    assert ran.err.splitlines()[-2:] == [
        "Type: tweetserve run   (or set DATABASE_URL to the database you mean)",
        "[never-started]",
    ]


def test_looking_at_a_database_that_is_not_there_makes_none(cli, tmp_path: Path) -> None:
    ran = cli("show", "mentions", DATABASE_URL="sqlite:///nowhere/x.db")

    assert ran.code == 3
    assert "never been started on nowhere/x.db" in ran.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "arguments",
    [("show", "mentions", "--state", "asleep"), ("show", "ledger", "yesterday"), ("show", "nothing")],
)
def test_wrong_usage_ends_with_2(cli, started, arguments) -> None:
    assert cli(*arguments).code == 2
