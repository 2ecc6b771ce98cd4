"""Misbehaviour on request: what may go wrong with a call, and which call it happens to."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What goes wrong.

    A fault that answers in X's place (`status`, `html`, `no_reset`) leaves the call undone, unless `done` is
    set.
    """

    STATUS = "status"  # this status with this body, instead of handling the call
    SLOW = "slow"  # waits `seconds`, then handles the call
    HANG = "hang"  # never answers: waits until the caller gives up, at most `seconds` (default 120)
    CUT_BEFORE = "cut_before"  # the connection is cut before the request is read
    CUT_AFTER = "cut_after"  # the call is done, then the connection is cut
    BROKEN_JSON = "broken_json"  # the call is done, its answer is no JSON
    HTML = "html"  # an HTML error page
    NO_RESET = "no_reset"  # 429 without the reset header
    DUPLICATES = "duplicates"  # items of a page stand in it twice
    REORDER = "reorder"  # items of a page are out of order
    LATE = "late"  # what is younger than `seconds` of X's time is not shown yet


@dataclass(frozen=True, slots=True)
class Effects:
    """What faults ask of an answer: hide what is younger than `late_ms`, double or re-order a page."""

    late_ms: int = 0
    late_share: float = 1.0
    duplicates: bool = False
    reorder: bool = False


NO_EFFECTS = Effects()


PAGE_KINDS = {Kind.DUPLICATES, Kind.REORDER, Kind.LATE}


@dataclass(slots=True)
class Fault:
    """One fault. `left` counts how often it still happens; None is until deleted."""

    id: str
    route: str
    kind: Kind
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    left: int | None = 1
    probability: float = 1.0
    done: bool = False


class Faults:
    """The faults now asked for, oldest first. The first that fits a call happens; page faults add up."""

    def __init__(self) -> None:
        self._active: dict[str, Fault] = {}
        self._made = 0
        self._chance = random.Random(20_261_121)  # noqa: S311 - repeatable, not secret

    def add(self, **about: Any) -> Fault:
        """A new fault."""
        self._made += 1
        fault = Fault(id=str(self._made), **about)
        self._active[fault.id] = fault
        return fault

    def remove(self, identity: str | None) -> int:
        """Deletes one fault, or all; how many there were."""
        if identity is not None:
            return 1 if self._active.pop(identity, None) else 0
        count = len(self._active)
        self._active.clear()
        return count

    def all(self) -> list[Fault]:
        """The faults still to happen, oldest first."""
        return list(self._active.values())

    def for_call(self, route: str) -> tuple[Fault | None, Effects, list[str]]:
        """What happens to a call now: at most one fault, effects on its page, and the kinds for the log."""
        if not self._active:
            return None, NO_EFFECTS, []
        main: Fault | None = None
        pages: list[Fault] = []
        for fault in self.all():
            if fault.route not in ("*", route):
                continue
            if fault.kind in PAGE_KINDS:
                if route.startswith("GET") and (fault.kind is Kind.LATE or self._happens(fault)):
                    pages.append(fault)
            elif main is None and self._happens(fault):
                main = fault
        chosen = [*pages, *([main] if main else [])]
        for fault in chosen:
            self._use(fault)
        return main, _effects(pages), [fault.kind.value for fault in chosen]

    def _happens(self, fault: Fault) -> bool:
        return fault.probability >= 1.0 or self._chance.random() < fault.probability

    def _use(self, fault: Fault) -> None:
        if fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                self._active.pop(fault.id, None)


def _effects(pages: list[Fault]) -> Effects:
    late = max(
        (fault for fault in pages if fault.kind is Kind.LATE), key=lambda fault: fault.seconds, default=None
    )
    return Effects(
        late_ms=int(late.seconds * 1000) if late else 0,
        late_share=late.probability if late else 1.0,
        duplicates=any(fault.kind is Kind.DUPLICATES for fault in pages),
        reorder=any(fault.kind is Kind.REORDER for fault in pages),
    )
