"""The embedded source gives the port's types back as they were imported."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.engine import Connection

from bot.backends.embedded import EmbeddedAccounts
from bot.backends.import_accounts import Report
from commands.accounts import AccountsUnavailable, ItemKind, Money, OrderState, Usage
from storage.database import Database, StorageTrouble, TroubleKind


@pytest.fixture
def accounts(import_it: Callable[[], Report], database: Database) -> EmbeddedAccounts:
    assert import_it().problems == ()
    return EmbeddedAccounts(database, "brand")


def test_the_newest_bill_is_given_with_its_items_in_the_companys_order(accounts: EmbeddedAccounts) -> None:
    account = accounts.customer("C1")

    assert account is not None
    assert account.bill is not None
    assert account.bill.number.reveal() == "B-2"
    assert account.bill.total.reveal() == Money(Decimal("42.5"), "GBP")
    assert account.bill.to_pay().reveal() == Money(Decimal(40), "GBP")
    assert [(item.label.reveal(), item.kind.reveal()) for item in account.bill.items] == [
        ("Plus 20 GB", ItemKind.PLAN),
        ("Loyalty", ItemKind.DISCOUNT),
    ]


def test_a_line_without_a_label_is_called_by_its_number_and_knows_its_devices(
    accounts: EmbeddedAccounts,
) -> None:
    account = accounts.customer("C1")

    assert account is not None
    line = account.line("L1")
    assert line is not None
    assert line.label.reveal() == "07700 900101"
    assert line.upgrade_on.reveal() == date(2027, 2, 1)
    assert [device.model.reveal() for device in line.devices] == ["Nimbus 5"]


def test_a_bucket_without_line_ids_is_shared_by_all_lines(accounts: EmbeddedAccounts) -> None:
    account = accounts.customer("C2")

    assert account is not None
    pool, roaming = account.buckets
    assert pool.line_ids.reveal() == ("L1", "L2")
    assert pool.shared().reveal()
    assert pool.left().reveal() == 18_800_000_000
    assert roaming.only_in.reveal() == "Turkey"
    assert roaming.left().reveal() is None
    assert not roaming.shared().reveal()


def test_calls_are_seconds_whatever_unit_they_were_written_in(accounts: EmbeddedAccounts) -> None:
    account = accounts.customer("C1")

    assert account is not None
    calls = next(bucket for bucket in account.buckets if bucket.kind.reveal() is Usage.CALLS)
    assert (calls.allowance.reveal(), calls.used.reveal()) == (7200, 90)


def test_orders_come_newest_first(accounts: EmbeddedAccounts) -> None:
    account = accounts.customer("C1")

    assert account is not None
    assert [order.reference.reveal() for order in account.orders] == ["O-2", "O-1"]
    assert account.orders[0].state.reveal() is OrderState.SENT


def test_a_customer_with_nothing_is_an_account_and_an_unknown_one_is_none(accounts: EmbeddedAccounts) -> None:
    ben = accounts.customer("C3")

    assert ben is not None
    assert (ben.lines, ben.bill, ben.buckets, ben.orders) == ((), None, (), ())
    assert ben.language.reveal() == "en"
    assert accounts.customer("C4") is None
    assert EmbeddedAccounts.customer(accounts, "") is None


def test_another_brands_accounts_are_not_seen(accounts: EmbeddedAccounts, database: Database) -> None:
    others = EmbeddedAccounts(database, "another brand")

    assert others.customer("C1") is None
    assert others.customers_known() == 0
    assert accounts.customers_known() == 3


def test_the_catalogue_is_public(accounts: EmbeddedAccounts) -> None:
    (handset,) = accounts.catalogue().handsets

    assert handset.model.value == "Nimbus 5"
    assert handset.price.value == Money(Decimal(549), "GBP")
    assert handset.monthly is None
    assert handset.screen_inches.value == Decimal("6.1")
    assert handset.in_stock.value


def test_no_value_of_an_account_can_be_printed(accounts: EmbeddedAccounts) -> None:
    shown = repr(accounts.customer("C1"))

    for private in ("C1", "Ana", "42.5", "07700", "Nimbus", "O-2", "Plus"):
        assert private not in shown


def test_a_database_in_trouble_makes_the_accounts_unavailable_for_a_while() -> None:
    class Unreachable:
        def read(self, work: Callable[[Connection], object]) -> object:
            raise StorageTrouble(TroubleKind.UNREACHABLE, "no answer")

    source = EmbeddedAccounts(Unreachable(), "brand")  # type: ignore[arg-type]  # raises whatever it is asked

    with pytest.raises(AccountsUnavailable, match="unreachable") as raised:
        source.customer("C1")

    assert raised.value.retry_after == timedelta(seconds=5)
