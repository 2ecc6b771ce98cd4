"""#breaks: fails each time."""

from commands.api import Context, Plan, Request, Risk, command


@command("breaks", risk=Risk.READ)
def breaks(request: Request, context: Context) -> Plan:
    context.words.public("answer")
    raise ZeroDivisionError("a fault in a command")
