"""The people who ask: who they are, what they ask in which order, and what each has a right to be answered.

Everything comes from one stream of chance, so that a seed asks the same things in the same order again.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.torture.evidence import DELAYED, Asked, Due
from tests.torture.stage.local_world import ROOT, LocalWorld

LINKS = ROOT / "bot" / "backends" / "demo" / "people.yaml"

EXPLAINED = ("data", "charges", "text", "handsets", "refund", "complaint", "broken", "faulty")
TICKETS = ("refund", "complaint", "broken", "faulty", "poorservice")
PUBLIC = {
    "#help": r"#charges, #data",
    "#handsets": r"Nimbus 5",
    "#android": r"battery",
    "#data": r"#data: for you alone|#data is for you alone",  # asked by somebody who is not linked
}
# What a private answer to each account command contains, in English and Welsh.
ACCOUNT = {
    "#data": r"(?is)^(?!.*(?:\btexts?\b|destun\b|\bbill?\b)).*(?:\b[GM]B\b|\bdata\b|\bddata\b)",
    "#charges": r"(?i)\bto pay\b|\bbill\b|\bpaid\b|\bbil\b|i'w dalu|wedi'i dalu|\bcharges\b",
    "#text": r"\btexts?\b|[dt]estun\b",
}
REST_SECONDS = 5.0  # between two requests of one person, at least
QUICK_SECONDS = 1.0  # and of one who does not wait for the answer


@dataclass(frozen=True, slots=True)
class Groups:
    """How many people do what."""

    askers: int = 150
    writers: int = 50
    leavers: int = 15
    quitters: int = 8


class Askers:
    """Asks, one request after another, as many different people."""

    def __init__(self, world: LocalWorld, chance: random.Random, groups: Groups = Groups()) -> None:
        self._world, self._chance = world, chance
        self._made = 0
        self.asked: list[Asked] = []
        self._rested: dict[str, float] = {}
        self._stage: dict[str, int] = {}
        self._edits: list[tuple[float, Asked, str]] = []
        links = yaml.safe_load(LINKS.read_text(encoding="utf-8"))
        linked = [row for row in links if row["link"]]
        # No message reaches closed_kim: her answers are invitations.
        self.customers = [
            row["username"] for row in linked if "dm" in row["consents"] and row["username"] != "closed_kim"
        ]
        self._invited = [row["username"] for row in linked if "dm" not in row["consents"]]
        self._askers = [self._new("asker") for _ in range(groups.askers)]
        self._writers = [self._new("writer") for _ in range(groups.writers)]
        self._leavers = [self._new("leaver") for _ in range(groups.leavers)]
        self._quitters = [self._new("quitter") for _ in range(groups.quitters)]
        self._handed_over: list[str] = []
        self._weighted: list[tuple[Callable[[float], bool], int]] = [
            (self._public, 40),
            (self._customer, 25),
            (self._writer, 15),
            (self._leaver, 6),
            (self._quitter, 4),
            (self._ticket, 8),
            (self._several, 3),
            (self._agent, 2),
            (self._urgent, 1),
            (self._edited, 2),
            (self._deleted, 1),
            (self._chatter, 2),
            (self._closed, 1),
            (self._resumed, 1),
        ]

    @property
    def accounts(self) -> frozenset[str]:
        """Those whose private answers come from an account."""
        return frozenset([*self.customers, *self._invited])

    def ask_one(self, now: float) -> None:
        """One more request, by somebody who has rested; `now` in seconds."""
        self._edit_what_is_due(now)
        for _ in range(5):
            (what,) = self._chance.choices(
                [one for one, _ in self._weighted], [weight for _, weight in self._weighted]
            )
            if what(now):
                return

    # -- each kind of request: whether somebody was there to ask it

    def _public(self, now: float) -> bool:
        who = self._rested_one(self._askers, now)
        if who is None:
            return False
        if self._chance.random() < 0.3:
            about = self._chance.choice(EXPLAINED)
            self._posts(who, f"#help {about}", rf"^#{about}\b")
        else:
            command, words = self._chance.choice(sorted(PUBLIC.items()))
            self._posts(who, command, words)
        return True

    def _ticket(self, now: float) -> bool:
        who = self._rested_one(self._askers, now)
        if who is None:
            return False
        command = self._chance.choice(TICKETS)
        self._posts(who, f"#{command}", r"\bBT-", ticket=command)
        return True

    def _several(self, now: float) -> bool:
        who = self._rested_one(self._askers, now)
        if who is None:
            return False
        self._posts(who, "#help #android", r"#charges, #data|battery|ask again")
        return True

    def _customer(self, now: float) -> bool:
        who = self._rested_one(self.customers, now)
        if who is None:
            return False
        command, words = self._chance.choice(sorted(ACCOUNT.items()))
        # One channel each: what stands in two lists of X's may be read in either order.
        if self.customers.index(who) % 2:
            self._writes(who, command, words)
        else:
            self._posts(who, command, words, due=Due.PRIVATE)
        return True

    def _writer(self, now: float) -> bool:
        who = self._rested_one(self._writers, now)
        if who is None:
            return False
        if self._chance.random() < 0.15:
            command = self._chance.choice(TICKETS)
            self._writes(who, f"#{command}", rf"(?i)(?s)\b{_SAID_OF[command]}\b.*\bBT-", ticket=command)
        else:
            about = self._chance.choice(EXPLAINED)
            self._writes(who, f"#help {about}", rf"^#{about}\b")
        return True

    def _leaver(self, now: float) -> bool:
        """Asks, says stop, asks in vain, says start, and begins again."""
        who = self._rested_one(self._leavers, now)
        if who is None:
            return False
        stage = self._stage[who] = self._stage.get(who, -1) + 1
        match stage % 5:
            case 1:
                self._posts(who, "#stop", "we write to you no more", stops=True, bare=True)
            case 2:
                self._posts(who, "#help", "", due=Due.SILENCE)
            case 3:
                self._posts(who, "#start", "I answer you again", bare=True)
            case _:
                self._posts(who, "#handsets", PUBLIC["#handsets"])
        return True

    def _quitter(self, now: float) -> bool:
        """The same in messages, where answers may still wait when the stop comes."""
        who = self._rested_one(self._quitters, now, QUICK_SECONDS)
        if who is None:
            return False
        stage = self._stage[who] = self._stage.get(who, -1) + 1
        match stage % 5:
            case 1:
                self._writes(who, "#stop", "we write to you no more", stops=True)
            case 2:
                self._writes(who, "#help", "", due=Due.SILENCE)
            case 3:
                self._writes(who, "#start", "I answer you again")
            case _:
                about = self._chance.choice(EXPLAINED)
                self._writes(who, f"#help {about}", rf"^#{about}\b")
        return True

    def _agent(self, now: float) -> bool:
        if self._handed_over and self._chance.random() < 0.4:
            who = self._rested_one(self._handed_over, now)
            if who is not None:
                self._posts(who, "#help", "", due=Due.SILENCE)
                return True
        who = self._new("handed")
        self._handed_over.append(who)
        self._rest(who, now)
        self._posts(who, "#agent", "A colleague takes over")
        return True

    def _urgent(self, now: float) -> bool:
        who = self._new("urgent")
        self._rest(who, now)
        self._posts(who, "my phone was stolen", "straight to a person")
        return True

    def _edited(self, now: float) -> bool:
        who = self._new("editor")
        self._rest(who, now)
        self._posts(who, "#handsets", r"Nimbus 5|battery")
        later = now + self._chance.uniform(0.0, 3.0)
        self._edits.append((later, self.asked[-1], f"@BrightTel #android {self._canary()}"))
        return True

    def _deleted(self, now: float) -> bool:
        who = self._new("eraser")
        self._rest(who, now)
        self._posts(who, "#help", PUBLIC["#help"], due=Due.AT_MOST_ONE)
        self._edits.append((now + self._chance.uniform(0.0, 1.0), self.asked[-1], ""))
        return True

    def _chatter(self, now: float) -> bool:
        who = self._rested_one(self._askers, now)
        if who is None:
            return False
        self._posts(who, "nice weather today", "", due=Due.SILENCE)
        return True

    def _closed(self, now: float) -> bool:
        who = self._rested_one(["closed_kim"], now)
        if who is None:
            return False
        # X refuses her messages: she is invited, or was told before that hers takes long.
        self._posts(who, "#data", f"{PUBLIC['#data']}|{DELAYED}")
        # Only after a refused message: meanwhile a later invitation may have gone out.
        self.asked[-1].alone = True
        return True

    def _resumed(self, now: float) -> bool:
        """Linked without consent: invited in public, answered after a message; once each."""
        for who in self._invited:
            stage = self._stage.get(who, 0)
            if stage < 2 and now >= self._rested.get(who, 0.0):
                self._stage[who] = stage + 1
                self._rest(who, now, 60.0)
                if stage == 0:
                    self._posts(who, "#data", r"#data")
                else:
                    self._writes(who, "helo", ACCOUNT["#data"])
                return True
        return False

    # -- asking

    def _posts(
        self,
        who: str,
        said: str,
        words: str,
        *,
        due: Due = Due.PUBLIC,
        ticket: str = "",
        stops: bool = False,
        bare: bool = False,
    ) -> None:
        canary = "" if bare else self._canary()
        x_id = self._world.post(who, f"@BrightTel {said} {canary}".rstrip())
        self.asked.append(Asked(who, due, words, [x_id], ticket=ticket, stops=stops, canary=canary))

    def _writes(
        self,
        who: str,
        said: str,
        words: str,
        *,
        due: Due = Due.PRIVATE,
        ticket: str = "",
        stops: bool = False,
    ) -> None:
        x_id = self._world.message(who, said)
        self.asked.append(Asked(who, due, words, [x_id], by_message=True, ticket=ticket, stops=stops))

    def _edit_what_is_due(self, now: float) -> None:
        for due in [one for one in self._edits if one[0] <= now]:
            self._edits.remove(due)
            _, asked, text = due
            if text:
                asked.x_ids.append(self._world.edit(asked.x_ids[-1], text))
            else:
                self._world.delete(asked.x_id)

    # -- people

    def _new(self, kind: str) -> str:
        self._made += 1
        name = f"{kind}_{self._made:05d}"
        self._world.person(name)
        return name

    def _rested_one(self, among: Sequence[str], now: float, seconds: float = REST_SECONDS) -> str | None:
        who = self._chance.choice(among)
        if now < self._rested.get(who, 0.0):
            return None
        self._rest(who, now, seconds)
        return who

    def _rest(self, who: str, now: float, seconds: float = REST_SECONDS) -> None:
        self._rested[who] = now + seconds

    def _canary(self) -> str:
        """A word that nobody says by chance."""
        return "zq" + "".join(self._chance.choices("bcdfghjkmnpqrstvwxz", k=8))


# A word of each ticket's private answer, which tells it from the others.
_SAID_OF = {
    "refund": "refund",
    "complaint": "complaint",
    "broken": "Sorry about that|Your fault",
    "faulty": "your device",
    "poorservice": "Sorry about the service|Your report",
}


def private_values(folder: Path = ROOT / "bot" / "backends" / "demo" / "accounts") -> frozenset[str]:
    """What stands in the demo company's accounts and may never stand in public: names, numbers, ids."""
    values = set()
    for file in ("customers.csv", "lines.csv"):
        head, *rows = (folder / file).read_text(encoding="utf-8").splitlines()
        columns = head.split(",")
        for row in rows:
            cells = dict(zip(columns, row.split(","), strict=False))
            values |= {cells[name] for name in ("customer_id", "name", "number") if cells.get(name)}
    return frozenset(values)
