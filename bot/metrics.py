"""What operators can measure: counters and gauges whose names begin with `tweetserve_`.

One object holds them all on a registry of its own, so that two daemons in one process never share a count.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

# Seconds from a post to its answer: fine where the promise lies (2 s, 5 s), coarse where a person answers.
_ANSWER_BUCKETS = (0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, 3600, 14_400, 86_400)


@dataclass(frozen=True, slots=True)
class Reading:
    """One gauge's value at the moment of a scrape."""

    name: str  # without the prefix
    gloss: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


class _Registry(CollectorRegistry):
    """A registry that leaves out when each counter was made: a series more for each, of no use to anybody.

    The library's own switch for it is one for the whole process.
    """

    def collect(self) -> Iterator[Metric]:
        for family in super().collect():
            family.samples = [one for one in family.samples if not one.name.endswith("_created")]
            yield family


class Metrics:
    """Everything that is counted as it happens, and the gauges that are read when somebody asks."""

    def __init__(self) -> None:
        self.uncounted = ""  # the X id of the account that only asks to see whether an answer comes
        self.registry = _Registry()
        self.mentions = self._counter("mentions", "Posts and messages taken from X", "kind")
        self.skips = self._counter("skips", "Mentions that got no answer, by reason", "reason")
        self.answers = self._counter("answers", "Deliveries that X took", "command", "channel")
        self.x_calls = self._counter("x_calls", "Calls to X, by route and outcome", "route", "outcome")
        self.crashes = self._counter(
            "command_crashes", "Commands that failed or overran their deadline", "command"
        )
        self.incident_answers = self._counter("incident_answers", "Mentions answered with an incident's text")
        self.seconds_to_answer = Histogram(
            "tweetserve_seconds_to_answer",
            "Seconds from the post, by X's clock, to X taking its answer",
            ["channel"],
            buckets=_ANSWER_BUCKETS,
            registry=self.registry,
        )

    def _counter(self, name: str, gloss: str, *labels: str) -> Counter:
        return Counter(f"tweetserve_{name}", gloss, labels, registry=self.registry)

    def read_on_scrape(self, readings: Callable[[], Iterable[Reading]]) -> None:
        """Adds gauges read at each scrape: queue lengths, money, calls left, last successful poll."""
        self.registry.register(_Readings(readings))

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


@dataclass(frozen=True, slots=True)
class _Readings(Collector):
    readings: Callable[[], Iterable[Reading]] = field()

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for reading in self.readings():
            family = families.setdefault(
                reading.name,
                GaugeMetricFamily(
                    f"tweetserve_{reading.name}", reading.gloss, labels=[name for name, _ in reading.labels]
                ),
            )
            family.add_metric([value for _, value in reading.labels], reading.value)
        return families.values()

    def describe(self) -> Iterable[Metric]:
        return ()  # the readings need a database; registering must not
