"""#hangs: waits for what does not come until the test says so."""

import threading

from commands.api import Context, Plan, Public, Request, Risk, command

let_go = threading.Event()


@command("hangs", risk=Risk.READ)
def hangs(request: Request, context: Context) -> Plan:
    let_go.wait(timeout=60)
    return Plan(public=context.words.public("answer", words=Public((1,))))
