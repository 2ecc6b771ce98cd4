"""The conditions of the partial indexes, each written once, so that index and query can never part ways.

SQLite takes a partial index only when the query repeats its condition word for word, literals included; a
bound parameter would silently turn each of these queries into a walk through the whole table.
"""

WAITING = "state = 'waiting'"
SUSPECT = "state = 'waiting' AND suspect"
OPEN_MENTION = "state IN ('waiting', 'handling')"
PARKED = "state = 'parked'"
HANDLING = "state = 'handling'"
OPEN_DELIVERY = "state IN ('queued', 'sending', 'unsure', 'later')"
OPEN_HANDOVER = "state = 'open'"
LIVE_TICKET = "state IN ('open', 'waiting for customer')"
UNUSED = "used_at IS NULL"
UNENDED = "until_at IS NULL"
UNSETTLED = "state = 'reserved'"
UNCLOSED = "closed_at IS NULL"
UNCLEARED = "until_at IS NOT NULL AND all_clear_at IS NULL"
UNENDED_FOLLOWING = "ended_at IS NULL"
