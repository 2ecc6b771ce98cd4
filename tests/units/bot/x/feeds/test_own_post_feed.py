"""A colleague's public answer is known before the bot answers something old, and read no more than needed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.tables import Delivery
from storage.upkeep import own_posts

BRAND = "2000000000000000001"
ANA = "2000000000000000101"
PATH = f"/2/users/{BRAND}/tweets"
StartBot = Callable[..., Any]


def read_up_to_now(bot: Any) -> bool:
    """What is asked before a mention of five minutes ago is answered, at the beginning of this story."""
    now = bot.clock.now()
    return bool(bot.own_posts.ensure_own_posts_read(now - timedelta(hours=1), now))


def answered_under(database: Database, x_id: str) -> list[str]:
    found = database.read(lambda c: own_posts.under(c, BRAND, [x_id]))
    return [post.x_id for post in found.get(x_id, [])]


def test_a_colleague_s_reply_under_a_mention_is_known(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.post("ana", "@BrightTel #data")
    reply = sandbox.post("BrightTel", "@ana Cleo here, it is fixed.", in_reply_to=asked)

    known = read_up_to_now(bot)

    assert known
    assert answered_under(database, asked) == [reply]
    assert sandbox.bill()["post.read.owned"] == (1, 0.001)


def test_what_was_just_read_is_not_read_again(sandbox: Any, start_bot: StartBot) -> None:
    bot = start_bot(sandbox)

    for _ in range(3):
        read_up_to_now(bot)

    assert len(sandbox.calls(PATH)) == 1


def test_later_only_the_new_ones_are_read(sandbox: Any, start_bot: StartBot, database: Database) -> None:
    bot = start_bot(sandbox)
    asked = sandbox.post("ana", "@BrightTel #data")
    sandbox.post("BrightTel", "@ana first", in_reply_to=asked)
    read_up_to_now(bot)
    sandbox.advance(timedelta(minutes=20))
    bot.client.me()
    second = sandbox.post("BrightTel", "@ana second", in_reply_to=asked)

    read_up_to_now(bot)

    since = [int(c["query"].split("since_id=")[1].split("&")[0]) for c in sandbox.calls(PATH)]
    assert since[1] - since[0] > 500_000 << 22
    assert answered_under(database, asked)[-1] == second


def test_our_own_replies_and_those_under_way_are_no_colleague_s(
    sandbox: Any, start_bot: StartBot, database: Database
) -> None:
    bot = start_bot(sandbox)
    first = sandbox.post("ana", "@BrightTel #help")
    second = sandbox.post("ana", "@BrightTel #handsets")
    made = bot.client.create_post("here is help 12:00:01", first).data
    bot.client.create_post("here are handsets 12:00:02", second)
    for reply_to, state, x_id in ((first, "sent", made.id), (second, "sending", None)):
        row = Delivery(
            brand_id=BRAND,
            person_id=ANA,
            channel="public",
            purpose="answer",
            lane=f"{ANA}:public",
            text="x",
            reply_to_id=reply_to,
            state=state,
            x_id=x_id,
            created_at=bot.clock.now(),
            asked_at=bot.clock.now(),
        ).model_dump(exclude={"id"})
        database.write(lambda c, row=row: c.execute(sa.insert(Delivery.__table__).values(**row)))  # type: ignore[misc, attr-defined]

    read_up_to_now(bot)

    assert answered_under(database, first) == []
    assert answered_under(database, second) == []


def test_while_x_cannot_be_read_nothing_counts_as_known(sandbox: Any, start_bot: StartBot) -> None:
    bot = start_bot(sandbox)
    sandbox.fault("GET /2/users/:id/tweets", "status", status=503, times=1)

    assert not read_up_to_now(bot)
