"""`#data`: how much data is left, privately."""

from commands.accounts import Usage
from commands.api import Context, Example, Plan, Request, Risk, command
from commands.builtin.account._allowances import allowances, today_of


@command(
    "data",
    "allowance",
    risk=Risk.READ,
    needs_link=True,
    examples=[
        Example("@BrightTel #data", as_="ana", private_contains="GB"),
        Example("allowance", as_="ana", dm=True, private_contains="GB", help=False),
        Example("@BrightTel #allowance please, faint o ddata?", as_="carys", help=False),
    ],
)
def data(request: Request, context: Context) -> Plan:
    """What is left of each data allowance; data that is not counted is told apart."""
    account = context.account()
    if account is None:
        return Plan(private=context.words.private("gone"))
    found = allowances(account, Usage.DATA, today_of(request))
    if not found.any():
        return Plan(private=context.words.private("nothing", lines=len(account.lines)))
    several = len(found.live) > 1
    live = [context.words.private("allowance", one=one, named=several).text for one in found.live]
    return Plan(
        private=context.words.private(
            "answer", in_all=found.in_all, live=live, expired=found.expired, sponsored=found.sponsored
        )
    )
