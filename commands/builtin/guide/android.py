"""`#android`: a short how-to for a phone, in public. The how-tos stand in the folder of the same name."""

from itertools import pairwise

from commands.api import Context, Example, Guide, Plan, Public, Request, Risk, command
from commands.lexicon.folding import fold


@command(
    "android",
    risk=Risk.READ,
    examples=[
        Example("@BrightTel #android battery", as_="mallory", public_contains="Battery"),
        Example("@BrightTel #android", as_="mallory", public_contains="battery"),
        Example("@BrightTel #android teleport", as_="mallory", public_contains="battery", help=False),
    ],
)
def android(request: Request, context: Context) -> Plan:
    """The how-to asked for; the list of them where none is asked for or there is none of that name."""
    guides = context.guides()
    words = context.words
    if not guides:
        return Plan(public=words.public("nothing"))
    guide = _asked_for(request, guides)
    if guide is not None:
        return Plan(
            public=words.public("guide", title=Public(guide.title), text=Public(guide.text)),
            brief=words.public("brief", title=Public(guide.title), topic=Public(guide.topic)),
        )
    topics = Public(tuple(guide.topic for guide in guides))
    example = Public(guides[0].topic)
    if request.arguments:
        return Plan(public=words.public("not that", topics=topics, example=example))
    return Plan(public=words.public("topics", topics=topics, example=example))


def _asked_for(request: Request, guides: tuple[Guide, ...]) -> Guide | None:
    """The how-to that the first fitting word names: “how do I save battery” asks for the battery."""
    by_word = {fold(word): guide for guide in guides for word in guide.also}
    by_word |= {fold(guide.topic): guide for guide in guides}
    words = [fold(word).strip(".,;:!?'\"()#") for word in request.arguments]
    # "wi-fi" and "wi fi" are how people write what is called wifi here.
    pairs = [first + second for first, second in pairwise(words)]
    asked = [word.replace("-", "") for word in words] + pairs
    return next((by_word[word] for word in asked if word in by_word), None)
