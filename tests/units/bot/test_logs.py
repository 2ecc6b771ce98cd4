"""Logs: one JSON line per event where nobody reads along, and no library that talks too much."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    set_up_logs("info", stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_that_begins_with_the_event(written: io.StringIO) -> None:
    structlog.get_logger().info("decided", mention=7, reason="answered")

    (line,) = lines(written)

    assert next(iter(line)) == "event"
    assert {"event": "decided", "mention": 7, "reason": "answered", "level": "info"}.items() <= line.items()


def test_what_is_set_up_for_good_writes_the_same_lines_from_loggers_made_once() -> None:
    stream = io.StringIO()
    set_up_logs("info", stream, for_good=True)
    logger = structlog.get_logger()

    for number in (7, 8):
        logger.info("decided", mention=number)
        logger.debug("text", words="a customer's own")
    logger.warning("late")

    found = [(line["event"], line.get("mention"), line["level"]) for line in lines(stream)]
    assert found == [("decided", 7, "info"), ("decided", 8, "info"), ("late", None, "warning")]
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def test_what_is_below_the_level_is_not_written(written: io.StringIO) -> None:
    structlog.get_logger().debug("text", words="a customer's own")

    assert written.getvalue() == ""


def test_a_fault_carries_its_trace_within_its_line(written: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger().exception("command failed", command="data")

    (line,) = lines(written)

    assert "ValueError: broken" in str(line["exception"])


def test_libraries_that_would_print_tokens_are_quiet_even_on_debug() -> None:
    stream = io.StringIO()
    set_up_logs("debug", stream)

    logging.getLogger("tweepy.client").debug("Authorization: OAuth oauth_token=hush")
    logging.getLogger("oauthlib.oauth1").debug("hush")

    assert "hush" not in stream.getvalue()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def test_a_trace_on_a_terminal_shows_no_local_variables() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    set_up_logs("info", stream)
    words_of_a_customer = "my account number is 12345"
    try:
        raise ValueError(f"{len(words_of_a_customer)} characters")
    except ValueError:
        structlog.get_logger().exception("command failed")

    assert "26 characters" in stream.getvalue()
    assert "12345" not in stream.getvalue()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def test_the_row_that_a_database_repeats_in_its_error_is_left_out(written: io.StringIO) -> None:
    row = "(7, my secret)"  # not on the line that raises, which the trace shows
    try:
        raise ValueError(f"null value in column\nDETAIL:  Failing row contains {row}.\nCONTEXT: x")
    except ValueError:
        structlog.get_logger().exception("command failed")

    assert "my secret" not in written.getvalue()
    assert "null value in column" in written.getvalue()
