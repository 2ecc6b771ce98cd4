"""What the flow's rules are tried on: a mention by ana, as it stands with nothing special about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.flow.decide.case import Book, Case, Policy, Standing
from bot.flow.decide.incoming import Around, Incoming
from commands.api import Limit, Risk, Rules
from commands.lexicon.urgent import urgent
from commands.parse import find_commands, parse_message, parse_post
from storage.states import MentionKind
from tests.units.bot.office import office, office_of, registry

__all__ = ["office", "office_of", "registry"]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BRAND_ID = "1"
ANA_ID = "11"


def rules(*hashtags: str, **changes: Any) -> Rules:
    plain = Rules(
        hashtags=hashtags,
        risk=Risk.READ,
        needs_link=False,
        at_most=Limit(times=3, per=timedelta(hours=1)),
        examples=(),
        public_link=False,
        after_stop=False,
        while_handed_over=False,
        only_alone=False,
    )
    return replace(plain, **changes)


RULES = {
    "data": rules("data", "allowance", needs_link=True),
    "help": rules("help"),
    "charges": rules("charges", "bill", needs_link=True),
    "refund": rules("refund"),
    "agent": rules("agent", after_stop=True),
    "stop": rules("stop", after_stop=True, while_handed_over=True),
    "start": rules("start", after_stop=True),
}
BOOK = Book(names={tag: name for name, rule in RULES.items() for tag in rule.hashtags}, rules=RULES)
POLICY = Policy(brand_id=BRAND_ID)

CaseOf = Callable[..., Case]


@pytest.fixture
def case_of() -> CaseOf:
    """Makes the case of one mention by ana; what is not said is as usual."""

    def make(
        text: str = "@BrightTel #data",
        *,
        dm: bool = False,
        around: Around = Around(),
        standing: Standing = Standing(),
        policy: Policy = POLICY,
        book: Book = BOOK,
        posted_at: datetime = NOW - timedelta(seconds=3),
        **incoming: Any,
    ) -> Case:
        parsed = parse_message(text) if dm else parse_post(text)
        mention = Incoming(
            mention_id=7,
            x_id="700",
            kind=MentionKind.MESSAGE if dm else MentionKind.POST,
            author_id=ANA_ID,
            posted_at=posted_at,
            text=text,
            parsed=parsed,
            edit_root_id="700",
        )
        return Case(
            incoming=replace(mention, **incoming),
            around=around,
            standing=standing,
            found=find_commands(parsed, book.names, only_alone={"stop"}, ordinary=frozenset()),
            urgent=urgent(parsed.text),
            policy=policy,
            book=book,
            now=NOW,
        )

    return make
