"""Importing accounts: everything is checked first, then all of it is in use, or nothing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.backends.account_checks import MOST_KEPT
from bot.backends.embedded import EmbeddedAccounts
from bot.backends.import_accounts import Progress, Report, import_folder
from storage import account_editions
from storage.account_editions import PARTS
from storage.columns import table_of
from storage.database import Database

Import = Callable[[], Report]


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(report: Report) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_a_folder_without_a_mistake_is_imported_whole(import_it: Import, database: Database) -> None:
    report = import_it()

    assert report.imported
    assert report.rows == {
        "customers": 3,
        "lines": 3,
        "devices": 1,
        "bills": 2,
        "bill_items": 2,
        "usage": 4,
        "orders": 2,
        "handsets": 1,
    }
    assert EmbeddedAccounts(database, "brand").customers_known() == 3


def test_every_mistake_is_told_at_once_with_file_line_column_and_example(
    folder: Path, import_it: Import
) -> None:
    rewrite(folder / "lines.csv", "C2,L2", "C9,L2")
    rewrite(folder / "bills.csv", "2026-11-24,GBP", "24.11.2026,Pounds")
    rewrite(folder / "usage.csv", "7.6 GB", "7600")
    rewrite(folder / "handsets.yaml", "storage: 128 GB", "storage: much")

    report = import_it()

    assert told(report)[:5] == [
        "lines.csv, line 4, customer_id: expected a customer of the customers file",
        "bills.csv, line 3, due_on: expected a day as year-month-day (for example 2026-11-15)",
        "bills.csv, line 3, currency: expected a currency of ISO 4217 in capitals (for example GBP)",
        "bill_items.csv, line 2, bill_number: expected a bill of this customer in the bills file",
        "bill_items.csv, line 3, bill_number: expected a bill of this customer in the bills file",
    ]
    assert "usage.csv, line 2, used: a number with the unit of its kind" in told(report)[5]
    assert told(report)[6:] == [
        "usage.csv, line 5, line_ids: expected lines of this customer in the lines file (for example L1)",
        "handsets.yaml, line 1, storage: expected a size with its unit (for example 128 GB)",
    ]


def test_with_a_mistake_nothing_is_written_and_the_accounts_in_use_stay(
    folder: Path, import_it: Import, database: Database
) -> None:
    import_it()
    rewrite(folder / "customers.csv", "Ana Ruiz", "Ana Maria Ruiz")
    rewrite(folder / "orders.csv", "sent", "flying")

    report = import_it()

    ana = EmbeddedAccounts(database, "brand").customer("C1")
    assert not report.imported
    assert ana is not None
    assert ana.name.reveal() == "Ana Ruiz"
    assert len(database.read(lambda conn: account_editions.editions(conn, "brand"))) == 1


def test_what_stands_in_a_wrong_cell_is_not_repeated(folder: Path, import_it: Import) -> None:
    rewrite(folder / "bills.csv", "42.50", "secret 42.50")

    assert "secret" not in " ".join(told(import_it()))


MISTAKES = {  # the file, a part of it, what stands there instead: what is told
    ("customers.csv", "C2,", "C1,"): "line 3, customer_id: expected each customer once",
    ("lines.csv", "C2,L2", "C2,L1"): "line 4, line_id: expected each line of a customer once",
    ("bills.csv", "B-1", "B-2"): "line 3, bill_number: expected each bill of a customer once",
    ("orders.csv", "O-1", "O-2"): "line 3, reference: expected each order of a customer once",
    ("bills.csv", "42.50", "42.51"): "line 3, total: expected the sum of its items (for example 42.50)",
    ("bills.csv", "2026-11-24", "2026-11-02"): (
        "line 3, due_on: expected a day not before issued_on (for example 2026-11-03)"
    ),
    ("devices.csv", "L1,", "L7,"): "line 2, line_id: expected a line of this customer in the lines file",
    ("usage.csv", "C2,Roam", "C3,Roam"): (
        "line 5, customer_id: expected a customer with a line in the lines file"
    ),
    ("customers.csv", "Ruiz,en", "Ruiz,en,x"): "line 2: expected 3 cells, found 4",
    ("customers.csv", "name,language", "name,name"): "line 1, name: expected each column once",
    ("customers.csv", "name,language", "name,tongue"): (
        "line 2, tongue: expected one of the columns customer_id, name, language"
    ),
    ("customers.csv", "Ana Ruiz", "Ana \u202eziuR"): (
        "line 2, name: expected a text of one line, at most 200 characters (for example Ana Ruiz)"
    ),
    ("customers.csv", "Ana Ruiz", '"Ana'): "line 2: expected comma-separated values: unexpected end of data",
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.items())
def test_each_mistake_is_told_in_plain_words(
    folder: Path, import_it: Import, change: tuple[str, str, str], expected: str
) -> None:
    file, old, new = change
    rewrite(folder / file, old, new)

    assert f"{file}, {expected}" in told(import_it())


YAML_MISTAKES = {
    "customer_id: C1\n": "line 1: expected a list of rows (for example - customer_id: C1001)",
    "- C1\n": "line 1: expected columns with their values (for example customer_id: C1001)",
    "- customer_id: C1\n  name: {first: Ana}\n": "line 2, name: expected one value, or a list of values",
    "- customer_id: C1\n  name: a\n  name: b\n": "line 3, name: expected each column once",
    "- customer_id: C1\n name: b\n": "line 2: expected YAML: did not find expected '-' indicator",
}


@pytest.mark.parametrize(("text", "expected"), YAML_MISTAKES.items())
def test_each_mistake_in_yaml_is_told_with_its_line(
    folder: Path, import_it: Import, text: str, expected: str
) -> None:
    for file in folder.iterdir():
        file.unlink()
    (folder / "customers.yaml").write_text(text, encoding="utf-8")

    assert f"customers.yaml, {expected}" in told(import_it())


def test_an_empty_file_of_customers_is_a_mistake(folder: Path, import_it: Import) -> None:
    (folder / "customers.csv").write_text("customer_id,name\n", encoding="utf-8")
    for file in folder.iterdir():
        if file.stem != "customers":
            file.unlink()

    assert told(import_it()) == ["customers: expected at least one customer"]


def test_yaml_gives_the_same_accounts_as_csv(folder: Path, import_it: Import, database: Database) -> None:
    import_it()
    from_csv = EmbeddedAccounts(database, "brand").customer("C2")
    (folder / "usage.csv").unlink()
    (folder / "usage.yaml").write_text(
        "- {customer_id: C2, name: Teulu, kind: data, allowance: 60 GB, used: 41.2 GB,\n"
        "   ends_on: 2026-11-30, renews: yes}\n"
        "- {customer_id: C2, name: Roam, kind: texts, line_ids: [L2], only_in: Turkey,\n"
        "   allowance: unlimited, used: 14, ends_on: 2026-11-30, renews: no}\n",
        encoding="utf-8",
    )

    report = import_it()

    assert told(report) == []
    assert EmbeddedAccounts(database, "brand").customer("C2") == from_csv


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_understood(
    folder: Path, import_it: Import
) -> None:
    (folder / "customers.csv").write_text(
        "\ufeffcustomer_id;name;language\nC1;Ana;en\nC2;Carys;cy\nC3;Ben;\n", encoding="utf-8"
    )

    assert told(import_it()) == []


def test_a_file_in_another_encoding_is_told_and_not_guessed(folder: Path, import_it: Import) -> None:
    (folder / "lines.csv").write_bytes("customer_id,line_id,number,plan\nC1,L1,1,Ffôn\n".encode("latin-1"))

    assert "lines.csv: expected text in UTF-8; save the file in that encoding" in told(import_it())


def test_files_that_are_missing_unknown_or_there_twice_are_told(folder: Path, import_it: Import) -> None:
    (folder / "customers.csv").unlink()
    (folder / "linse.csv").write_text("", encoding="utf-8")
    (folder / "bills.yaml").write_text("", encoding="utf-8")

    twice, unknown = told(import_it())
    assert twice == "bills.yaml: expected this or bills.csv, not both"
    assert unknown.startswith("linse.csv: expected a file named as one of: bill_items, bills, customers,")


def test_a_folder_without_customers_or_no_folder_at_all_is_told(
    folder: Path, import_it: Import, database: Database, now: datetime
) -> None:
    (folder / "customers.csv").unlink()

    missing = import_folder(folder / "nowhere", database, "brand", now)

    assert told(import_it()) == ["customers.csv: expected this file; it lists the customers"]
    assert told(missing) == [f"{folder / 'nowhere'}: expected a folder with account files"]


def test_a_name_that_x_would_make_a_link_of_cannot_come_into_the_catalogue(
    folder: Path, import_it: Import
) -> None:
    rewrite(folder / "handsets.yaml", "model: Nimbus 5", "model: Nimbus.in")

    assert "without what X would make a link of" in told(import_it())[0]


def test_very_many_mistakes_are_counted_and_the_first_are_kept(folder: Path, import_it: Import) -> None:
    (folder / "orders.csv").write_text("customer_id\n" + "C1\n" * (MOST_KEPT + 1), encoding="utf-8")

    report = import_it()

    assert len(report.problems) == MOST_KEPT
    assert report.problems_found > MOST_KEPT


def test_more_lines_than_the_port_promises_are_refused(folder: Path, import_it: Import) -> None:
    rows = "".join(f"C1,X{number},1,Plus\n" for number in range(101))
    (folder / "lines.csv").write_text(f"customer_id,line_id,number,plan\n{rows}", encoding="utf-8")

    assert "lines.csv, line 102: expected at most 100 rows for one customer" in told(import_it())


def test_a_second_import_takes_the_place_of_the_first_and_leaves_nothing_of_it(
    folder: Path, import_it: Import, database: Database
) -> None:
    import_it()
    for file in folder.iterdir():
        file.unlink()
    (folder / "customers.csv").write_text("customer_id,name\nC7,Cleo\n", encoding="utf-8")

    import_it()

    counts = {
        part: database.read(lambda conn, t=table: conn.scalar(sa.select(sa.func.count()).select_from(t)))
        for part, table in ((part, table_of(model)) for part, model in PARTS.items())
    }
    accounts = EmbeddedAccounts(database, "brand")
    assert accounts.customer("C1") is None
    assert accounts.catalogue().handsets == ()
    assert counts == dict.fromkeys(PARTS, 0) | {"customers": 1}


def test_until_an_import_is_complete_the_accounts_before_it_are_served(
    folder: Path, import_it: Import, database: Database, now: datetime
) -> None:
    import_it()
    rewrite(folder / "customers.csv", "Ana Ruiz", "Ana Maria Ruiz")
    source = EmbeddedAccounts(database, "brand")
    seen: list[str] = []

    def look(progress: Progress) -> None:
        ana = source.customer("C1")
        assert ana is not None
        if progress.step == "writing":
            seen.append(ana.name.reveal())

    import_folder(folder, database, "brand", now, look)

    after = source.customer("C1")
    assert after is not None
    assert set(seen) == {"Ana Ruiz"}
    assert after.name.reveal() == "Ana Maria Ruiz"


def test_a_file_changed_between_check_and_write_ends_the_import_without_a_trace(
    folder: Path, import_it: Import, database: Database, now: datetime
) -> None:
    import_it()

    def spoil(progress: Progress) -> None:
        if progress.step == "writing":
            (folder / "orders.csv").write_text("customer_id,reference\nC1,O-9\n", encoding="utf-8")

    report = import_folder(folder, database, "brand", now, spoil)

    ana = EmbeddedAccounts(database, "brand").customer("C1")
    assert not report.imported
    assert report.problems[0].file == "orders.csv"
    assert ana is not None
    assert len(ana.orders) == 2


def test_progress_says_how_many_rows_of_how_many_are_written(
    folder: Path, database: Database, now: datetime
) -> None:
    steps: list[Progress] = []

    import_folder(folder, database, "brand", now, steps.append)

    written = [step for step in steps if step.step == "writing"]
    assert [step.file for step in written][:2] == ["customers", "lines"]
    assert {step.rows_in_all for step in written} == {18}
    assert [step.rows for step in written] == sorted(step.rows for step in written)
