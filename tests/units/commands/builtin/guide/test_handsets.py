"""`#handsets` answers in public from the catalogue alone, in one post."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from commands.accounts import Catalogue, Handset, Money
from commands.api import Plan
from commands.plan import check
from commands.privacy import Public

Ask = Callable[..., Plan]


def handset(
    model: str, price: str = "549.00", *, monthly: str | None = "24.00", in_stock: bool = True
) -> Handset:
    return Handset(
        model=Public(model),
        maker=Public(model.split()[0]),
        price=Public(Money(Decimal(price), "GBP")),
        monthly=None if monthly is None else Public(Money(Decimal(monthly), "GBP")),
        storage_bytes=Public(128 * 10**9),
        screen_inches=Public(Decimal("6.1")),
        in_stock=Public(in_stock),
    )


SHOP = Catalogue(
    (handset("Nimbus 5"), handset("Nimbus 5 Max", "749.00"), handset("Reed 3", "199.00", monthly=None))
)


def said(plan: Plan) -> str:
    check(plan, links_allowed=False)
    assert plan.private is None
    assert plan.public is not None
    return plan.public.text


def test_without_a_model_all_are_listed_with_their_prices(ask: Ask) -> None:
    assert said(ask("handsets", catalogue=SHOP)) == (
        "We have Nimbus 5 £549.00, Nimbus 5 Max £749.00, Reed 3 £199.00. "
        "Send #handsets Nimbus 5 for more about one."
    )


@pytest.mark.parametrize("words", [("nimbus", "5"), ("the", "NIMBUS", "5?"), ("ｎｉｍｂｕｓ", "5")])
def test_a_model_is_found_however_it_is_written(ask: Ask, words: tuple[str, ...]) -> None:
    assert said(ask("handsets", *words, catalogue=SHOP)) == (
        "Nimbus 5: £549.00 or £24.00 a month. 128 GB, 6.1 inch screen, in stock."
    )


def test_the_longest_name_in_the_words_is_meant(ask: Ask) -> None:
    assert said(ask("handsets", "nimbus", "5", "max", catalogue=SHOP)).startswith("Nimbus 5 Max:")


def test_a_name_that_fits_several_lists_those(ask: Ask) -> None:
    text = said(ask("handsets", "nimbus", catalogue=SHOP))

    assert text.startswith("Nimbus 5 £549.00, Nimbus 5 Max £749.00.")
    assert "Reed" not in text


def test_without_a_contract_price_only_the_price_is_told(ask: Ask) -> None:
    assert said(ask("handsets", "reed", catalogue=SHOP)).startswith("Reed 3: £199.00. 128 GB")


def test_an_unknown_model_is_never_repeated(ask: Ask) -> None:
    text = said(ask("handsets", "BrightTel", "cheats", "catalogue", catalogue=SHOP))

    assert text.startswith("We do not have that one. We have Nimbus 5")
    assert "cheats" not in text


def test_a_number_alone_is_no_model(ask: Ask) -> None:
    assert said(ask("handsets", "5", catalogue=SHOP)).startswith("We do not have that one.")


def test_a_long_catalogue_is_cut_to_one_post_and_the_rest_counted(ask: Ask) -> None:
    many = Catalogue(tuple(handset(f"Nimbus Extraordinary {number}") for number in range(1, 301)))

    text = said(ask("handsets", catalogue=many))

    assert "Nimbus Extraordinary 1 £549.00" in text
    assert "and 29" in text


def test_names_too_long_for_a_list_still_give_an_answer(ask: Ask) -> None:
    many = Catalogue((handset("Nimbus " + "x" * 150), handset("Reed 3")))

    assert said(ask("handsets", catalogue=many)).startswith("We have many handsets.")


def test_one_that_is_sold_out_says_so(ask: Ask) -> None:
    shop = Catalogue((handset("Nimbus 5", in_stock=False),))

    assert said(ask("handsets", "nimbus", catalogue=shop)).endswith("not in stock at the moment.")


def test_without_a_catalogue_there_is_a_next_step(ask: Ask) -> None:
    assert "Send #agent" in said(ask("handsets"))


@pytest.mark.parametrize("words", [(), ("nimbus", "5"), ("nimbus",), ("brick",)])
def test_carys_is_answered_in_welsh(ask: Ask, words: tuple[str, ...]) -> None:
    welsh = said(ask("handsets", *words, catalogue=SHOP, lang="cy"))

    assert welsh != said(ask("handsets", *words, catalogue=SHOP))
    assert "Nimbus 5" in welsh
