"""The reference page of the words that rows carry: states, reasons and kinds, each with its gloss."""

from collections.abc import Iterator

from storage import states
from storage.states import Glossed

_HEAD = """\
# States and reasons

The words that `tweetserve show` prints, that `--json` carries and that logs and metrics use.
"""
_WHAT: tuple[tuple[str, str, type[Glossed]], ...] = (
    ("Mentions", "", states.MentionState),
    ("Why a mention got no answer, or the one it has", "", states.Reason),
    ("Deliveries", "", states.DeliveryState),
    ("What a delivery is for", "", states.Purpose),
    ("Tickets", "", states.TicketState),
    ("Hand-overs", "", states.HandoverState),
    ("What is awaited from a person", "Kept for 24 hours.", states.PendingKind),
    ("Consents", "", states.ConsentKind),
    ("Lines of the ledger", "", states.LedgerState),
    ("Calls for people", "", states.NoticeState),
)


def states_page() -> str:
    """docs/reference/states.md."""
    return _HEAD + "".join("\n" + "\n".join(_table(*each)) + "\n" for each in _WHAT)


def _table(heading: str, about: str, words: type[Glossed]) -> Iterator[str]:
    yield f"## {heading}"
    yield ""
    if about:
        yield about
        yield ""
    yield "| word | meaning |"
    yield "|---|---|"
    for word in words:
        yield f"| {word.value} | {word.gloss} |"
