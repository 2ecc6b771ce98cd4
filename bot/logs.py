"""Logging set-up: one event per step with stable keys, readable on a terminal, JSON lines otherwise.

Customer text belongs on level debug and below; secrets on none.
"""

import io
import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

# Libraries whose own logs would repeat ours or print tokens (tweepy and oauthlib do on debug).
_QUIET = {"tweepy": "WARNING", "oauthlib": "WARNING", "requests_oauthlib": "WARNING", "urllib3": "WARNING"}
_QUIET |= {"apscheduler": "WARNING", "apprise": "WARNING", "alembic": "WARNING", "procrastinate": "CRITICAL"}


# PostgreSQL repeats the row that failed, with what a customer wrote in it.
_ROW, _CUT = re.compile(r"^DETAIL:.*$", re.MULTILINE), "DETAIL: (left out)"


def set_up_logs(level: str, stream: TextIO | None = None, *, for_good: bool = False) -> None:
    """Sends every log line of this process to `stream` (stderr), from `level` (debug … error) upwards.

    `for_good`: it is never set up otherwise in this process, so that a logger is made once and not for each
    line, of which that is two thirds.
    """
    stream = stream or sys.stderr
    threshold = logging.getLevelNamesMapping()[level.upper()]
    on_terminal = stream.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if on_terminal else "iso", utc=not on_terminal),
    ]
    structlog.configure(
        processors=[*shared, *_last_steps(on_terminal)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=for_good,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_last_steps(on_terminal),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def _last_steps(on_terminal: bool) -> list[Processor]:
    if on_terminal:
        return [
            structlog.dev.ConsoleRenderer(
                pad_event_to=28,
                # The fancy tracebacks show local variables: customers' words and account data.
                exception_formatter=_plain_trace,
            )
        ]
    return [
        structlog.processors.format_exc_info,
        _without_rows,
        _event_first,
        structlog.processors.JSONRenderer(default=str),
    ]


def _plain_trace(stream: TextIO, trace: ExcInfo) -> None:
    written = io.StringIO()
    structlog.dev.plain_traceback(written, trace)
    stream.write(_ROW.sub(_CUT, written.getvalue()))


def _without_rows(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if isinstance(event.get("exception"), str):
        event["exception"] = _ROW.sub(_CUT, event["exception"])
    return event


def _event_first(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {"event": event.pop("event", ""), **event}
