"""#complaint: somebody is not happy with us; a colleague takes it up."""

from datetime import timedelta

from commands.api import Context, Example, Given, Plan, Request, Risk, command
from commands.ticketing import open_or_add

ANSWER_WITHIN = timedelta(hours=16)  # of opening time


@command(
    "complaint",
    risk=Risk.NEEDS_PERSON,
    examples=[
        Example("@BrightTel #complaint", as_="ben", opens_ticket=True, public_contains="direct message"),
        Example(
            "@BrightTel #complaint again",
            as_="ben",
            given=Given(open_ticket="BT-7KQ2-4"),
            adds_to_ticket=True,
            public_contains="BT-7KQ2-4",
            help=False,
        ),
        Example("#complaint", as_="carys", dm=True, opens_ticket=True, private_contains="BT-", help=False),
    ],
)
def complaint(request: Request, context: Context) -> Plan:
    return open_or_add(request, context, answer_within=ANSWER_WITHIN)
