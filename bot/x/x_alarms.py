"""The alarms that talking to X can raise: each code is a heading of docs/operate.md, each text has four
parts.
"""

from bot.alarm_bell import AlarmCode


class XAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    UNAUTHORIZED = (
        "x-unauthorized",
        "X answers 401: it does not accept the keys, or it has an outage that looks like that.",
        "Everybody waits who is due an answer on this route.",
        "The bot keeps everything and tries again with growing pauses.",
        "Look at X's status page first; if X is well, make new keys and put them in .env.",
    )
    CREDITS = (
        "x-credits-depleted",
        "X answers 402: the prepaid credit is used up.",
        "Nobody is answered, and no mention is read.",
        "The bot keeps everything and looks again every few minutes.",
        "Buy credit in X's developer console.",
    )
    MONTHLY_CAP = (
        "x-monthly-cap",
        "X's monthly cap of post reads is used up.",
        "Mentions written from now on wait.",
        "The bot looks again every hour.",
        "Ask X for a higher cap, or wait for the first of the month.",
    )
    SET_UP = (
        "x-set-up",
        "X refuses the app or its keys, not the single call.",
        "Everybody waits who is due an answer on this route.",
        "The bot keeps everything and tries again every few minutes.",
        "Run `tweetserve doctor`; the app needs 'Read, Write and Direct Messages' before the token is made.",
    )
    PROXY_PAGE = (
        "x-proxy-page",
        "A web page came instead of X's answer: a proxy or a bot check stands in front of X.",
        "Everybody waits who is due an answer on this route.",
        "The bot keeps everything and tries again with growing pauses.",
        "Check X_BASE_URL and X_PROXY, and whether this machine's address is blocked.",
    )
    REDIRECTED = (
        "x-redirected",
        "X's address answered with a redirect, which is never followed: it could turn a post into a read.",
        "Everybody waits who is due an answer on this route.",
        "The bot keeps everything and tries again with growing pauses.",
        "Check X_BASE_URL.",
    )
    INVALID = (
        "x-invalid-request",
        "X answers 400: it says a request of ours is wrong.",
        "The mention or page concerned is left out.",
        "The bot leaves this call out and goes on with the others.",
        "Report it with the detail shown; it is a fault of the bot.",
    )
    NOT_PERMITTED = (
        "x-not-permitted",
        "X often refuses answers without saying why.",
        "The people whose answers were refused are handed to a person.",
        "The bot goes on with the others.",
        "Log in to the account on X and see whether X asks for something.",
    )
    DOWN = (
        "x-down",
        "X has not answered a read for a while.",
        "Nobody's new mention is seen.",
        "The bot keeps trying with growing pauses and catches up when X is back.",
        "Check the network and X's status page; afterwards `tweetserve show mentions --reason 'too old'`"
        " lists whom to answer by hand.",
    )
    GARBLED = (
        "x-garbled",
        "X sent items that lack what makes a post or a message.",
        "The people who wrote them get no answer, if they were real.",
        "The bot leaves them out and goes on.",
        "Look at the log line 'unreadable' and report it.",
    )
    READ_BUDGET = (
        "budget-reads",
        "The daily budget is used up.",
        "Mentions written from now on wait until the next UTC day.",
        "The bot stops reading and sending, and goes on at 00:00 UTC.",
        "Raise DAILY_BUDGET_USD if you want it to go on today.",
    )
    WRITE_BUDGET = (
        "budget-writes",
        "The part of the daily budget meant for answers is used up.",
        "Answers wait until the next UTC day; mentions are still read.",
        "The bot holds what it would send, and goes on at 00:00 UTC.",
        "Raise DAILY_BUDGET_USD if you want it to go on today.",
    )
    GAP = (
        "mentions-gap",
        "More mentions arrived while the bot was away than X still shows.",
        "The people who wrote in the time range shown get no answer.",
        "The bot goes on with what X shows.",
        "Search X by hand for the brand's name in that range.",
    )
    CREDIT_DIFFERS = (
        "credit-differs",
        "X's count of the credit and the bot's ledger differ.",
        "Nobody is affected yet; the budget may be counted wrongly.",
        "The bot goes on by its own ledger.",
        "Compare `tweetserve show ledger` with X's developer console.",
    )
