"""What `doctor` asks X itself, free of charge: whose keys these are, what they may do, time and credit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.app import Access, build_client, told_by_x
from bot.cli.checkup.doctor_findings import Finding, from_error
from bot.cli.opened import Opened
from bot.cli.printing import lasting, local
from bot.cli.served_x import x_access
from bot.cli.troubles import operator_error
from bot.clock import HEADER_STEP, SystemClock
from bot.errors import OperatorError
from bot.settings import Settings
from bot.x.client import Answer, XClient
from bot.x.outcomes import Later, Outcome, Refused
from bot.x.price_list import micro_usd
from bot.x.wire import XUser
from storage.stories import usd
from storage.upkeep import brand, cursors
from storage.upkeep.brand import ServesAnother

# X refuses signatures made too far from its own time; long before that something is wrong with a clock.
CLOCKS_AGREE_WITHIN = timedelta(seconds=30)
FULL_ACCESS = "read-write-directmessages"
_PERMISSION = (
    "In X's developer console set the app's permission to 'Read, Write and Direct Messages', "
    "then make the access token anew and put it into .env."
)


def x_findings(chosen: Settings, at: Opened | None) -> Iterator[Finding]:
    """Keys, permission, clock and credit; one line alone where X cannot be asked."""
    try:
        access = x_access(chosen)
    except OperatorError as silent:
        if chosen.sandbox_url:
            yield from_error("X", silent)
        else:
            yield Finding("X", None, "not asked: the sandbox does not run; `tweetserve run` starts it")
        return
    clock = SystemClock()
    client = build_client(chosen, access, clock)
    try:
        yield from _asked(client, access, chosen, at)
    finally:
        client.close()


def _asked(client: XClient, access: Access, chosen: Settings, at: Opened | None) -> Iterator[Finding]:
    asked_at = SystemClock().now()
    me = client.me()
    if me.data is None:
        yield _refused("X credentials", me.outcome)
        return
    yield Finding("X credentials", True, f"@{me.data.username} ({me.data.id}) at {access.base_url}")
    if at is not None:
        yield _same_x(access, me.data, at)
    yield _permission(me, at)
    yield _clock(me, asked_at, is_sandbox=access.is_demo)
    yield _credit(client, chosen, at)
    yield from _probe_account(client, chosen, me.data)


def _probe_account(client: XClient, chosen: Settings, brand_account: XUser) -> Iterator[Finding]:
    """Whose keys the probe has, where it is switched on."""
    token, secret = chosen.probe_access_token, chosen.probe_access_token_secret
    if not chosen.probe_every or token is None or secret is None:
        return
    asked = client.as_another(token.get_secret_value(), secret.get_secret_value()).me()
    if asked.data is None:
        yield _refused("probe account", asked.outcome)
        return
    found = f"@{asked.data.username} ({asked.data.id})"
    step = "Put a second account's tokens for the same app into PROBE_ACCESS_TOKEN and its secret."
    second = brand_account.id != asked.data.id == chosen.probe_id
    yield Finding("probe account", second, found, step)


def _refused(check: str, outcome: Outcome) -> Finding:
    """What X's refusal means for an operator."""
    if isinstance(outcome, Later | Refused):
        step = outcome.alarm.sentences.next_step if outcome.alarm else "Check X_BASE_URL and the network."
        return Finding(check, False, told_by_x(outcome), step)
    return Finding(check, False, told_by_x(outcome), "Try again.")


def _same_x(access: Access, me: XUser, at: Opened) -> Finding:
    try:
        at.database.read(lambda c: brand.check(c, access.serves(me.id)))
    except ServesAnother as other:
        error = operator_error(other)
        assert error is not None
        return from_error("database and X", error)
    return Finding("database and X", True, "they belong together")


def _permission(me: Answer[XUser], at: Opened | None) -> Finding:
    if me.access is not None:
        may_all = me.access.strip().casefold() == FULL_ACCESS
        return Finding("app permission", may_all, me.access, _PERMISSION)
    read_at = at.database.read(lambda c: cursors.find(c, at.brand_id, "messages")).read_at if at else None
    if at is not None and read_at is not None:
        return Finding("app permission", True, f"messages were read at {local(read_at, at.now())}")
    return Finding("app permission", None, "X does not say; the first poll of messages will show")


def _clock(me: Answer[XUser], asked_at: datetime, *, is_sandbox: bool) -> Finding:
    if me.date is None:
        return Finding("clock", None, "X's answer carried no Date")
    # X wrote the header at some moment of the call, and cut it to whole seconds.
    ahead = max(me.date - asked_at - me.took, min(timedelta(0), me.date + HEADER_STEP - asked_at))
    agrees = abs(ahead) <= CLOCKS_AGREE_WITHIN
    if agrees:
        return Finding("clock", True, "this machine's agrees with X's")
    side = "behind" if ahead > timedelta(0) else "ahead of"
    found = f"this machine's is {lasting(abs(ahead))} {side} X's"
    if is_sandbox:
        return Finding("clock", True, f"{found}: the sandbox's clock was moved")
    return Finding("clock", False, found, "Set this machine's clock, for example: timedatectl set-ntp true")


def _credit(client: XClient, chosen: Settings, at: Opened | None) -> Finding:
    answer = client.credits()
    left = None if answer.data is None else answer.data.left_micro
    if left is None and at is not None:
        left = at.brand.credit_micro  # what the daemon heard within the last hour or so
    if left is None and answer.data is None:
        return _refused("credit", answer.outcome)
    if left is None:
        return Finding("credit", None, "X did not say how much is left")
    day = micro_usd(chosen.daily_budget_usd)
    enough = left > 0 and left >= day
    found = f"{usd(left)} USD left" + ("" if enough else f", and a day may cost {usd(day)}")
    return Finding("credit", enough, found, "Buy credit in X's developer console, or lower DAILY_BUDGET_USD.")
