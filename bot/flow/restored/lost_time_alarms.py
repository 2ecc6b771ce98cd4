"""The alarms of a database that knows less than X: each code is a heading of docs/operate.md."""

from bot.alarm_bell import AlarmCode


class LostTimeAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    NOT_KNOWN = (
        "restored-not-known",
        "A backup was put back, and X does not show yet what was answered since.",
        "Whoever asked before this start waits; newer requests are answered.",
        "The bot goes on trying to read our own posts and messages, and sends nothing older meanwhile.",
        "See `tweetserve doctor` for why X cannot be read; to answer without knowing, type "
        "`tweetserve act lost-time end`.",
    )
    NOT_SHOWN = (
        "restored-not-shown",
        "A backup was put back, and X no longer shows all that was answered since.",
        "Those who asked in the time that X does not show may have an answer or not.",
        "The bot answers none of them by itself.",
        "Look at `tweetserve show mentions --state parked` and `tweetserve show deliveries --state unsure`; "
        "retry or skip each.",
    )
