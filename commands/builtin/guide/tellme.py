"""#tellme: be told when a problem that we know of is over. One message at its end, and no more."""

from commands.api import (
    Channel,
    Context,
    Example,
    Given,
    IncidentCard,
    Plan,
    Public,
    Request,
    Risk,
    command,
)
from commands.lexicon.folding import fold

_LEEDS = "No 4G around Leeds since 09:40, engineers on site, next news 11:00"


@command(
    "tellme",
    risk=Risk.SMALL_CHANGE,
    by_message=True,
    examples=[
        Example(
            "#tellme", as_="ben", dm=True, given=Given(incident=_LEEDS), private_contains=("Leeds", "#stop")
        ),
        Example(
            "@BrightTel #tellme",
            as_="ana",
            given=Given(incident=_LEEDS),
            public_contains="direct message",
            help=False,
        ),
        Example(
            "tellme",
            as_="mallory",
            dm=True,
            given=Given(incident=_LEEDS, incident_over=True),
            private_contains=("over", "Leeds"),
            help=False,
        ),
        Example("@BrightTel #tellme", as_="mallory", public_contains="no problem", help=False),
        Example("tellme", as_="carys", dm=True, private_contains="#broken", help=False),
    ],
)
def tellme(request: Request, context: Context) -> Plan:
    known = context.incidents()
    open_ones = _meant(request, [one for one in known if one.over_at is None])
    if open_ones:
        texts = [one.text for one in open_ones]
        words = context.words.private("following", texts=texts)
        # Asked in public it gets the invitation, and nothing is noted: a message of theirs is their yes.
        asks_for_it = request.asked is Channel.PRIVATE or request.resumed
        return Plan(private=words, follow=tuple(one.id for one in open_ones) if asks_for_it else ())
    last = max(known, key=lambda one: one.over_at or one.opened_at, default=None)
    if last is None:
        return Plan(public=context.words.public("none"))
    return Plan(public=context.words.public("over", text=Public(last.text), over=Public(last.over_at)))


def _meant(request: Request, open_ones: list[IncidentCard]) -> list[IncidentCard]:
    """The incident of the command that is named behind #tellme; else all that are open."""
    words = {fold(word.removeprefix("#")) for word in request.arguments}
    named = [one for one in open_ones if words & {fold(tag) for tag in one.hashtags}]
    return named or open_ones
