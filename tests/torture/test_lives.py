"""Which crash point is visited next follows from the seed, and none is left out."""

import random

from bot.crash_points import NO_STOP, CrashPoint
from tests.torture.lives import Points


def test_every_point_is_visited_once_before_any_is_visited_again() -> None:
    points = Points(random.Random("seed"), CrashPoint)

    visited = [points.next(to_freeze=False) for _ in CrashPoint]

    assert set(visited) == set(CrashPoint)


def test_the_same_seed_visits_the_same_points_in_the_same_order() -> None:
    first, second = Points(random.Random("seed"), CrashPoint), Points(random.Random("seed"), CrashPoint)

    assert [first.next(to_freeze=False) for _ in range(60)] == [
        second.next(to_freeze=False) for _ in range(60)
    ]


def test_a_point_that_was_tried_and_not_met_is_tried_again_before_one_that_was_met() -> None:
    points = Points(random.Random("seed"), CrashPoint)
    visited = [points.next(to_freeze=False) for _ in CrashPoint]
    for point in visited[1:]:
        points.hit[point] += 1

    assert points.next(to_freeze=False) is visited[0]


def test_nobody_is_frozen_where_only_x_could_help() -> None:
    points = Points(random.Random("seed"), CrashPoint)

    assert not NO_STOP & {points.next(to_freeze=True) for _ in range(100)}
