"""#toolong: plans more than one post can hold."""

from commands.api import Context, Plan, Public, Request, Risk, command


@command("toolong", risk=Risk.READ)
def toolong(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("answer", words=Public(tuple(range(20)))))
