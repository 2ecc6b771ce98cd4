"""Alerts and board: they are well-formed, ring when they should, and name only what the daemon measures."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics import Metrics
from tests.deploy.conftest import DEPLOY, ROOT, Judge

RULES = DEPLOY / "prometheus" / "alerts.yml"
CASES = DEPLOY / "prometheus" / "alerts.test.yml"
BOARD = DEPLOY / "grafana" / "board.json"
NAME = re.compile(r"\btweetserve_[a-z_]+")


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return list(json.loads(BOARD.read_text())["panels"])


def asked_by_the_board() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


def measured() -> set[str]:
    """The names of all series as Prometheus sees them."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    families = list(Metrics().registry.collect())
    names = {family.name + end for family in families for end in endings.get(family.type, ("",))}
    told = re.findall(r'Reading\(\s*f?"([a-z_{}]+)"', (ROOT / "bot" / "readings.py").read_text())
    tables = ("mentions", "deliveries", "tickets", "handovers")
    return names | {f"tweetserve_{name.format(table=table)}" for name in told for table in tables}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_names_only_what_is_measured(alert: dict[str, Any]) -> None:
    assert set(NAME.findall(alert["expr"])) - measured() == set()


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))
def test_a_panel_names_only_what_is_measured_and_something(panel: dict[str, Any]) -> None:
    named = {name for target in panel["targets"] for name in NAME.findall(target["expr"])}

    assert named
    assert named - measured() == set()


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_says_what_it_is_about_and_what_to_do_next(alert: dict[str, Any]) -> None:
    assert set(alert["annotations"]) == {"summary", "next"}
    assert alert["labels"]["severity"] in ("page", "ticket")


def test_each_alert_has_a_case_in_which_it_rings() -> None:
    cases = yaml.safe_load(CASES.read_text())["tests"]
    rung = {one["alertname"] for case in cases for one in case["alert_rule_test"] if one.get("exp_alerts")}

    assert rung == {alert["alert"] for alert in alerts()}


def test_the_alerts_ring_when_they_should(promtool: Judge) -> None:
    promtool("check", "rules", str(RULES))
    said = promtool("test", "rules", str(CASES), cwd=CASES.parent)

    assert "SUCCESS" in said


def test_the_configuration_of_prometheus_finds_the_alerts(promtool: Judge) -> None:
    said = promtool("check", "config", str(DEPLOY / "prometheus" / "scrape.yml"))

    assert f"SUCCESS: {len(alerts())} rules found" in said


def test_prometheus_understands_all_that_the_board_asks(promtool: Judge, tmp_path: Path) -> None:
    asked = [expr.replace("$__rate_interval", "5m") for expr in asked_by_the_board()]
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(asked)]
    (tmp_path / "board.yml").write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))

    said = promtool("check", "rules", str(tmp_path / "board.yml"))

    assert f"{len(rules)} rules found" in said


def test_no_two_panels_of_the_board_cover_each_other() -> None:
    covered: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert covered & cells == set(), panel["title"]
        assert at["x"] + at["w"] <= 24
        covered |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
