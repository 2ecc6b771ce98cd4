"""When people of ours are there, and when so much opening time will have passed.

Hours are meant in the brand's time zone: a day on which the clocks change has an hour more or less in it, and
what is counted is time that really passes. A day's hours end at 24:00 at the latest; a night shift is written
as two days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDNIGHT = 24 * 60
_PART = re.compile(r"(?P<days>[A-Za-z,\s-]+?)\s+(?P<spans>[\d:,\s–-]+)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_EXAMPLE = "Mon-Fri 08:00-20:00; Sat 09:00-17:00"
_LEAST_MINUTES = 60  # a week: what is promised then lies within the days looked ahead
_FURTHEST = 400  # days looked ahead before a promise is given up

Spans = tuple[tuple[int, int], ...]  # minutes of the day, [from, to), in order


class HoursUnreadable(ValueError):
    """Opening hours that cannot be read; its text names the part and shows how it is written."""


class NeverOpen(ValueError):
    """No opening time within more than a year, so nothing can be promised."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody is there, and until when that is so: `changes_at` is closing or opening time."""

    open_now: bool
    changes_at: datetime | None  # None: open all round the clock, or never within a year


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week's hours, Monday first, in minutes of the day."""

    week: tuple[Spans, ...]

    @classmethod
    def parse(cls, text: str) -> "OpeningHours":
        """The hours written as days and times, parted by semicolons: `Mon-Fri 08:00-20:00; Sat 09:00-17:00`.

        Several times of one day are parted by commas (`Mon 08:00-12:00, 13:00-18:00`); `always` is the whole
        week. A day not named is closed.

        Raises:
            HoursUnreadable: a part is not written so, a day is given twice, times overlap, or the week has
                less than an hour.
        """
        if text.strip().casefold() == "always":
            return cls(week=(((0, _MIDNIGHT),),) * 7)
        week: list[Spans] = [()] * 7
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not parts:
            raise HoursUnreadable(f"no opening hours are given; write them as {_EXAMPLE}")
        for part in parts:
            days, spans = _part(part)
            for day in days:
                if week[day]:
                    raise HoursUnreadable(f"{_DAYS[day]} is given twice, the second time in “{part}”")
                week[day] = spans
        if sum(closes - opens for spans in week for opens, closes in spans) < _LEAST_MINUTES:
            raise HoursUnreadable("less than an hour a week is open, too little to promise an answer in")
        return cls(week=tuple(week))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The brand's opening hours in its time zone, less its holidays."""

    hours: OpeningHours
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()

    def opening(self, at: datetime) -> Opening:
        """Whether somebody is there at this instant, and until or from when."""
        for start, end in self._stretches(at):
            if start <= at < end:
                return Opening(open_now=True, changes_at=self._closing(end))
            if at < start:
                return Opening(open_now=False, changes_at=start)
        return Opening(open_now=False, changes_at=None)

    def after(self, at: datetime, working: timedelta) -> datetime:
        """The instant by which so much opening time has passed since `at`, aware, in UTC.

        No time at all gives the next instant somebody is there. The result lies inside opening hours or at
        their end.

        Raises:
            NeverOpen: there is not that much opening time within more than a year.
        """
        left = max(working, timedelta(0))
        for start, end in self._stretches(at):
            begin = max(start, at)
            if left <= end - begin and begin < end:
                return begin + left
            left -= max(end - begin, timedelta(0))
        raise NeverOpen(f"the opening hours hold less than {working} within {_FURTHEST} days")

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much opening time lies between two instants, at most 400 days apart."""
        total = timedelta(0)
        for opens, closes in self._stretches(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return total

    def _closing(self, end: datetime) -> datetime | None:
        """The end of the stretch that reaches `end`, followed over midnights."""
        last = end
        for start, following in self._stretches(end):
            if start > last:
                return last
            last = following
        return None

    def _stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The opening times that end after `at`, in order, in UTC."""
        first = at.astimezone(self.zone).date()
        for ahead in range(_FURTHEST):
            day = first + timedelta(days=ahead)
            if day in self.holidays:
                continue
            for opens, closes in self.hours.week[day.weekday()]:
                start, end = self._instant(day, opens), self._instant(day, closes)
                # A spring night may swallow a span whole.
                if start < end and end > at:
                    yield start, end

    def _instant(self, day: date, minutes: int) -> datetime:
        """A local time of a day as an instant, in UTC.

        One that the clocks skip is read as if they had not changed yet; of one that comes twice, the first
        counts.
        """
        if minutes == _MIDNIGHT:
            day, minutes = day + timedelta(days=1), 0
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone).astimezone(UTC)


def _part(part: str) -> tuple[tuple[int, ...], Spans]:
    """The days and the times of one part."""
    found = _PART.fullmatch(part)
    if not found:
        raise HoursUnreadable(f"“{part}” is not days and times; write {_EXAMPLE}")
    return _days(found["days"], part), _spans(found["spans"], part)


def _days(text: str, part: str) -> tuple[int, ...]:
    days: list[int] = []
    for piece in text.split(","):
        ends = [_day(name.strip(), part) for name in piece.split("-")]
        if len(ends) > 2:
            raise HoursUnreadable(
                f"“{piece.strip()}” in “{part}” is not a day or two days with a dash between"
            )
        first, last = ends[0], ends[-1]
        # Sat-Mon runs over the end of the week.
        days.extend(day % 7 for day in range(first, last + 1 + (7 if last < first else 0)))
    return tuple(days)


def _day(name: str, part: str) -> int:
    folded = name.casefold()
    for number, day in enumerate(_DAYS):
        if len(folded) >= 3 and (folded == day.casefold() or _LONG[number].startswith(folded)):
            return number
    raise HoursUnreadable(f"“{name}” in “{part}” is no day; days are {', '.join(_DAYS)}")


def _spans(text: str, part: str) -> Spans:
    spans = []
    for piece in text.split(","):
        found = _SPAN.fullmatch(piece.strip())
        if not found:
            raise HoursUnreadable(f"“{piece.strip()}” in “{part}” is no time; write 08:00-20:00")
        from_hour, from_minute, to_hour, to_minute = (int(number) for number in found.groups())
        if from_minute > 59 or to_minute > 59:
            raise HoursUnreadable(f"“{piece.strip()}” in “{part}” has more than 59 minutes")
        start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
        if not 0 <= start < end <= _MIDNIGHT:
            raise HoursUnreadable(
                f"“{piece.strip()}” in “{part}” must begin before it ends, at 24:00 at the latest"
            )
        spans.append((start, end))
    spans.sort()
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        raise HoursUnreadable(f"the times in “{part}” overlap")
    return tuple(spans)
