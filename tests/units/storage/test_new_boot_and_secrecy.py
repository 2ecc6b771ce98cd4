"""After a boot of the host all that waited is due; and no error or repr tells what customers wrote."""

import pytest
import sqlalchemy as sa

from storage import inbox
from storage.upkeep import notices

DAYS_OF_UPTIME_MS = 900_000_000


def test_a_mention_put_off_before_a_boot_is_due_after_it(database, brand, noon, post) -> None:
    database.write(lambda c: inbox.store(c, brand, [post(1)], noon))
    (mention,) = database.write(lambda c: inbox.claim(c, brand, "w", DAYS_OF_UPTIME_MS, 1000, 5))
    put_off = DAYS_OF_UPTIME_MS + 5_000
    database.write(lambda c: inbox.give_back(c, {mention.id: mention.fence}, next_ms=put_off))

    before = database.write(lambda c: inbox.claim(c, brand, "w", 1_000, 1000, 5))
    database.write(lambda c: inbox.forget_lease_clock(c, brand))
    after = database.write(lambda c: inbox.claim(c, brand, "w", 1_000, 1000, 5))

    assert before == []
    assert [one.x_id for one in after] == ["1"]


def test_a_ring_put_off_before_a_boot_is_due_after_it(database, brand, noon) -> None:
    def claim(now_ms: int) -> list[str]:
        found = database.write(lambda c: notices.claim(c, brand, now_ms=now_ms, lease_ms=1000, at_most=5))
        return [one.about for one in found]

    database.write(lambda c: notices.ring(c, brand, "alarm:1", "X is down", "text", noon))
    assert claim(DAYS_OF_UPTIME_MS) == ["alarm:1"]

    before = claim(1_000)
    database.write(lambda c: notices.forget_lease_clock(c, brand))

    assert before == []
    assert claim(1_000) == ["alarm:1"]


def test_a_fault_in_a_statement_does_not_tell_what_was_written(database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL itself repeats the row in its DETAIL line, which the logs leave out")

    def break_it(connection: sa.Connection) -> None:
        connection.execute(sa.text("INSERT INTO brands (brand_id) VALUES (:words)"), {"words": "my secret"})

    with pytest.raises(sa.exc.SQLAlchemyError) as fault:
        database.write(break_it)

    assert "my secret" not in str(fault.value)


def test_what_a_customer_wrote_is_in_no_repr(post, database, brand, noon) -> None:
    database.write(
        lambda c: inbox.store(c, brand, [post(1, text="my secret", x_json='{"t": "secret"}')], noon)
    )

    (claimed,) = database.write(lambda c: inbox.claim(c, brand, "w", 1, 1000, 5))

    assert claimed.text == "my secret"
    assert "secret" not in repr(claimed)
