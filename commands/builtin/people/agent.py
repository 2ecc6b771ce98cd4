"""#agent: a person takes over, and the bot is silent until they are done."""

from commands.api import Context, Example, Given, HandOver, Plan, Public, Request, Risk, command


@command(
    "agent",
    "human",
    risk=Risk.NEEDS_PERSON,
    after_stop=True,
    examples=[
        Example("@BrightTel #agent", as_="mallory", hands_over=True, public_contains="colleague"),
        Example("@BrightTel #human please", as_="ana", hands_over=True, help=False),
        Example(
            "@BrightTel #agent",
            as_="ben",
            given=Given(closed_now=True),
            hands_over=True,
            public_contains="08:00",
            help=False,
        ),
        Example("#agent", as_="carys", dm=True, hands_over=True, help=False),
    ],
)
def agent(request: Request, context: Context) -> Plan:
    words, opening = context.words, context.opening()
    handover = HandOver(reason="asked for a person")
    if opening.open_now:
        return Plan(public=words.public("now"), brief=words.public("now briefly"), handover=handover)
    back = Public(opening.changes_at)
    return Plan(
        public=words.public("later", back=back),
        brief=words.public("later briefly", back=back),
        handover=handover,
    )
