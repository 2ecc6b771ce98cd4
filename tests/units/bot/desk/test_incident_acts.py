"""An incident's text is told to everybody: it is checked when it is written, and each act is journaled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.desk import incident_acts
from bot.desk.acts import Desk
from bot.errors import OperatorError
from bot.flow.decide.mark import Marks
from commands.wording.sentences import Sentences
from storage.incidents.incident_list import list_incidents

LEEDS = "No 4G around Leeds since 09:40, engineers on site, next news 11:00"
TWO = ["data", "broken"]


@pytest.fixture
def desk(office: Any) -> Desk:
    return Desk(
        office.handler.house,
        office.decider.policy,
        Sentences.load(office.registry.renderers, "BrightTel"),
        Marks(office.handler.house.brand.zone, lambda _: ()),
        office.clock,
    )


@pytest.fixture
def opens(office: Any, desk: Desk) -> Callable[..., int]:
    """Opens an incident; its number."""

    def act(text: str = LEEDS, commands: list[str] = TWO, until: str = "", by: str = "dora") -> int:
        done = incident_acts.open_incident(desk, office.registry.current, text, commands, until, by=by)
        return int(done.subject.split(":")[1])

    return act


def row(office: Any, incident_id: int) -> dict[str, Any]:
    now = office.clock.now()
    (found,) = office.database.read(lambda c: list_incidents(c, "1", now=now, row_id=incident_id))
    return dict(found)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(OperatorError) as refused:
        act()
    return refused.value.code


def journaled(office: Any) -> list[tuple[str, str]]:
    query = sa.text("SELECT who, what FROM journal WHERE subject LIKE 'incident:%' ORDER BY id")
    return [tuple(line) for line in office.database.read(lambda c: c.execute(query).all())]


def test_opened_changed_and_closed_it_is_journaled_with_who_did_it(
    office: Any, desk: Desk, opens: Callable[..., int]
) -> None:
    number = opens()
    incident_acts.update_incident(
        desk, office.registry.current, None, "Half of it is back", [], "18:00", by="cleo"
    )
    incident_acts.close_incident(desk, number, "All of it is back", by="dora")

    assert journaled(office) == [
        ("dora", "incident opened"),
        ("cleo", "incident changed"),
        ("dora", "incident closed"),
    ]
    assert row(office, number)["text"] == "Half of it is back"
    assert row(office, number)["commands"] == TWO
    assert row(office, number)["state"] == "closed"


def test_commands_are_named_as_people_name_them(office: Any, opens: Callable[..., int]) -> None:
    number = opens(commands=["#Data", "allowance", "broken"])

    assert row(office, number)["commands"] == ["data", "broken"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  \n ", "incident-empty"),
        ("See brighttel.example.com for news", "incident-links"),
        ("Write to jo.smith@mail.example", "incident-private"),
        ("Ring 07700 900123 for news", "incident-private"),
        ("Account 4929 1234 5678 9012 is affected", "incident-private"),
        ("No 4G at LS1 4AP", "incident-private"),
        ("As told in BT-2222-D", "incident-private"),
        ("Customer C1001 waits", "incident-private"),
        ("Ask @mallory for news", "incident-names-somebody"),
        ("It is broken. " * 20, "incident-too-long"),
    ],
)
def test_a_text_that_may_not_be_told_is_refused(
    office: Any, opens: Callable[..., int], text: str, code: str
) -> None:
    from commands.references import check_character

    text = text.replace("BT-2222-D", f"BT-2222-{check_character('BT', '2222')}")

    assert code_of(lambda: opens(text)) == code
    assert journaled(office) == []


@pytest.mark.parametrize(
    "text", [LEEDS, "No 4G in LS1 and LS2 until 2026-11-24 18:00", "5G is down since 9.30, 200 masts"]
)
def test_days_times_and_districts_are_nobodys_secret(opens: Callable[..., int], text: str) -> None:
    assert opens(text) > 0


def test_the_longest_text_that_is_taken_fits_with_a_reference_and_one_more_sign_does_not(
    opens: Callable[..., int],
) -> None:
    lengths = [length for length in range(150, 280) if fits(opens, "x" * length)]

    assert lengths == list(range(150, lengths[-1] + 1))
    # 280, less the mark's room and the line with the longest reference in Welsh.
    assert lengths[-1] == 280 - 23 - len("\nEich cyfeirnod: BT-XXXX-X")


def fits(opens: Callable[..., int], text: str) -> bool:
    try:
        opens(text, ["data"])
    except OperatorError as refused:
        return refused.code == "incident-command-taken"
    return True


def test_a_command_answers_with_one_incident_only(opens: Callable[..., int]) -> None:
    opens()

    assert code_of(lambda: opens("Another", ["text", "broken"])) == "incident-command-taken"
    assert opens("Another", ["text"]) > 0


@pytest.mark.parametrize("name", ["nonsense", "agent", "stop", "start", "tellme"])
def test_a_command_that_cannot_answer_with_it_is_refused(opens: Callable[..., int], name: str) -> None:
    assert code_of(lambda: opens(commands=["data", name])) == "incident-command"


def test_without_commands_it_is_refused(opens: Callable[..., int]) -> None:
    assert code_of(lambda: opens(commands=[])) == "incident-without-commands"


@pytest.mark.parametrize(
    ("written", "hours"), [("18:00", 6), ("9:30", 21.5), ("2026-11-22T12:00", 24), ("2026-11-21 13:00", 1)]
)
def test_until_is_the_next_such_time_in_the_brands_zone(
    office: Any, opens: Callable[..., int], written: str, hours: float
) -> None:
    assert office.clock.now() == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    number = opens(until=written)

    wanted = office.clock.now() + timedelta(hours=hours)
    assert datetime.fromisoformat(row(office, number)["until"]) == wanted


@pytest.mark.parametrize("written", ["soon", "25:00", "18", "2026-11-20T12:00", "2026-13-01"])
def test_a_time_that_cannot_be_is_refused(opens: Callable[..., int], written: str) -> None:
    assert code_of(lambda: opens(until=written)) == "incident-until"


def test_an_end_can_be_taken_back(office: Any, desk: Desk, opens: Callable[..., int]) -> None:
    number = opens(until="18:00")

    incident_acts.update_incident(desk, office.registry.current, None, "", [], "none", by="dora")

    assert row(office, number)["until"] is None


def test_with_two_open_the_one_that_is_meant_must_be_named(
    office: Any, desk: Desk, opens: Callable[..., int]
) -> None:
    assert code_of(lambda: incident_acts.close_incident(desk, None, "", by="dora")) == "incident-which"
    first = opens()
    opens("Another", ["text"])

    assert code_of(lambda: incident_acts.close_incident(desk, None, "", by="dora")) == "incident-which"
    incident_acts.close_incident(desk, first, "", by="dora")
    assert code_of(lambda: incident_acts.close_incident(desk, first, "", by="dora")) == "incident-closed"
    assert code_of(lambda: incident_acts.close_incident(desk, 99, "", by="dora")) == "no-such-incident"


def test_one_whose_time_is_over_is_over(office: Any, desk: Desk, opens: Callable[..., int]) -> None:
    opens(until="13:00")
    office.clock.advance(timedelta(hours=2))

    assert opens("Another", TWO) > 0  # its commands are free again


def test_a_change_of_nothing_is_refused(office: Any, desk: Desk, opens: Callable[..., int]) -> None:
    opens()
    loaded = office.registry.current

    change = lambda: incident_acts.update_incident(desk, loaded, None, "", [], "", by="dora")  # noqa: E731

    assert code_of(change) == "incident-unchanged"
