"""`#charges` says first what is to pay and by when, and never in public."""

from collections.abc import Callable
from datetime import date

import pytest

from commands.accounts import Account, Bill
from commands.api import Plan

Ask, Make, MakeBill = Callable[..., Plan], Callable[..., Account], Callable[..., Bill]
PLAN = ("Plus 20 GB", "24.00", "L1")


def said(plan: Plan) -> str:
    assert plan.public is None
    assert plan.private is not None
    return plan.private.text


def test_a_bill_to_pay_is_told_with_its_day_and_its_items(
    ask: Ask, an_account: Make, a_bill: MakeBill
) -> None:
    bill = a_bill([PLAN, ("Calls to Spain", "2.50", "L1")])

    assert said(ask("charges", account=an_account(["Ana's phone"], bill=bill))) == (
        "£26.50 to pay by Tue 24 Nov.\n\nYour bill of Tue 3 Nov:\nPlus 20 GB: £24.00\nCalls to Spain: £2.50"
    )


def test_with_several_lines_each_item_says_whose_it_is(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    bill = a_bill([PLAN, ("Family discount", "-3.00", None)])

    text = said(ask("charges", account=an_account(["Ana's phone", "Tablet"], bill=bill)))

    assert "Plus 20 GB (Ana's phone): £24.00\nFamily discount: -£3.00" in text


def test_an_overdue_bill_is_told_kindly_with_what_was_paid(
    ask: Ask, an_account: Make, a_bill: MakeBill
) -> None:
    bill = a_bill([PLAN], paid="4.00", due_on=date(2026, 11, 14))

    first, second, third, *_ = said(ask("charges", account=an_account(["Ana"], bill=bill))).splitlines()

    assert first == "£20.00 was due on Sat 14 Nov and has not reached us yet."
    assert second == "You have paid £4.00 of £24.00 so far, thank you."
    assert "#agent" in third


def test_on_its_last_day_a_bill_is_not_overdue(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    bill = a_bill([PLAN], due_on=date(2026, 11, 15))

    assert said(ask("charges", account=an_account(["Ana"], bill=bill))).startswith(
        "£24.00 to pay by Sun 15 Nov."
    )


def test_a_paid_bill_leaves_nothing_to_pay(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    text = said(ask("charges", account=an_account(["Ana"], bill=a_bill([PLAN], paid="24.00"))))

    assert text.startswith("Nothing to pay: your bill of Tue 3 Nov, £24.00, is paid.")


def test_a_credit_is_no_debt(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    text = said(ask("charges", account=an_account(["Ana"], bill=a_bill([PLAN, ("Outage", "-30.00", None)]))))

    assert text.startswith("Nothing to pay: your bill of Tue 3 Nov is a credit of £6.00")


def test_nothing_on_the_account_is_said_in_words(ask: Ask, an_account: Make) -> None:
    assert said(ask("charges", account=an_account())) == "Nothing to pay: there is no bill on your account."


def test_an_account_that_is_gone_has_a_next_step(ask: Ask) -> None:
    assert "Send #agent" in said(ask("charges"))


def test_a_long_bill_is_cut_and_the_rest_counted(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    bill = a_bill([(f"Item {number}", "1.00", None) for number in range(20)])

    text = said(ask("charges", account=an_account(["Ana"], bill=bill)))

    assert text.count("£1.00") == 12
    assert text.endswith("and 8 more")


@pytest.mark.parametrize(("currency", "shown"), [("EUR", "€24.00"), ("JPY", "JP¥24"), ("USD", "US$24.00")])
def test_money_is_written_as_its_currency_asks(
    ask: Ask, an_account: Make, a_bill: MakeBill, currency: str, shown: str
) -> None:
    text = said(ask("charges", account=an_account(["Ana"], bill=a_bill([PLAN], currency=currency))))

    assert text.startswith(f"{shown} to pay by")


def test_carys_is_answered_in_welsh(ask: Ask, an_account: Make, a_bill: MakeBill) -> None:
    text = said(ask("charges", account=an_account(["Carys"], bill=a_bill([PLAN])), lang="cy"))

    assert text.startswith("£24.00 i'w dalu erbyn Maw, 24 Tach.")
