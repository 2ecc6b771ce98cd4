"""#start: takes a stop back."""

from commands.api import Change, Context, Example, Given, Plan, Request, Risk, command


@command(
    "start",
    risk=Risk.SMALL_CHANGE,
    after_stop=True,
    while_handed_over=True,
    examples=[
        Example("@BrightTel #start", as_="mallory", given=Given(stopped=True), public_contains="again"),
        Example("@BrightTel #start", as_="ana", public_contains="#help", help=False),
        Example("start", as_="ana", dm=True, given=Given(stopped=True), private_contains="again", help=False),
    ],
)
def start(request: Request, context: Context) -> Plan:
    words = context.words.public("started") if request.person.stopped else context.words.public("already")
    return Plan(public=words, change=Change.START)
