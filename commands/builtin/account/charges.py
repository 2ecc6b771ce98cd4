"""`#charges`: the newest bill, what of it is still to pay and by when, privately."""

from dataclasses import dataclass

from commands.accounts import Account, Bill, Money
from commands.api import Context, Example, Plan, Request, Risk, command
from commands.builtin.account._allowances import today_of

# A message of a few lines is read; the rest of a long bill is counted.
MOST_ITEMS = 12


@dataclass(frozen=True, slots=True, repr=False)
class _BillLine:
    label: str
    amount: Money
    line: str  # whose it is, where the account has several lines


@command(
    "charges",
    "bill",
    risk=Risk.READ,
    needs_link=True,
    examples=[
        Example("@BrightTel #charges", as_="ana", private_contains="£"),
        Example("bill", as_="ana", dm=True, private_contains="£", help=False),
    ],
)
def charges(request: Request, context: Context) -> Plan:
    """What is to pay and by when, then what the bill is made of."""
    account = context.account()
    if account is None:
        return Plan(private=context.words.private("gone"))
    bill = account.bill
    if bill is None:
        return Plan(private=context.words.private("nothing"))
    words = context.words
    lines = _lines(account, bill)
    items = words.private("items", lines=lines[:MOST_ITEMS], more=max(0, len(lines) - MOST_ITEMS))
    values = {"bill": bill, "to_pay": bill.to_pay(), "items": items.text}
    if bill.total.reveal().amount < 0:
        total = bill.total.reveal()
        return Plan(private=words.private("credit", credit=Money(-total.amount, total.currency), **values))
    if bill.to_pay().reveal().amount == 0:
        return Plan(private=words.private("paid", **values))
    if bill.overdue(today_of(request)).reveal():
        return Plan(private=words.private("overdue", **values))
    return Plan(private=words.private("to pay", **values))


def _lines(account: Account, bill: Bill) -> list[_BillLine]:
    several = len(account.lines) > 1
    told = []
    for item in bill.items:
        line = account.line(item.line_id.reveal() or "") if several else None
        label = "" if line is None else line.label.reveal()
        told.append(_BillLine(item.label.reveal(), item.amount.reveal(), label))
    return told
