"""The ways of torturing: *fast* for the number of deaths, *true* for X's own windows and leases.

*window* measures what neither can hold: messages that X takes, does not own up to, and shows later than both
looks. There the person gets two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.torture.askers import Groups

_UNBOUNDED = {
    "PERSON_LIMIT": "0",
    "DAILY_BUDGET_USD": "1000000",
    "OPENING_HOURS": "always",
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is done how often; times in seconds."""

    name: str
    profile: str
    settings: Mapping[str, str]
    groups: Groups
    requests_per_second: float
    attacks_per_minute: float
    life: tuple[float, float]  # of a daemon that no armed point ends, from when it serves
    lease: float
    lag: float
    patience: float  # after the last attack, until everything must be answered
    window: float = 905.0  # X's time goes on so far at once while we wait: the bot may wait for a window
    late: float = 0.0  # how late X shows posts, at most
    only_late_messages: bool = False  # no other attack, and `late` is how late X shows each
    weights: Mapping[str, int] = field(
        default_factory=lambda: {"point": 60, "kill": 20, "early": 6, "term": 8, "freeze": 6}
    )


FAST = Schedule(
    name="fast",
    profile="wide",
    settings=_UNBOUNDED
    | {
        "LEASE": "2",
        "X_CALL_TIMEOUT": "0.9",
        "X_CONNECT_TIMEOUT": "0.5",
        "X_LAG": "1",
        "MENTIONS_POLL": "0.3",
        "DM_POLL_IDLE": "0.5",
        "DM_POLL_EXPECTING": "0.3",
    },
    groups=Groups(askers=150, writers=50, leavers=15),
    requests_per_second=8.0,
    attacks_per_minute=40.0,
    life=(0.2, 2.5),
    lease=2.0,
    lag=1.0,
    late=0.8,
    patience=180.0,
)
TRUE = Schedule(
    name="true",
    profile="x",
    settings=_UNBOUNDED | {"MENTIONS_POLL": "3"},
    groups=Groups(askers=40, writers=6, leavers=6),
    requests_per_second=0.3,
    attacks_per_minute=4.0,
    life=(5.0, 45.0),
    lease=30.0,
    lag=60.0,
    late=40.0,
    patience=900.0,
)
WINDOW = replace(
    FAST,
    name="window",
    attacks_per_minute=15.0,
    life=(3600.0, 3600.0),
    weights={"kill": 1},
    late=5.0,
    only_late_messages=True,
)
SCHEDULES = {schedule.name: schedule for schedule in (FAST, TRUE, WINDOW)}
