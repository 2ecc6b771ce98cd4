"""#poorservice: signal or speed is poor; a colleague looks at the place."""

from datetime import timedelta

from commands.api import Context, Example, Given, Plan, Request, Risk, command
from commands.ticketing import open_or_add

ANSWER_WITHIN = timedelta(hours=8)  # of opening time


@command(
    "poorservice",
    risk=Risk.NEEDS_PERSON,
    examples=[
        Example("@BrightTel #poorservice", as_="ben", opens_ticket=True, public_contains="direct message"),
        Example(
            "@BrightTel #poorservice again",
            as_="ben",
            given=Given(open_ticket="BT-7KQ2-4"),
            adds_to_ticket=True,
            public_contains="BT-7KQ2-4",
            help=False,
        ),
        Example("#poorservice", as_="carys", dm=True, opens_ticket=True, private_contains="BT-", help=False),
    ],
)
def poorservice(request: Request, context: Context) -> Plan:
    return open_or_add(request, context, answer_within=ANSWER_WITHIN)
