"""`#data` and `#text` say first what is left; shared, sponsored and ended allowances are told as such."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from commands.accounts import Account, Bucket, Usage
from commands.api import Plan

Ask, Make, MakeBucket = Callable[..., Plan], Callable[..., Account], Callable[..., Bucket]
GB = 10**9


def said(plan: Plan) -> str:
    assert plan.public is None
    assert plan.private is not None
    return plan.private.text


def test_one_allowance_is_told_in_one_line(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    account = an_account(["Ana's phone"], [a_bucket(7_600_000_000, 20 * GB)])

    assert said(ask("data", account=account)) == "12.4 GB of 20 GB left, until Mon 30 Nov."


def test_sponsored_data_stands_apart_and_is_not_added(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    music = a_bucket(3 * GB, None, name="BrightTel Music", sponsored=True, ends_on=None)
    account = an_account(["Ana's phone"], [music, a_bucket(8 * GB, 20 * GB)])

    assert said(ask("data", account=account)) == (
        "12 GB of 20 GB left, until Mon 30 Nov.\nNot counted: BrightTel Music, 3 GB."
    )


def test_a_shared_pool_says_with_whom(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    account = an_account(["Carys", "Mam"], [a_bucket(40 * GB, 60 * GB, lines=("L1", "L2"))])

    assert (
        said(ask("data", account=account)) == "20 GB of 60 GB left, shared by Carys, Mam, until Mon 30 Nov."
    )


def test_several_lines_are_told_by_name_and_not_added_up(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    work, home = a_bucket(11 * GB, 20 * GB), a_bucket(2 * GB, 5 * GB, lines=("L2",), name="Basic 5 GB")

    assert said(ask("data", account=an_account(["Work", "Home"], [work, home]))) == (
        "Work: 9 GB of 20 GB left, until Mon 30 Nov (Plus 20 GB).\n"
        "Home: 3 GB of 5 GB left, until Mon 30 Nov (Basic 5 GB)."
    )


def test_an_add_on_of_the_same_line_is_added_up_first(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    add_on = a_bucket(GB, 2 * GB, name="Add-on", ends_on=date(2026, 11, 22), renews=False)
    account = an_account(["Chloe"], [a_bucket(5 * GB, 5 * GB, name="Basic"), add_on])

    assert said(ask("data", account=account)) == (
        "1 GB left in all.\n"
        "All 5 GB used; new data from Tue 1 Dec (Basic).\n"
        "1 GB of 2 GB left, until Sun 22 Nov (Add-on)."
    )


def test_roaming_data_is_not_added_to_data_at_home(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    account = an_account(
        ["Elif"], [a_bucket(GB, 20 * GB), a_bucket(0, 2 * GB, only_in="Turkey", name="Roaming")]
    )

    assert "in all" not in said(ask("data", account=account))


def test_unlimited_data_says_what_was_used(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    account = an_account(["Amira"], [a_bucket(88 * GB, None)])

    assert said(ask("data", account=account)) == "Unlimited data, 88 GB used so far, until Mon 30 Nov."


def test_an_ended_bundle_is_told_as_ended(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    ended = a_bucket(4 * GB, 5 * GB, name="5 GB, 7 days", ends_on=date(2026, 11, 12), renews=False)

    assert said(ask("data", account=an_account(["Aled"], [ended]))) == (
        "You have no data to use at the moment.\nEnded on Thu 12 Nov: 5 GB, 7 days."
    )


def test_after_the_months_end_old_figures_are_not_sold_as_new(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    account = an_account(["Ana"], [a_bucket(20 * GB, 20 * GB)])

    text = said(ask("data", account=account, now=datetime(2026, 12, 2, tzinfo=UTC)))

    assert text == "All 20 GB used; a new month began on Tue 1 Dec and its figures are not here yet."


def test_the_last_day_counts_in_the_brands_time_zone(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    bundle = a_bucket(0, GB, ends_on=date(2026, 6, 30), renews=False)
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # in London it is the first of July already

    assert "Ended on Tue 30 Jun" in said(ask("data", account=an_account(["Ana"], [bundle]), now=late))


def test_an_account_without_lines_or_without_data_says_so(ask: Ask, an_account: Make) -> None:
    assert said(ask("data", account=an_account())).startswith("There is no line on your account")
    assert said(ask("data", account=an_account(["Ana"]))).startswith("There is no data allowance")


def test_an_account_that_is_gone_has_a_next_step(ask: Ask) -> None:
    assert "Send #agent" in said(ask("data"))
    assert "Send #agent" in said(ask("text"))


def test_texts_are_counted_apart_from_data(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    account = an_account(["Ana"], [a_bucket(GB, 20 * GB), a_bucket(313, 1500, kind=Usage.TEXTS)])

    assert said(ask("text", account=account)) == "1,187 of 1,500 texts left, until Mon 30 Nov."


def test_texts_that_are_used_up_say_when_there_are_new_ones(
    ask: Ask, an_account: Make, a_bucket: MakeBucket
) -> None:
    account = an_account(["Ben"], [a_bucket(250, 250, kind=Usage.TEXTS)])

    assert said(ask("text", account=account)) == "All 250 texts used; new ones from Tue 1 Dec."


def test_an_account_without_texts_says_so(ask: Ask, an_account: Make) -> None:
    assert said(ask("text", account=an_account(["Ana"]))).startswith("There is no allowance of texts")
    assert said(ask("text", account=an_account())).startswith("There is no line on your account")


def test_carys_is_answered_in_welsh(ask: Ask, an_account: Make, a_bucket: MakeBucket) -> None:
    pool = a_bucket(41_200_000_000, 60 * GB, lines=("L1", "L2"))
    texts = a_bucket(12, 500, kind=Usage.TEXTS)
    account = an_account(["Ffôn Carys", "Llechen"], [pool, texts])

    assert said(ask("data", account=account, lang="cy")) == (
        "18.8 GB o 60 GB ar ôl, wedi'i rannu rhwng Ffôn Carys, Llechen, tan Llun, 30 Tach."
    )
    assert said(ask("text", account=account, lang="cy")) == (
        "Ffôn Carys: 488 o 500 neges destun ar ôl, tan Llun, 30 Tach."
    )
