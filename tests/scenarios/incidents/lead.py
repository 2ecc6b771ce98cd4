"""What a lead does about an incident in the stories, and how it stands afterwards."""

from typing import Any

from bot.desk import incident_acts
from storage.incidents.incident_list import list_incidents

LEEDS = "No 4G around Leeds since 09:40, engineers on site, next news 11:00"


def opens(stage: Any, text: str = LEEDS, commands: str = "data,text,broken", until: str = "") -> None:
    loaded = stage.deciding.registry.current
    incident_acts.open_incident(stage.desk, loaded, text, commands.split(","), until, by="dora")


def closes(stage: Any, news: str = "") -> None:
    incident_acts.close_incident(stage.desk, None, news, by="dora")


def updates(stage: Any, text: str = "", commands: str = "", until: str = "") -> None:
    loaded = stage.deciding.registry.current
    named = [name for name in commands.split(",") if name]
    incident_acts.update_incident(stage.desk, loaded, None, text, named, until, by="dora")


def incident(stage: Any) -> dict[str, Any]:
    (only,) = stage.read(lambda c: list_incidents(c, stage.brand_id, now=stage.clock.now(), open_only=False))
    return dict(only)
