"""#stop: we write to this person no more. Answered once; then only #start, #agent and urgent words work."""

from commands.api import Change, Context, Example, Plan, Request, Risk, command


@command(
    "stop",
    risk=Risk.SMALL_CHANGE,
    while_handed_over=True,
    only_alone=True,
    examples=[
        Example("@BrightTel #stop", as_="mallory", public_contains="#start"),
        Example("stop", as_="ana", dm=True, private_contains="#start", help=False),
    ],
)
def stop(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("stopped"), change=Change.STOP)
