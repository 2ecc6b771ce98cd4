"""Incidents from the command line: opened, listed with stable keys, changed and closed."""

import pytest

LEEDS = "No 4G around Leeds since 09:40"


def opens(cli, *more: str):
    return cli(
        "act", "incident", "open", "--text", LEEDS, "--commands", "data,#text,broken", "--by", "dora", *more
    )


def test_an_incident_is_opened_listed_changed_and_closed(cli, started) -> None:
    opened = opens(cli)
    changed = cli("act", "incident", "update", "1", "--commands", "data", "--by", "cleo")
    listed = cli("show", "incidents", "--json").rows
    closed = cli("act", "incident", "close", "--text", "It is back", "--by", "dora")

    assert (opened.code, opened.err) == (0, "")
    assert opened.out == ("Incident 1 is open: #data, #text, #broken answer with it until it is closed.\n")
    assert changed.out == "Incident 1 is changed until it is closed.\n"
    assert closed.out == "Incident 1 is closed; those who asked to be told hear it now.\n"
    (row,) = listed
    assert row.pop("opened_at").endswith("Z")
    assert row == {
        "id": "1",
        "state": "open",
        "text": LEEDS,
        "commands": ["data"],
        "opened_by": "dora",
        "until": None,
        "closed_at": None,
        "answered": 0,
        "tickets": [],
        "followers": 0,
        "told": 0,
    }


def test_those_that_are_over_are_listed_when_asked_for(cli, started) -> None:
    opens(cli)
    cli("act", "incident", "close", "--by", "dora")

    assert cli("show", "incidents", "--json").rows == []
    assert [row["state"] for row in cli("show", "incidents", "--all", "--json").rows] == ["closed"]
    assert cli("show", "incidents", "1", "--json").rows[0]["closed_at"] is not None
    assert "No incident is open." in cli("show", "incidents").err


def test_a_listing_tells_its_columns(cli, started) -> None:
    opens(cli)

    headings, line = cli("show", "incidents").out.splitlines()

    assert headings.split("\t")[:4] == ["id", "state", "text", "commands"]
    assert line.split("\t")[:4] == ["1", "open", LEEDS, "data text broken"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("act", "incident", "open", "7", "--text", LEEDS, "--commands", "data"), 2),
        (("act", "incident", "close", "--until", "18:00"), 2),
        (("act", "incident", "open", "--text", LEEDS, "--commands", "agent"), 1),
        (("act", "incident", "close"), 1),
        (("show", "incidents", "7"), 1),
    ],
)
def test_what_cannot_be_done_is_refused(cli, started, typed, code) -> None:
    assert cli(*typed).code == code
