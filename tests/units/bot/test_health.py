"""The daemon's own address: health, readiness and metrics, and what is said when its port is taken."""

from collections.abc import Iterator

import pytest
import requests

from bot.errors import OperatorError
from bot.health import HealthServer
from bot.metrics import Metrics


class Readiness:
    def __init__(self) -> None:
        self.why_not: str | None = None

    def __call__(self) -> str | None:
        return self.why_not


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def server(readiness: Readiness, metrics: Metrics) -> Iterator[HealthServer]:
    server = HealthServer("127.0.0.1", 0, metrics, readiness)
    server.start()
    yield server
    server.close()


def get(server: HealthServer, path: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"http://127.0.0.1:{server.port}{path}", timeout=5)


def test_it_says_that_the_process_is_alive(server: HealthServer) -> None:
    assert get(server, "/healthz").text == "alive\n"


def test_it_says_why_it_is_not_ready(server: HealthServer, readiness: Readiness) -> None:
    readiness.why_not = "X has not been looked at yet"

    answer = get(server, "/readyz")

    assert (answer.status_code, answer.text) == (503, "X has not been looked at yet\n")


def test_it_is_ready_when_nothing_speaks_against_it(server: HealthServer) -> None:
    assert get(server, "/readyz").status_code == 200


def test_it_shows_metrics_whose_names_begin_with_ours(server: HealthServer, metrics: Metrics) -> None:
    metrics.skips.labels("too old").inc()

    answer = get(server, "/metrics")
    names = {line.split("{")[0].split()[0] for line in answer.text.splitlines() if not line.startswith("#")}

    assert 'tweetserve_skips_total{reason="too old"} 1.0' in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert all(name.startswith("tweetserve_") for name in names)


def test_it_does_not_show_when_each_counter_was_made(server: HealthServer, metrics: Metrics) -> None:
    metrics.skips.labels("too old").inc()
    metrics.seconds_to_answer.labels("public").observe(1.5)

    assert "_created" not in get(server, "/metrics").text


def test_elsewhere_it_says_what_there_is(server: HealthServer) -> None:
    answer = get(server, "/")

    assert answer.status_code == 404
    assert "/readyz" in answer.text


def test_a_port_in_use_is_reported_with_the_setting_to_change(server: HealthServer, metrics: Metrics) -> None:
    with pytest.raises(OperatorError) as refused:
        HealthServer("127.0.0.1", server.port, metrics, lambda: None)

    assert refused.value.code == "port-in-use"
    assert str(server.port) in refused.value.sentences.what
    assert "DAEMON_PORT" in refused.value.sentences.next_step


def test_it_listens_on_an_ip6_address_too(metrics: Metrics) -> None:
    server = HealthServer("::1", 0, metrics)
    server.start()

    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"http://[::1]:{server.port}/healthz", timeout=5)
    server.close()

    assert answer.text == "alive\n"


def test_an_address_of_another_machine_names_the_setting_to_change(metrics: Metrics) -> None:
    with pytest.raises(OperatorError) as refused:
        HealthServer("192.0.2.1", 0, metrics)

    assert refused.value.sentences.next_step.startswith("Set LISTEN to an address of this machine")
