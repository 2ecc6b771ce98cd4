"""`tweetserve show state`: on one screen how things stand, and what needs somebody."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot.cli.opened import Opened, opened
from bot.cli.printing import local_from_json, put, put_json
from bot.settings import Settings
from bot.x.price_list import micro_usd
from bot.x.route_limits import load_limits
from storage import stories
from storage.stories import in_json, usd
from storage.upkeep import alarms, backups, cursors, ledger, lost_times, windows

FEEDS = ("mentions", "messages", "own posts")


def show_state(*, as_json: bool) -> None:
    """Shows it. Raises: what `opened` raises."""
    with opened() as at:
        now = at.now()
        state = at.database.read(lambda c: _state(c, at, now))
    if as_json:
        put_json([state])
        return
    for line in _lines(state, now):
        put(line)


def _state(connection: Connection, at: Opened, now: datetime) -> dict[str, Any]:
    counts = stories.count_states(connection, at.brand_id)
    brand, lost = at.brand, lost_times.unclosed(connection, at.brand_id)
    backup = backups.last_backup(connection, at.brand_id)
    return {
        "brand": f"@{brand.username}",
        "serves": brand.serves,
        "sending": sending(at.settings, paused=brand.sending_paused_at is not None),
        "paused_by": brand.sending_paused_by or None,
        "held_before": None if lost is None else in_json(lost.until_at),
        "last_backup_at": None if backup is None else in_json(backup.made_at),
        "only_accounts": list(at.settings.only_accounts),
        **{name: counts[name] for name in ("mentions", "deliveries", "tickets", "handovers")},
        "unsure": counts["deliveries"].get("unsure", 0),
        "alarms": [
            {"code": row.code, "since": in_json(row.since_at), "detail": row.detail}
            for row in alarms.standing(connection, at.brand_id)
        ],
        "budget": _budget(connection, at, now),
        "credit_usd": None if brand.credit_micro is None else usd(brand.credit_micro),
        "windows": _windows(connection, at.brand_id, now),
        "polls": [
            {"feed": feed, "read_at": in_json(cursors.find(connection, at.brand_id, feed).read_at)}
            for feed in FEEDS
        ],
    }


def sending(settings: Settings, *, paused: bool) -> str:
    """ "on", "off" by SENDING, or "paused" by an operator."""
    if not settings.sending:
        return "off"
    return "paused" if paused else "on"


def _budget(connection: Connection, at: Opened, now: datetime) -> dict[str, str]:
    day = now.astimezone(UTC).date()
    spent = ledger.day_sum(connection, at.brand_id, day)
    daily = micro_usd(at.settings.daily_budget_usd)
    return {
        "day": day.isoformat(),
        "budget_usd": usd(daily),
        "reserved_usd": usd(spent.reserved_micro),
        "settled_usd": usd(spent.settled_micro),
        "left_for_answers_usd": usd(max(0, int(daily * at.settings.write_share) - spent.total_micro)),
    }


def _windows(connection: Connection, brand_id: str, now: datetime) -> list[dict[str, Any]]:
    limits = load_limits()
    rows = windows.find(connection, brand_id, list(limits))
    found = []
    for route in limits:
        row = rows.get(route)
        if row is not None:
            left, resets_at = row.calls_now(now), row.opens_at(now) or row.resets_at
            fresh = left is None  # its window is over, or X has not said: the table counts
            found.append(
                {
                    "route": route,
                    "calls_left": limits[route].calls if left is None else left,
                    "resets_at": None if fresh else in_json(resets_at),
                    "paused_why": row.paused_why if row.paused_until and row.paused_until > now else None,
                }
            )
    return found


def _lines(state: dict[str, Any], now: datetime) -> list[str]:
    who = f" by {state['paused_by']}" if state["paused_by"] else ""
    pilot = f", only for {', '.join(state['only_accounts'])}" if state["only_accounts"] else ""
    budget = state["budget"]
    spent = f"{budget['settled_usd']} settled and {budget['reserved_usd']} reserved"
    credit = "" if state["credit_usd"] is None else f", {state['credit_usd']} of credit left"
    lines = [
        f"{state['brand']} on {state['serves']}",
        f"sending     {state['sending']}{who}{pilot}",
        f"mentions    {_counted(state['mentions'], 'none waits')}",
        f"deliveries  {_counted(state['deliveries'], 'none waits')}",
        f"tickets     {_counted(state['tickets'], 'none is open')}",
        f"hand-overs  {_counted(state['handovers'], 'none is open')}",
        f"money       {spent} of {budget['budget_usd']} USD on {budget['day']} UTC{credit}",
    ]
    if state["held_before"]:
        asked = local_from_json(state["held_before"], now)
        lines.append(f"waiting     what was asked before {asked}, until X has shown what was answered")
    lines.append(f"backup      {local_from_json(state['last_backup_at'], now) or 'none on record'}")
    if not state["alarms"]:
        lines.append("alarms      none")
    for alarm in state["alarms"]:
        detail = f" ({alarm['detail']})" if alarm["detail"] else ""
        lines.append(f"alarm       {alarm['code']} since {local_from_json(alarm['since'], now)}{detail}")
    for window in state["windows"]:
        until = f" until {local_from_json(window['resets_at'], now)}" if window["resets_at"] else ""
        why = f", paused: {window['paused_why']}" if window["paused_why"] else ""
        lines.append(f"calls left  {window['calls_left']:>5} {window['route']}{until}{why}")
    for poll in state["polls"]:
        lines.append(f"last poll   {poll['feed']}: {local_from_json(poll['read_at'], now) or 'never'}")
    return lines


def _counted(counts: dict[str, int], nothing: str) -> str:
    return ", ".join(f"{n} {state}" for state, n in counts.items() if n) or nothing
