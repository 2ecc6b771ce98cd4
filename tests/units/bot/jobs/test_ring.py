"""People are rung once, however often it has to be tried."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.jobs.ring import MOST_TRIES, AppriseBell, Ringer, unknown_addresses
from storage.database import Database
from storage.upkeep import notices
from storage.upkeep.leases import LeaseClock

# Apprise loads imghdr, which Python 3.13 drops; Apprise does without it there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

BRAND_ID = "1"
ABOUT = "handover:12"


class Desk:
    """Somebody's address: takes calls over HTTP, or refuses them."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.refusing = False
        desk = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not desk.refusing:
                    desk.calls.append(json.loads(body))
                self.send_response(500 if desk.refusing else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def ringer(database: Database, clock: Any, desk: Desk) -> Ringer:
    bell = AppriseBell([desk.url])
    return Ringer(database, LeaseClock(database), clock, bell, brand_id=BRAND_ID)


def raised(database: Database, clock: Any) -> None:
    now = clock.now()
    database.write(lambda c: notices.ring(c, BRAND_ID, ABOUT, "Somebody waits", "asked for a person", now))


def due_again(database: Database) -> None:
    database.write(lambda c: notices.try_later(c, BRAND_ID, 1, 0))


def test_a_notice_is_rung_once_with_its_text(
    ringer: Ringer, database: Database, clock: Any, desk: Desk
) -> None:
    raised(database, clock)
    raised(database, clock)

    assert [ringer.run(), ringer.run()] == [1, 0]
    [call] = desk.calls
    assert (call["title"], call["message"]) == ("Somebody waits", "asked for a person")


def test_who_cannot_be_reached_is_tried_again_later(
    ringer: Ringer, database: Database, clock: Any, desk: Desk
) -> None:
    raised(database, clock)
    desk.refusing = True
    ringer.run()
    at_once = ringer.run()

    desk.refusing = False
    due_again(database)
    later = ringer.run()

    assert (at_once, later) == (0, 1)
    assert len(desk.calls) == 1


def test_after_the_last_try_it_is_shown_as_failed(
    ringer: Ringer, database: Database, clock: Any, desk: Desk
) -> None:
    raised(database, clock)
    desk.refusing = True

    for _ in range(MOST_TRIES):
        ringer.run()
        due_again(database)

    assert database.read(lambda c: notices.failures(c, BRAND_ID)) == 1
    assert ringer.run() == 0


def test_what_is_a_day_old_is_not_rung_any_more(
    ringer: Ringer, database: Database, clock: Any, desk: Desk
) -> None:
    raised(database, clock)

    clock.advance(timedelta(hours=25))
    ringer.run()

    assert desk.calls == []


def test_one_address_that_fails_does_not_keep_the_others_from_ringing(
    database: Database, clock: Any, desk: Desk
) -> None:
    bell = AppriseBell(["nosuchway://somewhere", desk.url])
    raised(database, clock)

    Ringer(database, LeaseClock(database), clock, bell, brand_id=BRAND_ID).run()

    assert len(desk.calls) == 1


def test_an_address_that_cannot_be_read_is_named_by_its_kind_alone() -> None:
    assert unknown_addresses(["nosuchway://user:secret@somewhere", "json://localhost/"]) == ["nosuchway"]


class StoppedMeanwhile:
    """An address that is reached at last, after the daemon has stopped its ringer."""

    def __init__(self) -> None:
        self.rings = 0
        self.meanwhile: Any = lambda: None

    def ring(self, title: str, text: str) -> bool:
        self.rings += 1
        self.meanwhile()
        return True


def test_a_ringer_that_was_let_go_writes_nothing_and_rings_again_after_the_start(
    database: Database, clock: Any
) -> None:
    bell = StoppedMeanwhile()
    ringer = Ringer(database, LeaseClock(database), clock, bell, brand_id=BRAND_ID)
    raised(database, clock)
    bell.meanwhile = ringer.let_go

    rung = ringer.run()
    due_again(database)
    after_the_start = Ringer(database, LeaseClock(database), clock, bell, brand_id=BRAND_ID).run()

    assert (rung, after_the_start, bell.rings) == (0, 1, 2)


def test_a_ringer_that_stops_notes_what_it_rings_and_begins_no_other(database: Database, clock: Any) -> None:
    bell = StoppedMeanwhile()
    ringer = Ringer(database, LeaseClock(database), clock, bell, brand_id=BRAND_ID)
    raised(database, clock)
    database.write(lambda c: notices.ring(c, BRAND_ID, "handover:13", "Another", "", clock.now()))
    bell.meanwhile = ringer.stop

    assert ringer.run() == 1
    assert bell.rings == 1
