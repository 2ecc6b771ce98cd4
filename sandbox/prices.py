"""What X charges, as data, in micro-USD (a millionth of a US dollar).

Source of every row: https://docs.x.com/x-api/getting-started/pricing, collected 2026-11-21, unless the row
says otherwise. Reads are charged per object returned, once per object and UTC day, expanded objects included;
writes per request that succeeded.
"""

MICRO = 1_000_000

PRICES_MICRO: dict[str, int] = {
    "post.read": 5_000,
    "post.read.owned": 1_000,  # section "Owned Reads": the app owner's own posts and mentions
    "user.read": 10_000,
    "dm_event.read": 10_000,
    "post.create": 15_000,
    "post.create.url": 200_000,  # a post whose text X turns into a link, a summoned reply included
    "post.create.summoned": 10_000,
    "dm.create": 15_000,
    "post.delete": 10_000,
    "dm_event.delete": 10_000,
    "media.metadata": 5_000,
}

MONTHLY_POST_READ_CAP = 3_000_000
