"""Checks account files row by row and turns each row into what the database keeps.

A row is checked by itself (its cells) and against the rows before it (its customer, line and bill must be
known, nothing may come twice). Whether a bill's items add up is known at the end. Every problem is kept, not
the first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.backends import account_formats as formats
from bot.backends.account_files import Problem, Row
from bot.backends.account_formats import Column, FileFormat
from bot.backends.account_values import quantity

# Beyond this many, further problems are counted and not kept: nobody reads them, and a wrong file has
# millions.
MOST_KEPT = 1000

Stored = dict[str, Any]


@dataclass(slots=True)
class _BillSum:
    file: str
    line: int
    total_micro: int
    items_micro: int = 0
    items: int = 0


class AccountChecks:
    """The checks of one run over all files, in the order of `account_formats.FORMATS`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.problems_found = 0
        self.rows: Counter[str] = Counter()
        self._customers: set[str] = set()
        self._lines: defaultdict[str, list[str]] = defaultdict(list)
        self._bills: dict[tuple[str, str], _BillSum] = {}
        self._orders: set[tuple[str, str]] = set()
        self._handsets: set[str] = set()
        self._each: Counter[tuple[str, str]] = Counter()

    def found(self, problem: Problem) -> None:
        """Keeps a problem."""
        self.problems_found += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    def take(self, form: FileFormat, file: str, row: Row) -> Stored | None:
        """The row as the database keeps it; None when it has a problem, which is kept."""
        before = self.problems_found
        at = _Place(self, form, file, row.line)
        stored = _cells(form, row, at)
        if self.problems_found == before:
            self._against_others(form, stored, at)
        if self.problems_found > before:
            return None
        self.rows[form.name] += 1
        if form.name in formats.KEPT_IN_ORDER:
            stored["position"] = self.rows[form.name]
        return stored

    def finish(self) -> None:
        """Checks what is known only when every row has been seen."""
        if not self.rows["customers"] and not self.problems_found:
            self.found(Problem("customers", None, None, "expected at least one customer"))
        for bill in self._bills.values():
            if bill.items and bill.items_micro != bill.total_micro:
                sum_of_items = Decimal(bill.items_micro) / 1_000_000
                self.found(
                    Problem(
                        bill.file, bill.line, "total", "expected the sum of its items", f"{sum_of_items:.2f}"
                    )
                )

    def _against_others(self, form: FileFormat, stored: Stored, at: "_Place") -> None:
        customer = stored.get("customer_id")
        if customer is not None and form is not formats.CUSTOMERS:
            if customer not in self._customers:
                at.found("customer_id", "expected a customer of the customers file")
                return
            if form.at_most_each is not None:
                self._each[form.name, customer] += 1
                if self._each[form.name, customer] == form.at_most_each + 1:
                    at.found(None, f"expected at most {form.at_most_each} rows for one customer")
        rule = _RULES.get(form.name)
        if rule is not None:
            rule(self, stored, at)

    def _customer(self, stored: Stored, at: "_Place") -> None:
        at.once("customer_id", stored["customer_id"], self._customers, "expected each customer once")

    def _line(self, stored: Stored, at: "_Place") -> None:
        lines = self._lines[stored["customer_id"]]
        stored["label"] = stored["label"] or stored["number"]
        if stored["line_id"] in lines:
            at.found("line_id", "expected each line of a customer once")
        lines.append(stored["line_id"])

    def _known_line(self, stored: Stored, at: "_Place") -> None:
        line = stored["line_id"]
        if line is not None and line not in self._lines.get(stored["customer_id"], ()):
            at.found("line_id", "expected a line of this customer in the lines file")

    def _bill(self, stored: Stored, at: "_Place") -> None:
        key = (stored["customer_id"], stored["number"])
        if key in self._bills:
            at.found("bill_number", "expected each bill of a customer once")
        if stored["due_on"] < stored["issued_on"]:
            at.found("due_on", "expected a day not before issued_on", stored["issued_on"].isoformat())
        self._bills[key] = _BillSum(at.file, at.line, stored["total_micro"])

    def _bill_item(self, stored: Stored, at: "_Place") -> None:
        self._known_line(stored, at)
        bill = self._bills.get((stored["customer_id"], stored["bill_number"]))
        if bill is None:
            at.found("bill_number", "expected a bill of this customer in the bills file")
            return
        bill.items += 1
        bill.items_micro += stored["amount_micro"]

    def _usage(self, stored: Stored, at: "_Place") -> None:
        own = self._lines.get(stored["customer_id"], [])
        stored["line_ids"] = stored["line_ids"] or " ".join(own)
        if not own:
            at.found("customer_id", "expected a customer with a line in the lines file")
        elif not set(stored["line_ids"].split()) <= set(own):
            at.found("line_ids", "expected lines of this customer in the lines file", " ".join(own[:2]))
        for name in ("allowance", "used"):
            stored[name] = self._quantity(name, stored, at)

    @staticmethod
    def _quantity(name: str, stored: Stored, at: "_Place") -> int | None:
        cell = stored[name]
        if name == "allowance" and cell.lower() == "unlimited":
            return None
        try:
            return quantity(stored["kind"], cell)
        except ValueError:
            column = formats.USAGE.by_name[name]
            at.found(name, column.expects, _QUANTITY_EXAMPLES[stored["kind"]])
            return None

    def _order(self, stored: Stored, at: "_Place") -> None:
        key = (stored["customer_id"], stored["reference"])
        at.once("reference", key, self._orders, "expected each order of a customer once")

    def _handset(self, stored: Stored, at: "_Place") -> None:
        at.once("model", stored["model"], self._handsets, "expected each model once")


_QUANTITY_EXAMPLES = {"data": "3.5 GB", "calls": "120 min", "texts": "250"}
_RULES: dict[str, Callable[[AccountChecks, Stored, "_Place"], None]] = {
    "customers": AccountChecks._customer,
    "lines": AccountChecks._line,
    "devices": AccountChecks._known_line,
    "bills": AccountChecks._bill,
    "bill_items": AccountChecks._bill_item,
    "usage": AccountChecks._usage,
    "orders": AccountChecks._order,
    "handsets": AccountChecks._handset,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a problem is found."""

    checks: AccountChecks
    form: FileFormat
    file: str
    line: int

    def found(self, column: str | None, expects: str, example: str = "") -> None:
        self.checks.found(Problem(self.file, self.line, column, expects, example))

    def once(self, column: str, key: Any, seen: set[Any], expects: str) -> None:
        if key in seen:
            self.found(column, expects)
        seen.add(key)


def _cells(form: FileFormat, row: Row, at: _Place) -> Stored:
    stored: Stored = {}
    for name in row.cells:
        if name not in form.by_name:
            at.found(name, "expected one of the columns " + ", ".join(form.by_name))
    for column in form.columns:
        stored[column.target] = _cell(column, row.cells.get(column.name), at)
    return stored


def _cell(column: Column, cell: str | None, at: _Place) -> Any:
    if cell is None:
        if column.required:
            at.found(column.name, f"expected {column.expects}", column.example)
        return column.default
    try:
        return column.read(cell)
    except ValueError:
        at.found(column.name, f"expected {column.expects}", column.example)
        return column.default
