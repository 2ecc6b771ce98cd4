"""A piece of a text that X treats specially, and how two readings of one text are laid over each other."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """Where something stands in a text and what it says.

    `start` and `end` count Unicode code points, `end` is exclusive, and both include the sign in front
    (`#`, `@`, `$`); `value` does not.
    """

    start: int
    end: int
    value: str


def without_overlaps(entities: Sequence[Entity], stronger: Sequence[Entity]) -> list[Entity]:
    """The `entities` that remain when each place of the text can be only one thing: who starts first wins.

    Both sequences must be in order of their starts.
    """
    if not stronger:
        return list(entities)
    kept: list[Entity] = []
    chosen = {id(entity) for entity in entities}
    taken_until = 0
    for entity in sorted([*stronger, *entities], key=lambda one: one.start):
        if entity.start < taken_until:
            continue
        taken_until = entity.end
        if id(entity) in chosen:
            kept.append(entity)
    return kept
