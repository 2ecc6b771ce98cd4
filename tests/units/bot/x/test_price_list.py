"""Prices and limits are data that name their source, and agree with the X we test against."""

import sandbox.prices
from bot.x.price_list import Item, load_prices
from bot.x.route_limits import load_limits
from sandbox.profiles import X_WINDOWS


def test_each_item_costs_what_the_sandbox_charges() -> None:
    prices = load_prices()

    assert {item.value: prices[item].micro for item in Item} == sandbox.prices.PRICES_MICRO


def test_each_row_names_its_source_and_its_day() -> None:
    prices, limits = load_prices(), load_limits()

    assert all(prices[item].source.startswith("https://") and prices[item].read_on for item in Item)
    assert all(limit.source.startswith("https://") and limit.read_on for limit in limits.values())


def test_limits_are_those_x_publishes_for_users() -> None:
    theirs = {route.replace(":username", ":u"): window for route, window in X_WINDOWS.items()}

    for limit in load_limits().values():
        window = theirs[limit.route]
        assert limit.calls == window.user
        assert limit.day == (window.user_day or window.app_day or None)


def test_a_post_costs_by_what_it_is() -> None:
    prices = load_prices()

    assert prices.of_post(has_link=False, summoned=True).micro == 10_000
    assert prices.of_post(has_link=False, summoned=False).micro == 15_000
    assert prices.of_post(has_link=True, summoned=True).micro == 200_000
    assert prices.of_message().micro == 15_000
    assert prices.of_read(Item.OWNED_READ, 100).micro == 100_000


def test_writes_are_told_from_reads() -> None:
    reads = {item for item in Item if not item.is_write}

    assert reads == {Item.POST_READ, Item.OWNED_READ, Item.USER_READ, Item.MESSAGE_READ}
    assert Item.OWNED_READ.thing == Item.POST_READ.thing == "post"
