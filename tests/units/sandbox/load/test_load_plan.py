"""The days that can be played have the shape that was measured, and follow from their seed alone."""

from collections import Counter
from itertools import pairwise

import pytest

from sandbox.load.load_plan import Kind, Plan, plan_day
from sandbox.load.load_profiles import LOADS
from sandbox.world.crowd import first_people

SEEDS = (1, 7, 2026)
every_load = pytest.mark.parametrize("name", LOADS)
every_seed = pytest.mark.parametrize("seed", SEEDS)


def by_people(plan: Plan) -> list[Kind]:
    return [post.kind for post in plan.posts if post.kind is not Kind.ATTACK]


def share_by_day(plan: Plan) -> float:
    ordinary = [post.at_seconds for post in plan.posts if post.kind is not Kind.ATTACK]
    return sum(10 * 3600 <= at < 22 * 3600 for at in ordinary) / len(ordinary)


@every_load
def test_the_same_name_and_seed_give_the_same_people_texts_and_times(name: str) -> None:
    assert plan_day(name, 5) == plan_day(name, 5)


@every_load
def test_another_seed_gives_another_day(name: str) -> None:
    one, other = plan_day(name, 5), plan_day(name, 6)

    assert len(one.posts) == len(other.posts)
    assert [post.text for post in one.posts] != [post.text for post in other.posts]
    assert [post.at_seconds for post in one.posts] != [post.at_seconds for post in other.posts]


@every_load
@every_seed
def test_a_day_runs_in_order_from_midnight_to_midnight(name: str, seed: int) -> None:
    times = [post.at_seconds for post in plan_day(name, seed).posts]

    assert all(earlier <= later for earlier, later in pairwise(times))
    assert 0 <= times[0] <= times[-1] < 24 * 3600


@pytest.mark.parametrize(
    ("name", "posts"), [("weekday", 390), ("outage", 7 * 390), ("christmas", 615), ("hostile", 2_390)]
)
@every_seed
def test_a_day_has_as_many_posts_as_were_counted(name: str, posts: int, seed: int) -> None:
    assert len(plan_day(name, seed).posts) == LOADS[name].total == posts


@pytest.mark.parametrize("name", ["weekday", "christmas", "hostile"])
@every_seed
def test_78_of_100_are_written_between_10_and_22_h(name: str, seed: int) -> None:
    assert share_by_day(plan_day(name, seed)) == pytest.approx(0.78, abs=0.002)


def test_christmas_holds_57_7_of_100_more_than_a_weekday() -> None:
    assert LOADS["christmas"].total / LOADS["weekday"].total == pytest.approx(1.577, abs=0.001)


@every_seed
def test_the_worst_minute_of_an_outage_holds_200_and_no_other_as_many(seed: int) -> None:
    minutes = Counter(int(post.at_seconds // 60) for post in plan_day("outage", seed).posts)
    worst = minutes.most_common(2)

    assert worst[0] == (9 * 60 + 43, 200)
    assert worst[1][1] < 200
    assert worst[1][0] == 9 * 60 + 44  # it declines from there


@every_seed
def test_a_crisis_is_spoken_of_and_not_before_it_begins(seed: int) -> None:
    crisis = [post for post in plan_day("outage", seed).posts if post.kind is Kind.CRISIS]

    assert len(crisis) == 6 * 390
    assert min(post.at_seconds for post in crisis) >= (9 * 60 + 40) * 60


@every_seed
def test_the_botnet_has_1000_accounts_that_post_in_two_attacks(seed: int) -> None:
    attacks = [post for post in plan_day("hostile", seed).posts if post.kind is Kind.ATTACK]
    of_account = Counter(post.author for post in attacks)
    hours = {int(post.at_seconds // 3600) for post in attacks}

    assert len(of_account) == 1_000
    assert set(of_account.values()) == {2}
    assert hours == {11, 19}
    assert len({post.text for post in attacks}) > 1_990  # hardly any text twice


@every_seed
def test_beside_the_botnet_it_is_a_weekday_of_other_people(seed: int) -> None:
    plan = plan_day("hostile", seed)
    bots = {post.author for post in plan.posts if post.kind is Kind.ATTACK}
    others = {post.author for post in plan.posts if post.kind is not Kind.ATTACK}

    assert len(by_people(plan)) == 390
    assert bots & others == set()


@pytest.mark.parametrize("name", ["weekday", "christmas"])
@every_seed
def test_the_mix_is_the_one_that_was_measured(name: str, seed: int) -> None:
    plan = plan_day(name, seed)
    kinds, count = by_people(plan), len(plan.posts)
    asking = [kind for kind in kinds if kind.asks]
    moods = Counter(post.mood for post in plan.posts)

    assert 1 - len(asking) / count == pytest.approx(0.46, abs=0.002)
    assert sum(kind.has_hashtag for kind in asking) / len(asking) == pytest.approx(0.075, abs=0.003)
    assert kinds.count(Kind.EXPOSED) / count == pytest.approx(0.005, abs=0.0015)
    assert moods["positive"] / count == pytest.approx(0.176, abs=0.002)
    assert moods["negative"] / count == pytest.approx(0.058, abs=0.002)
    assert kinds.count(Kind.MISSPELT) >= 2
    assert kinds.count(Kind.THANKS) >= 10


@every_load
@every_seed
def test_every_post_names_the_brand_and_fits_x(name: str, seed: int) -> None:
    for post in plan_day(name, seed).posts:
        assert "@BrightTel" in post.text
        assert len(post.text) <= 280
        assert "{" not in post.text or post.kind is Kind.ATTACK
        assert ("#" in post.text) == post.kind.has_hashtag or post.kind is Kind.ATTACK


@every_load
@every_seed
def test_who_writes_is_on_x_or_comes_with_the_plan(name: str, seed: int) -> None:
    plan = plan_day(name, seed)
    known = {person.username for person in first_people()[1]} | {one.username for one in plan.newcomers}

    assert {post.author for post in plan.posts} <= known
    assert len({one.username for one in plan.newcomers}) == len(plan.newcomers)
    assert all(len(one.username) <= 15 for one in plan.newcomers)


@every_seed
def test_some_of_those_who_write_are_customers(seed: int) -> None:
    demo = {person.username for person in first_people()[1]}
    plan = plan_day("weekday", seed)

    assert sum(post.author in demo for post in plan.posts) / len(plan.posts) == pytest.approx(0.1, abs=0.06)


@every_seed
def test_who_says_thanks_has_asked_before(seed: int) -> None:
    posts = plan_day("weekday", seed).posts

    for place, post in enumerate(posts):
        if post.thanks_for is not None:
            asked = posts[post.thanks_for]
            assert post.kind is Kind.THANKS
            assert post.thanks_for < place
            assert (asked.author, asked.kind.asks) == (post.author, True)
    assert sum(post.thanks_for is not None for post in posts) >= 10
