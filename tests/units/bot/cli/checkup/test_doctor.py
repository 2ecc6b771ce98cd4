"""What `doctor` promises: one line each, OK or NO, the next command on NO, and 1 at the end if any is NO."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from bot.clock import SystemClock
from storage.states import ProbeState
from storage.upkeep import alarms, brand, cursors
from storage.watching import probes
from tests.units.bot.canned_x import CannedX

# Apprise loads imghdr, which Python 3.13 drops; Apprise does without it there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

KEYS = dict.fromkeys(("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "k-secret")
REAL = {**KEYS, "PRIVACY_URL": "https://brand.example/p", "X_BASE_URL": "http://x.example"}
NOBODY_LISTENS = {"SANDBOX_PORT": "2", "DAEMON_PORT": "1"}
BRAND = "100"


def lines_of(ran) -> dict[str, tuple[bool | None, str, str]]:
    return {row["check"]: (row["ok"], row["found"], row["next"]) for row in ran.rows}


@pytest.fixture
def x(monkeypatch):
    """X as it answers single calls, and a daemon that says it is ready."""
    canned = CannedX()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, canned.served(monkeypatch):
        mock.get("http://127.0.0.1:8802/readyz", body="ready\n")
        yield canned


def answers(x, *, me_headers=None, left=100.0, late=timedelta(0)) -> None:
    date = (datetime.now(UTC) + late).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"date": date, **(me_headers or {})}
    me = {"data": {"id": BRAND, "username": "Brand", "name": "Brand"}}
    x.get("http://x.example/2/users/me", json=me, headers=headers)
    x.get("http://x.example/2/usage/credits", json={"data": {"total_balance": left}}, headers=headers)


@pytest.fixture
def serving_real(database):
    """A database that serves the real brand, polled a moment ago."""
    now = SystemClock().now()
    serves = brand.real_x("x.example", BRAND)
    database.write(
        lambda c: brand.settle_in(c, brand_id=BRAND, username="Brand", name="Brand", serves=serves, now=now)
    )
    for feed in ("mentions", "messages"):
        database.write(lambda c, feed=feed: cursors.save(c, BRAND, cursors.CursorRow(feed, "1", 1, now)))
    return database


def test_without_anything_running_it_says_what_to_type_first(cli) -> None:
    ran = cli("doctor", DATABASE_URL="sqlite:///var/demo.db", **NOBODY_LISTENS)

    lines = ran.out.splitlines()
    assert ran.code == 1
    assert lines[0] == "OK  settings: the sandbox, as there are no X keys"
    assert lines[1] == "NO  database: TweetServe has never been started on var/demo.db. [never-started]"
    assert lines[2].strip() == "Type: tweetserve run   (or set DATABASE_URL to the database you mean)"
    assert lines[3] == "NO  daemon: it does not run: nothing answers on 127.0.0.1:1"
    assert lines[4].strip() == "Type: tweetserve run"
    assert lines[5] == "--  X: not asked: the sandbox does not run; `tweetserve run` starts it"
    assert lines[6].startswith("OK  commands: ")
    assert lines[7] == "--  people: PEOPLE_URLS is empty: nobody is rung"


def test_wrong_settings_and_unknown_names_are_each_a_line(cli, tmp_path) -> None:
    (tmp_path / ".env").write_text("MENTION_POLL=3\n")
    unknown = cli("doctor", "--json", **NOBODY_LISTENS)
    wrong = cli("doctor", "--json", LEASE="short")

    said = [row["found"] for row in unknown.rows if row["check"] == "settings"]
    assert said[1] == "MENTION_POLL in .env is not a setting and has no effect. Did you mean MENTIONS_POLL?"
    assert wrong.code == 3
    assert [row["ok"] for row in wrong.rows] == [False]
    assert wrong.rows[0]["found"].startswith("LEASE is 'short', but must be a time")


def test_when_all_is_well_every_line_says_ok(cli, serving_real, x) -> None:
    answers(x, me_headers={"x-access-level": "read-write-directmessages"})

    lines = lines_of(cli("doctor", "--json", PEOPLE_URLS="json://localhost", **REAL))

    del lines["accounts"]  # there are none yet
    del lines["probe"]  # off unless somebody wants it
    assert [check for check, (ok, _, _) in lines.items() if ok is not True] == []
    assert lines["X credentials"][1] == "@Brand (100) at http://x.example"
    assert lines["database and X"][1] == "they belong together"
    assert lines["app permission"][1] == "read-write-directmessages"
    assert lines["clock"][1] == "this machine's agrees with X's"
    assert lines["credit"][1] == "100 USD left"


def test_a_key_that_may_not_write_messages_is_told_with_the_switch_to_flip(cli, serving_real, x) -> None:
    answers(x, me_headers={"x-access-level": "read-write"})

    ok, found, step = lines_of(cli("doctor", "--json", **REAL))["app permission"]

    assert (ok, found) == (False, "read-write")
    assert step == (
        "In X's developer console set the app's permission to 'Read, Write and Direct Messages', then make "
        "the access token anew and put it into .env."
    )


def test_a_clock_that_is_off_is_told(cli, serving_real, x) -> None:
    answers(x, late=timedelta(minutes=7))

    ok, found, step = lines_of(cli("doctor", "--json", **REAL))["clock"]

    assert (ok, found) == (False, "this machine's is 7 min behind X's")
    assert step == "Set this machine's clock, for example: timedatectl set-ntp true"


def test_too_little_credit_is_told_against_a_days_budget(cli, serving_real, x) -> None:
    answers(x, left=3.5)

    ok, found, _ = lines_of(cli("doctor", "--json", **REAL))["credit"]

    assert (ok, found) == (False, "3.5 USD left, and a day may cost 25")


def test_refused_keys_are_told_and_their_values_never(cli, serving_real, x) -> None:
    x.get("http://x.example/2/users/me", status=401, json={"title": "Unauthorized"})

    ran = cli("doctor", "--json", **REAL)

    ok, found, step = lines_of(ran)["X credentials"]
    assert ok is False
    assert found.startswith("X does not accept the keys, or has an outage that looks so (401")
    assert step == "Look at X's status page first; if X is well, make new keys and put them in .env."
    assert "k-secret" not in ran.out + ran.err


def test_a_database_of_another_x_is_told(cli, started, x) -> None:
    answers(x)

    ok, found, _ = lines_of(cli("doctor", "--json", **REAL))["database and X"]

    assert ok is False
    assert found == (
        "This database remembers sandbox:w1, and the settings name real:x.example:100. [serves-another]"
    )


def test_alarms_an_old_poll_missing_accounts_and_a_pause_are_each_a_no(cli, serving_real, x) -> None:
    answers(x)
    long_ago = SystemClock().now() - timedelta(hours=2)
    serving_real.write(lambda c: alarms.raise_(c, BRAND, "x-down", "no answer", long_ago))
    serving_real.write(lambda c: cursors.save(c, BRAND, cursors.CursorRow("mentions", "1", 1, long_ago)))
    serving_real.write(lambda c: brand.pause_sending(c, BRAND, by="dora", now=long_ago))

    lines = lines_of(cli("doctor", "--json", **REAL))

    assert lines["alarm"][0] is False
    assert lines["alarm"][2].startswith("Check the network and X's status page; ")
    assert lines["last poll of mentions"][0] is False
    assert lines["last poll of messages"][0] is True
    assert lines["accounts"][1] == "there are none, so #charges, #data and #text are off"
    assert lines["accounts"][2] == "Type: tweetserve accounts import FOLDER"
    assert lines["sending"][1:] == ("paused by dora", "Type: tweetserve act sending resume")
    assert lines["people"][:2] == (False, "PEOPLE_URLS is empty: nobody is rung")
    assert lines["commands"] == (True, "16 loaded without fault", "")  # that some are off stands above


def test_an_old_poll_is_no_news_while_no_daemon_runs(cli, serving_real) -> None:
    long_ago = SystemClock().now() - timedelta(hours=2)
    serving_real.write(lambda c: cursors.save(c, BRAND, cursors.CursorRow("mentions", "1", 1, long_ago)))
    with responses.RequestsMock() as mock:
        mock.get("http://127.0.0.1:8802/readyz", body=requests.ConnectionError())
        lines = lines_of(cli("doctor", "--json", **REAL | {"X_BASE_URL": "http://127.0.0.1:1"}))

    assert lines["daemon"][0] is False
    assert lines["last poll of mentions"][0] is None


def test_an_address_that_cannot_be_read_is_told_by_its_place_and_without_its_password(cli) -> None:
    urls = "json://localhost, carrier-pigeon://dora:pass-word@loft"

    ran = cli("doctor", "--json", PEOPLE_URLS=urls, **REAL)

    (row,) = ran.rows
    assert ran.code == 3
    assert row["found"].startswith("PEOPLE_URLS: address number 2 cannot be read")
    assert "pass-word" not in ran.out + ran.err


def test_what_a_probe_would_cost_is_told_before_it_is_switched_on(cli, serving_real, x) -> None:
    answers(x)

    ok, found, step = lines_of(cli("doctor", "--json", **REAL))["probe"]

    assert (ok, step) == (None, "")
    assert found == "off; once an hour it would cost 22.32 USD in 30 days (720 probes at 0.031 USD)"


PROBING = {
    "PROBE_EVERY": "2 h",
    "PROBE_ACCEPT_USD": "12",
    "PROBE_ACCESS_TOKEN": "7-abc",
    "PROBE_ACCESS_TOKEN_SECRET": "s-secret",
}


def test_how_the_last_probe_ended_is_told(cli, serving_real, x) -> None:
    answers(x)
    answers(x)
    now = SystemClock().now()
    asked = serving_real.write(lambda c: probes.begin(c, BRAND, "a question", None, now))

    serving_real.write(
        lambda c: probes.move(c, BRAND, asked, ProbeState.ANSWERED, answered_at=now + timedelta(seconds=3.25))
    )
    well = lines_of(cli("doctor", "--json", **REAL, **PROBING))["probe"]
    serving_real.write(lambda c: probes.move(c, BRAND, asked, ProbeState.UNANSWERED, detail="no answer"))
    badly = lines_of(cli("doctor", "--json", **REAL, **PROBING))["probe"]

    assert well[0] is True
    assert well[1].startswith(
        "every 2 h, up to 11.16 USD in 30 days (360 probes at 0.031 USD); the last was answered after 3.2 s"
    )
    assert badly[0] is False
    assert "the last one, at" in badly[1]
    assert badly[1].endswith("was unanswered: no answer")


def test_a_command_file_with_a_mistake_is_named(cli, tmp_path) -> None:
    (tmp_path / "my_commands").mkdir()
    (tmp_path / "my_commands" / "weather.py").write_text("def weather(:\n")

    ran = cli("doctor", "--json", **NOBODY_LISTENS)

    ok, found, _ = lines_of(ran)["commands"]
    assert ok is False
    assert found.startswith("weather.py:1: ")


def test_whose_account_probes_is_asked(cli, database, sandbox) -> None:
    port = sandbox.base_url.rsplit(":", 1)[1]
    asked = []
    for account in ("zoe", "BrightTel"):
        keys = sandbox.call("GET", f"keys?as={account}")
        given = PROBING | {
            "PROBE_ACCESS_TOKEN": keys["access_token"],
            "PROBE_ACCESS_TOKEN_SECRET": keys["access_token_secret"],
        }
        lines = lines_of(cli("doctor", "--json", SANDBOX_PORT=port, DAEMON_PORT="1", **given))
        asked.append(lines["probe account"][:2])

    assert asked == [
        (True, "@zoe (2000000000000000132)"),
        (False, "@BrightTel (2000000000000000001)"),
    ]


def test_it_asks_a_sandbox_that_runs(cli, database, sandbox) -> None:
    port = sandbox.base_url.rsplit(":", 1)[1]

    lines = lines_of(cli("doctor", "--json", SANDBOX_PORT=port, DAEMON_PORT="1"))

    assert lines["X credentials"] == (True, f"@BrightTel (2000000000000000001) at {sandbox.base_url}", "")
    assert lines["clock"][0] is True
    assert lines["credit"][0] is True
