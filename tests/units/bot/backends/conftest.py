"""A folder of account files that can be imported, and changed for each test."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.backends.import_accounts import Report, import_folder
from storage.database import Database

FILES = {
    "customers.csv": "customer_id,name,language\nC1,Ana Ruiz,en\nC2,Carys Morgan,cy\nC3,Ben Okafor,\n",
    "lines.csv": (
        "customer_id,line_id,number,label,plan,upgrade_on\n"
        "C1,L1,07700 900101,,Plus 20 GB,2027-02-01\n"
        "C2,L1,07700 900102,Ffôn Carys,Teulu,\n"
        "C2,L2,07700 900103,Llechen,Teulu,\n"
    ),
    "devices.csv": "customer_id,line_id,model,bought_on,warranty_until\nC1,L1,Nimbus 5,2025-02-10,\n",
    "bills.csv": (
        "customer_id,bill_number,issued_on,due_on,currency,total,paid\n"
        "C1,B-1,2026-10-03,2026-10-24,GBP,10.00,10.00\n"
        "C1,B-2,2026-11-03,2026-11-24,GBP,42.50,2.50\n"
    ),
    "bill_items.csv": (
        "customer_id,bill_number,label,kind,amount,line_id\n"
        "C1,B-2,Plus 20 GB,plan,45.00,L1\n"
        "C1,B-2,Loyalty,discount,-2.50,\n"
    ),
    "usage.csv": (
        "customer_id,name,kind,line_ids,only_in,sponsored,allowance,used,ends_on,renews\n"
        "C1,Plus 20 GB,data,L1,,no,20 GB,7.6 GB,2026-11-30,yes\n"
        "C1,Plus 20 GB,calls,,,,120 min,90 s,,\n"
        "C2,Teulu,data,,,,60 GB,41.2 GB,2026-11-30,yes\n"
        "C2,Roam,texts,L2,Turkey,,unlimited,14,2026-11-30,no\n"
    ),
    "orders.csv": (
        "customer_id,reference,what,state,ordered_on,expected_on\n"
        "C1,O-1,Case,delivered,2026-10-01,\n"
        "C1,O-2,Nimbus 5,sent,2026-11-12,2026-11-18\n"
    ),
    "handsets.yaml": (
        "- {model: Nimbus 5, maker: Nimbus, currency: GBP, price: 549.00, storage: 128 GB, screen: 6.1}\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file of each kind, without a mistake."""
    made = tmp_path / "accounts"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def import_it(folder: Path, database: Database, now: datetime) -> Callable[[], Report]:
    """Imports the folder as it stands when called."""
    return lambda: import_folder(folder, database, "brand", now)


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-15T12:00:00+00:00")
