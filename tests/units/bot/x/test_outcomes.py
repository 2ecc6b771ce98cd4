"""Each answer X can give, and what it means for us."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot.x.outcomes import (
    BY_STATUS,
    RULES,
    Later,
    LaterWhy,
    NotSent,
    Outcome,
    Refused,
    RefusedWhy,
    Unsure,
    UnsureWhy,
    outcome_of_garble,
    outcome_of_refusal,
    outcome_of_silence,
)
from bot.x.rate_headers import SURELY_OVER_AFTER, RateLimits, read_rate_limits
from bot.x.x_alarms import XAlarm

NOW = datetime(2026, 11, 21, 22, 7, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}
NO_LIMITS = RateLimits()


def blank(status: int, detail: str) -> bytes:
    return orjson.dumps({"title": "Forbidden", "type": "about:blank", "status": status, "detail": detail})


def problem(kind: str, host: str = "https://api.x.com") -> bytes:
    return orjson.dumps({"title": "t", "type": f"{host}/2/problems/{kind}", "detail": "d"})


def judged(
    status: int, body: bytes = b"{}", *, is_write: bool = True, limits: RateLimits = NO_LIMITS
) -> Outcome:
    return outcome_of_refusal(status, JSON, body, limits, NOW, is_write=is_write)


@pytest.mark.parametrize(
    ("detail", "why"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", RefusedWhy.DUPLICATE),
        (
            "You attempted to reply to a Tweet that is deleted or not visible to you.",
            RefusedWhy.TARGET_GONE,
        ),
        (
            "You can only reply to or quote posts where you are mentioned or are the author.",
            RefusedWhy.NOT_SUMMONED,
        ),
        (
            "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
            "engaged by the author of the post you are replying to.",
            RefusedWhy.NOT_SUMMONED,
        ),
        (
            "The original Tweet author restricted who can reply to this Tweet.",
            RefusedWhy.REPLIES_RESTRICTED,
        ),
        ("You do not have permission to DM one or more participants.", RefusedWhy.NO_DM_PERMISSION),
        ("This operation is not permitted.", RefusedWhy.NOT_PERMITTED),
        ("You are not permitted to perform this action.", RefusedWhy.NOT_PERMITTED),
        ("Words nobody has seen before.", RefusedWhy.OTHER),
    ],
)
def test_a_refusal_is_final_and_known_by_its_words(detail: str, why: RefusedWhy) -> None:
    outcome = judged(403, blank(403, detail))

    assert isinstance(outcome, Refused)
    assert outcome.why is why
    assert detail[:40] in outcome.detail


@pytest.mark.parametrize(
    "kind", ["oauth1-permissions", "unsupported-authentication", "client-forbidden", "client-not-enrolled"]
)
@pytest.mark.parametrize("host", ["https://api.twitter.com", "https://api.x.com"])
def test_a_set_up_fault_loses_nothing_whatever_host_names_it(kind: str, host: str) -> None:
    outcome = judged(403, problem(kind, host))

    assert outcome == Later(LaterWhy.SET_UP, pause_route=True, alarm=XAlarm.SET_UP, detail=f"403 {kind}")


def test_a_problem_named_among_the_errors_counts_as_well() -> None:
    body = orjson.dumps({"errors": [{"message": "You are not permitted to perform this action.", "code": 1}]})

    outcome = judged(403, body)

    assert isinstance(outcome, Refused)
    assert outcome.why is RefusedWhy.NOT_PERMITTED


def test_400_is_our_fault_and_rings() -> None:
    outcome = judged(400, problem("invalid-request"))

    assert outcome == Refused(RefusedWhy.INVALID, "400 invalid-request", XAlarm.INVALID)


def test_404_is_final() -> None:
    outcome = judged(404, problem("resource-not-found"))

    assert isinstance(outcome, Refused)
    assert outcome.why is RefusedWhy.NOT_FOUND


@pytest.mark.parametrize(
    ("status", "why", "alarm"),
    [
        (401, LaterWhy.UNAUTHORIZED, XAlarm.UNAUTHORIZED),
        (402, LaterWhy.CREDITS_GONE, XAlarm.CREDITS),
    ],
)
def test_keys_and_credit_stop_the_route_and_lose_nothing(status: int, why: LaterWhy, alarm: XAlarm) -> None:
    outcome = judged(status, problem("whatever"))

    assert isinstance(outcome, Later)
    assert (outcome.why, outcome.pause_route, outcome.alarm) == (why, True, alarm)


@pytest.mark.parametrize("is_write", [True, False])
@pytest.mark.parametrize("status", [403, 404, 400])
def test_a_web_page_is_a_proxy_and_says_nothing_about_our_call(status: int, is_write: bool) -> None:
    outcome = outcome_of_refusal(
        status, {"content-type": "text/html"}, b"<html>Just a moment...", NO_LIMITS, NOW, is_write=is_write
    )

    assert isinstance(outcome, Later)
    assert (outcome.why, outcome.alarm) == (LaterWhy.PROXY_PAGE, XAlarm.PROXY_PAGE)


def test_a_proxy_that_wants_a_name_and_a_password_loses_nothing() -> None:
    outcome = outcome_of_refusal(407, {}, b"Proxy Authentication Required", NO_LIMITS, NOW, is_write=True)

    assert isinstance(outcome, Later)
    assert (outcome.why, outcome.alarm) == (LaterWhy.PROXY_PAGE, XAlarm.PROXY_PAGE)


def test_429_waits_for_the_reset() -> None:
    reset = NOW + timedelta(minutes=9)

    outcome = judged(429, limits=RateLimits(calls_left=0, resets_at=reset))

    assert outcome == Later(LaterWhy.RATE_LIMITED, reset, True, None, "429")


def test_429_waits_for_the_day_when_the_day_is_used_up() -> None:
    day = NOW + timedelta(hours=9)
    used_up = RateLimits(resets_at=NOW + timedelta(minutes=9), day_calls_left=0, day_resets_at=day)
    not_used_up = RateLimits(resets_at=NOW + timedelta(minutes=9), day_calls_left=3, day_resets_at=day)

    assert judged(429, limits=used_up).until == day  # type: ignore[union-attr]
    assert judged(429, limits=not_used_up).until == NOW + timedelta(minutes=9)  # type: ignore[union-attr]


@pytest.mark.parametrize("reset", [None, NOW - timedelta(minutes=1)])
def test_429_whose_reset_is_missing_or_past_still_waits_5_seconds(reset: datetime | None) -> None:
    outcome = judged(429, limits=RateLimits(resets_at=reset))

    assert isinstance(outcome, Later)
    assert outcome.until == NOW + timedelta(seconds=5)


def test_the_monthly_cap_does_not_wait_for_the_reset_and_rings() -> None:
    soon = RateLimits(resets_at=NOW + timedelta(seconds=9))

    outcome = judged(429, problem("usage-capped"), limits=soon, is_write=False)

    assert isinstance(outcome, Later)
    assert (outcome.why, outcome.alarm) == (LaterWhy.MONTHLY_CAP, XAlarm.MONTHLY_CAP)
    assert outcome.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
@pytest.mark.parametrize("body", [b"{}", b"<html>bad gateway", b""])
def test_a_fault_of_x_leaves_a_write_unknown_and_a_read_for_later(status: int, body: bytes) -> None:
    write, read = judged(status, body), judged(status, body, is_write=False)

    assert isinstance(write, Unsure)
    assert write.why is UnsureWhy.X_FAILED
    assert isinstance(read, Later)
    assert read.why is LaterWhy.X_FAILED


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed_and_leaves_a_write_unknown(status: int) -> None:
    write, read = judged(status), judged(status, is_write=False)

    assert write == Unsure(UnsureWhy.REDIRECTED, True, XAlarm.REDIRECTED, f"{status}")
    assert read == Later(LaterWhy.REDIRECTED, None, True, XAlarm.REDIRECTED, f"{status}")


def test_silence_means_not_sent_only_before_the_first_byte() -> None:
    assert isinstance(outcome_of_silence(written=False, is_write=True), NotSent)
    assert isinstance(outcome_of_silence(written=True, is_write=True), Unsure)
    assert isinstance(outcome_of_silence(written=True, is_write=False), Later)


def test_a_success_that_cannot_be_read_is_unknown_for_a_write() -> None:
    assert isinstance(outcome_of_garble(is_write=True), Unsure)
    assert isinstance(outcome_of_garble(is_write=False), Later)


def test_every_other_refusal_of_a_status_is_final() -> None:
    assert judged(422) == Refused(RefusedWhy.OTHER, "422")
    assert 429 not in BY_STATUS


def test_every_rule_names_its_source_and_its_day() -> None:
    assert all(rule.source.startswith("https://") and rule.read_on for rule in RULES)
    assert all(rule.words == rule.words.casefold() for rule in RULES)


def test_limits_come_from_the_headers_and_the_scarcer_day_counts() -> None:
    limits = read_rate_limits(
        {
            "x-rate-limit-limit": "100",
            "x-rate-limit-remaining": "99",
            "x-rate-limit-reset": "1795298820",
            "x-user-limit-24hour-remaining": "7",
            "x-user-limit-24hour-reset": "1795298821",
            "x-app-limit-24hour-remaining": "9000",
        }
    )

    assert (limits.calls_limit, limits.calls_left, limits.day_calls_left) == (100, 99, 7)
    assert limits.resets_at == datetime.fromtimestamp(1795298820, UTC) + SURELY_OVER_AFTER
    assert limits.are_known


def test_headers_that_are_no_numbers_say_nothing() -> None:
    limits = read_rate_limits({"x-rate-limit-remaining": "many", "x-rate-limit-reset": "9" * 30})

    assert limits == RateLimits()
    assert not limits.are_known
