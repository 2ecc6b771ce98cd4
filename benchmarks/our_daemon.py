"""TweetServe as it is run, with nothing but the work itself to bound the figures."""

import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.local_x import LocalX
from benchmarks.processes import ROOT, Process, wait_until

# No person's limit, no age, no budget; a colleague's answer in X's own app is looked for only much later.
_UNBOUNDED = {
    "PERSON_LIMIT": "0",
    "ANSWER_UP_TO": "365 d",
    "COLLEAGUE_CHECK_FROM": "24 h",
    "DAILY_BUDGET_USD": "1000000",
}
AT_ONCE = {"MENTIONS_POLL": "0"}  # polls again as soon as a poll ends


class Daemon(Process):
    """`tweetserve run` against a local X; made once its first look at the mentions has arrived there."""

    def __init__(self, folder: Path, x: LocalX, database_url: str, settings: Mapping[str, str]) -> None:
        places = {
            "SANDBOX_URL": x.base_url,
            "DATABASE_URL": database_url,
            "DAEMON_PORT": "0",
            "COMMANDS_FOLDER": str(ROOT / "my_commands"),
        }
        seen = x.last_call()
        self.settings = _UNBOUNDED | places | dict(settings)
        super().__init__("tweetserve", [*tweetserve(), "run"], folder, self.settings)
        wait_until(lambda: x.calls("GET", "/mentions", after=seen), "its first poll", self)
        self.first_poll_seconds = self.age_seconds()


def tweetserve() -> list[str]:
    """The console command of this installation."""
    return [str(Path(sys.executable).with_name("tweetserve"))]
