"""What commands answer while an incident is open: its text in place of their own words. Pure.

What a command *does* stays: a ticket is opened or added to, and hangs under the incident. A command that only
tells something is not run at all, since what it would look up may be the very thing that is broken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.flow.decide.case import Case, Incident
from commands.api import Risk, Rules
from commands.combine import Part
from commands.plan import Plan, fits_in_public
from commands.wording.sentences import Sentences

TELL_ME = "tellme"  # the command that asks to be told of the end


@dataclass(frozen=True, slots=True)
class InIncidents:
    """The parts of an answer, the incidents whose texts stand in it, and the tickets that hang under them."""

    parts: tuple[Part, ...]
    incidents: tuple[int, ...] = ()
    hangs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Saying:
    """How an incident is told to one person. `told_before`: until when they have been told in public."""

    say: Sentences
    lang: str
    tell_me: bool
    told_before: datetime | None = None

    def plan(self, incident: Incident, reference: str = "") -> Plan:
        """The incident's text, with the ticket's reference where there is one."""
        tell_me = self.tell_me and self._fits(incident, reference)
        if self.told_before is not None and self.told_before < incident.opened_at:
            # Asked in public before it was opened, and brought back by a message: it is told there alone.
            return Plan(
                private=self.say.incident_by_message(self.lang, incident.text, reference, self.tell_me)
            )
        return Plan(
            public=self.say.incident(self.lang, incident.text, reference, tell_me=tell_me),
            brief=self.say.incident(self.lang, incident.text, reference, tell_me=False),
            by_message=self.say.incident_by_message(self.lang, incident.text, reference, self.tell_me),
        )

    def _fits(self, incident: Incident, reference: str) -> bool:
        return fits_in_public(self.say.incident(self.lang, incident.text, reference, tell_me=True).text)


def only_tells(case: Case, command: str) -> bool:
    """Whether the command would only tell something: then an open incident answers in its place."""
    return case.incident_of(command) is not None and case.book.rules[command].risk is Risk.READ


def can_answer(rules: Rules) -> bool:
    """Whether a command may answer with an incident: the ways to a person, out, and to be told stay open."""
    return not (rules.after_stop or rules.while_handed_over or rules.only_alone or rules.by_message)


def tell_me_is_on(case: Case) -> bool:
    """Whether people can ask to be told of the end."""
    return TELL_ME in case.book.rules and TELL_ME not in case.book.off


def in_incidents(case: Case, ran: Sequence[tuple[str, Part]], saying: Saying) -> InIncidents:
    """The parts as they are said, each incident's text once. `ran`: commands and what they planned."""
    parts: list[Part] = []
    told: list[int] = []
    hangs: list[tuple[str, int]] = []
    for command, part in ran:
        incident = case.incident_of(command)
        if incident is None:
            parts.append(part)
            continue
        is_first = incident.id not in told
        parts += _parts(part, incident, saying, is_first=is_first)
        told += [incident.id] if is_first else []
        if part.plan.ticket is not None:
            hangs.append((part.plan.ticket.reference, incident.id))
    return InIncidents(tuple(parts), tuple(told), tuple(hangs))


def _parts(part: Part, incident: Incident, saying: Saying, *, is_first: bool) -> list[Part]:
    plan = part.plan
    if plan.ticket is not None:
        reference = plan.ticket.reference
        if not is_first:
            words = Plan(public=saying.say.incident_ticket(saying.lang, reference))
        else:
            words = saying.plan(incident, reference)
        return [Part(part.name, replace(words, ticket=plan.ticket, handover=plan.handover))]
    own = [part] if plan.acts() else []
    return [Part(part.name, saying.plan(incident)), *own] if is_first else own
