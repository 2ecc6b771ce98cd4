"""#upgrade: from which day the person may choose a new handset, privately."""

from commands.api import Context, Example, Plan, Request, Risk, command


@command(
    "upgrade",
    "newphone",
    risk=Risk.READ,
    needs_link=True,
    examples=[
        Example("@BrightTel #upgrade", as_="ana", private_contains=("07700 900101", "1 Feb 2027")),
        Example("#newphone", as_="carys", dm=True, private_contains="2027", help=False),
    ],
)
def upgrade(request: Request, context: Context) -> Plan:
    account = context.account()
    if account is None:
        return Plan(private=context.words.private("gone"))
    today = request.now.astimezone(request.brand.zone).date()
    lines = tuple(line for line in account.lines if line.upgrade_on.reveal() is not None)
    if not lines:
        return Plan(private=context.words.private("not known"))
    return Plan(private=context.words.private("days", lines=lines, today=today))
