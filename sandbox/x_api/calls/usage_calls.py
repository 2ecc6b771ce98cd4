"""How much was used, and what credit is left.

`usage/tweets` is for the app only. `usage/credits` is not in X's OpenAPI description 2.167; its balances, in
US dollars, stand in https://docs.x.com/x-api/usage/get-usage-credits (2026-08-24): the prepaid one may be
negative, the total never is.
"""

from sandbox.prices import MICRO, MONTHLY_POST_READ_CAP
from sandbox.world.snowflakes import DAY_MS, id_of, iso
from sandbox.x_api.call import Answer, Call
from sandbox.x_api.problem_bodies import invalid


def tweets(call: Call) -> Answer:
    """`GET /2/usage/tweets`: posts read, by UTC day."""
    sent = call.query.get("days", "7")
    days = id_of(sent) or 0
    if not 1 <= days <= 90:
        raise invalid(f"The `days` query parameter value [{sent}] is not between 1 and 90", days=sent)
    today = call.world.clock.day()
    reads = {day: count for day, count in call.bill.post_reads.items() if day > today - days}
    app_id = str(call.world.brand.id)
    daily = [{"date": iso(day * DAY_MS), "usage": str(count)} for day, count in sorted(reads.items())]
    return 200, {
        "data": {
            "cap_reset_day": 1,
            "daily_project_usage": {"project_id": app_id, "usage": daily},
            "project_cap": str(MONTHLY_POST_READ_CAP),
            "project_id": app_id,
            "project_usage": str(sum(reads.values())),
        }
    }


def credits(call: Call) -> Answer:
    """`GET /2/usage/credits`: the credit left; free, and answered even when nothing is left."""
    left = call.bill.left_micro / MICRO
    return 200, {"data": {"total_balance": max(left, 0), "prepaid_balance": left, "free_balance": 0}}
