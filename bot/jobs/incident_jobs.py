"""The two looks that incidents need: who is to be told of an end, and what has suddenly risen."""

from dataclasses import dataclass

from bot.jobs.incident_keeper import EVERY as LOOK_FOR_ENDS
from bot.jobs.incident_keeper import IncidentKeeper
from bot.jobs.surge_watch import EVERY as LOOK_FOR_SURGES
from bot.jobs.surge_watch import SurgeWatch

__all__ = ["LOOK_FOR_ENDS", "LOOK_FOR_SURGES", "IncidentJobs"]


@dataclass(frozen=True, slots=True)
class IncidentJobs:
    """Both; one process at a time runs them for all."""

    keeper: IncidentKeeper
    surges: SurgeWatch
