"""#help: what can be asked; with a command's name, what that one does."""

from collections.abc import Sequence

from commands.api import (
    CommandCard,
    Context,
    Example,
    Plan,
    PrivateWords,
    Public,
    PublicWords,
    Request,
    Risk,
    command,
)
from commands.lexicon.folding import fold
from commands.plan import fits_in_public


@command(
    "help",
    "menu",
    risk=Risk.READ,
    examples=[
        Example("@BrightTel #help", as_="mallory", public_contains=("#data", "#agent")),
        Example("@BrightTel #help data", as_="mallory", public_contains="#data"),
        Example("@BrightTel #menu", as_="ana", public_contains="#data", help=False),
        Example("@BrightTel #help #stopp", as_="ana", public_contains="#data", help=False),
        Example("@BrightTel #help free phones at evil dot example", public_contains="#data", help=False),
        Example("help", as_="carys", dm=True, private_contains=("#data", "#agent"), help=False),
        Example("#help allowance", as_="ana", dm=True, private_contains="#data", help=False),
    ],
)
def help_(request: Request, context: Context) -> Plan:
    cards = context.commands()
    card = _asked_for(request, cards)
    if card is not None:
        return _one(card, context)
    return Plan(
        public=_menu(cards, context),
        brief=context.words.public("brief"),
        by_message=_whole_menu(cards, context),
    )


def _asked_for(request: Request, cards: Sequence[CommandCard]) -> CommandCard | None:
    """The first command named behind the hashtag; other words do not matter."""
    if not request.arguments:
        return None
    names = {fold(tag): card for card in cards for tag in card.hashtags}
    for word in request.arguments:
        card = names.get(fold(word.removeprefix("#")))
        if card is not None:
            return card
    return None


def _one(card: CommandCard, context: Context) -> Plan:
    return Plan(
        public=context.words.public(
            "one",
            name=Public(card.hashtags[0]),
            others=Public(card.hashtags[1:]),
            summary=Public(card.summary),
            example=Public(next(iter(card.examples), None)),
            private=Public(card.private),
        ),
        brief=context.words.public(
            "one briefly", name=Public(card.hashtags[0]), summary=Public(card.summary)
        ),
    )


def _menu(cards: Sequence[CommandCard], context: Context) -> PublicWords:
    """As many commands as one post holds, the last ones left out; people come last and always stand in it."""
    names = [card.hashtags[0] for card in cards if card.room != "people" and card.id != "help"]
    for number in range(len(names), 0, -1):
        words = context.words.public(
            "menu", names=Public(tuple(names[:number])), more=Public(number < len(names))
        )
        if fits_in_public(words.text):
            return words
    return context.words.public("brief")


def _whole_menu(cards: Sequence[CommandCard], context: Context) -> PrivateWords:
    menu = tuple((card.hashtags[0], card.summary) for card in cards)
    return context.words.private("menu by message", menu=Public(menu))
