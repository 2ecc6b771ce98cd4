"""Promises count in opening hours, also over weekends, holidays and the nights on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.hours import Calendar, HoursUnreadable, NeverOpen, OpeningHours

LONDON = ZoneInfo("Europe/London")
WEEK = OpeningHours.parse("Mon-Fri 08:00-20:00; Sat 09:00-17:00")
ROUND_THE_CLOCK = OpeningHours.parse("always")


def at(text, zone=LONDON):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def calendar(text="Mon-Fri 08:00-20:00; Sat 09:00-17:00", *holidays, zone=LONDON):
    return Calendar(OpeningHours.parse(text), zone, frozenset(map(date.fromisoformat, holidays)))


def test_days_are_named_singly_in_lists_and_from_to():
    hours = OpeningHours.parse("Mon, Wed-Thu 08:00-12:00, 13:00-24:00; Sat-Sun 10:00–11:30;")

    split, short = ((480, 720), (780, 1440)), ((600, 690),)
    assert hours.week == (split, (), split, split, (), short, short)


def test_days_may_run_over_the_end_of_the_week_and_be_written_out():
    assert OpeningHours.parse("saturday-mon 9:00-10:00").week == tuple(
        ((540, 600),) if day in (5, 6, 0) else () for day in range(7)
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no opening hours"),
        ("Mon-Fri", "not days and times"),
        ("08:00-20:00", "not days and times"),
        ("Mon-Fri 8-20", "“8-20” in “Mon-Fri 8-20” is no time"),
        ("Mon-Fri 08:00-20:60", "more than 59 minutes"),
        ("Mon-Fri 20:00-08:00", "must begin before it ends"),
        ("Mon-Fri 08:00-25:00", "at 24:00 at the latest"),
        ("Mon-Fry 08:00-20:00", "“Fry” in “Mon-Fry 08:00-20:00” is no day"),
        ("M 08:00-20:00", "is no day"),
        ("Mon-Wed-Fri 08:00-20:00", "two days with a dash"),
        ("Mon 08:00-12:00; Mon 13:00-17:00", "Mon is given twice"),
        ("Mon 08:00-12:00, 11:00-17:00", "overlap"),
        ("Mon 08:00-08:30", "less than an hour a week"),
    ],
)
def test_hours_that_cannot_be_read_say_which_part(text, what):
    with pytest.raises(HoursUnreadable, match=what):
        OpeningHours.parse(text)


@pytest.mark.parametrize(
    ("asked", "hours", "promised"),
    [
        ("2026-11-24T10:00", 4, "2026-11-24T14:00"),  # a Tuesday, in the middle of the day
        ("2026-11-24T18:00", 4, "2026-11-25T10:00"),  # over night
        ("2026-11-24T06:00", 4, "2026-11-24T12:00"),  # before opening
        ("2026-11-27T19:00", 4, "2026-11-28T12:00"),  # Friday evening into Saturday
        ("2026-11-28T16:00", 4, "2026-11-30T11:00"),  # over Sunday
        ("2026-11-24T10:00", 10, "2026-11-24T20:00"),  # exactly until closing
        ("2026-11-29T12:00", 0, "2026-11-30T08:00"),  # no time at all: when somebody is there
    ],
)
def test_a_promise_counts_opening_hours_only(asked, hours, promised):
    assert calendar().after(at(asked), timedelta(hours=hours)) == at(promised)


def test_a_promise_skips_holidays():
    christmas = calendar("Mon-Fri 08:00-20:00", "2026-12-25", "2026-12-28")

    assert christmas.after(at("2026-12-24T19:00"), timedelta(hours=2)) == at("2026-12-29T09:00")


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        # The clocks go forward at 01:00 on 29 March 2026: the night has one hour less.
        ("2026-03-28T23:00", "2026-03-29T05:00"),
        # They go back at 02:00 on 25 October: it has one more.
        ("2026-10-24T23:00", "2026-10-25T03:00"),
    ],
)
def test_a_promise_counts_the_hours_that_really_pass_when_the_clocks_change(asked, promised):
    found = Calendar(ROUND_THE_CLOCK, LONDON).after(at(asked), timedelta(hours=5))

    assert found == at(promised)


def test_a_promise_keeps_to_the_local_hours_after_the_clocks_have_changed():
    assert calendar().after(at("2026-03-28T16:30"), timedelta(hours=1)) == at("2026-03-30T08:30")
    assert at("2026-03-30T08:30").astimezone(UTC).hour == 7


def test_hours_that_the_clocks_skip_are_no_opening_time():
    night = calendar("Sun 01:00-02:00")

    assert night.after(at("2026-03-28T12:00"), timedelta(hours=1)) == at("2026-04-05T02:00")


def test_nothing_can_be_promised_where_nobody_ever_comes():
    closed = Calendar(OpeningHours(week=((),) * 7), LONDON)

    with pytest.raises(NeverOpen, match="less than"):
        closed.after(at("2026-11-24T10:00"), timedelta(hours=1))
    assert closed.opening(at("2026-11-24T10:00")).changes_at is None


@pytest.mark.parametrize(
    ("asked", "is_open", "changes"),
    [
        ("2026-11-24T10:00", True, "2026-11-24T20:00"),
        ("2026-11-24T08:00", True, "2026-11-24T20:00"),
        ("2026-11-24T20:00", False, "2026-11-25T08:00"),
        ("2026-11-28T18:00", False, "2026-11-30T08:00"),
    ],
)
def test_people_are_there_from_opening_until_closing(asked, is_open, changes):
    opening = calendar().opening(at(asked))

    assert (opening.open_now, opening.changes_at) == (is_open, at(changes))


def test_a_night_written_as_two_days_is_one_stretch():
    night = calendar("Fri 20:00-24:00; Sat 00:00-04:00")

    assert night.opening(at("2026-11-27T23:00")).changes_at == at("2026-11-28T04:00")


def test_round_the_clock_never_closes():
    assert Calendar(ROUND_THE_CLOCK, LONDON).opening(at("2026-11-28T18:00")).changes_at is None


SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])
WEEKS = st.tuples(*[st.one_of(st.just(()), SPANS.map(lambda span: (span,)))] * 7).filter(any)
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
WORK = st.timedeltas(timedelta(0), timedelta(hours=60))


def _calendars():
    holidays = st.frozensets(st.dates(date(2024, 1, 1), date(2030, 1, 1)), max_size=5)
    weeks = WEEKS.map(OpeningHours).filter(
        lambda hours: sum(b - a for day in hours.week for a, b in day) > 120
    )
    return st.builds(Calendar, weeks, ZONES.map(ZoneInfo), holidays)


@given(_calendars(), INSTANTS, WORK)
def test_between_asking_and_the_promise_lies_exactly_the_promised_opening_time(calendar, asked, work):
    promised = calendar.after(asked, work)

    assert promised >= asked
    assert calendar.working_time(asked, promised) == work


@given(_calendars(), INSTANTS, WORK, WORK)
def test_more_work_is_never_promised_earlier(calendar, asked, one, other):
    less, more = sorted([one, other])

    assert calendar.after(asked, less) <= calendar.after(asked, more)


@given(_calendars(), INSTANTS)
def test_somebody_is_there_at_the_moment_that_opening_names(calendar, asked):
    opening = calendar.opening(asked)

    if opening.changes_at is not None:
        assert opening.changes_at > asked
        assert calendar.opening(opening.changes_at).open_now is not opening.open_now
