"""`#handsets`: what handsets there are and what one costs, in public."""

from collections.abc import Sequence

from commands.accounts import Handset
from commands.api import Context, Example, Plan, Public, PublicWords, Request, Risk, Wording, command
from commands.lexicon.folding import fold
from commands.plan import fits_in_public


@command(
    "handsets",
    risk=Risk.READ,
    examples=[
        Example("@BrightTel #handsets", as_="mallory", public_contains="Nimbus 5"),
        Example("@BrightTel #handsets nimbus 5", as_="mallory", public_contains=("Nimbus 5", "GB")),
        Example("@BrightTel #handsets brick 1", as_="mallory", public_contains="Nimbus 5", help=False),
    ],
)
def handsets(request: Request, context: Context) -> Plan:
    """The handset asked for; else those that fit the words; else as many of all as one post holds."""
    catalogue = context.catalogue().handsets
    words = context.words
    if not catalogue:
        return Plan(public=words.public("nothing"))
    found = _asked_for([fold(word) for word in request.arguments], catalogue)
    if len(found) == 1:
        return Plan(
            public=words.public("one", handset=Public(found[0])),
            brief=words.public("brief", handset=Public(found[0])),
        )
    if found:
        return Plan(public=_as_many_as_fit(words, "several", found))
    return Plan(public=_as_many_as_fit(words, "not that" if request.arguments else "all", catalogue))


def _asked_for(asked: Sequence[str], catalogue: Sequence[Handset]) -> list[Handset]:
    """The handset whose whole name stands in the words, the longest name; else all that share a part of it.

    A number alone is no name part: every second handset is a 5.
    """
    said = "".join(f" {word.strip('.,;:!?')} " for word in asked).replace("  ", " ")
    whole = [handset for handset in catalogue if f" {_name(handset)} " in said]
    if whole:
        return [max(whole, key=lambda handset: len(_name(handset)))]
    parts = {part for part in said.split() if len(part) > 1 and not part.isdigit()}
    return [handset for handset in catalogue if parts & {*_name(handset).split(), fold(handset.maker.value)}]


def _name(handset: Handset) -> str:
    return " ".join(fold(handset.model.value).split())


def _as_many_as_fit(words: Wording, section: str, catalogue: Sequence[Handset]) -> PublicWords:
    """The section with as many handsets as one post holds; how many more there are is said in it."""
    for shown in range(min(len(catalogue), 12), 0, -1):
        more = len(catalogue) - shown
        text = words.public(
            section,
            handsets=Public(tuple(catalogue[:shown])),
            example=Public(catalogue[0].model.value),
            more=Public(more),
        )
        if fits_in_public(text.text):
            return text
    return words.public("too long", example=Public(catalogue[0].model.value))
