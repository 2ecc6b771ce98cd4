"""#opentimes: whether somebody is there now, and until or from when. Everybody may read it."""

from commands.api import Context, Example, Given, Plan, Public, Request, Risk, command


@command(
    "opentimes",
    "hours",
    risk=Risk.READ,
    examples=[
        Example("@BrightTel #opentimes", as_="mallory", public_contains="open until"),
        Example("@BrightTel #hours", as_="ben", given=Given(closed_now=True), public_contains="closed"),
    ],
)
def opentimes(request: Request, context: Context) -> Plan:
    opening = context.opening()
    section = "open" if opening.open_now else "closed"
    return Plan(public=context.words.public(section, changes=Public(opening.changes_at)))
