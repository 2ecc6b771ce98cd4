"""The alarms of the probe: each code is a heading of docs/operate.md, each text has four parts."""

from bot.alarm_bell import AlarmCode


class ProbeAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    UNANSWERED = (
        "probe-unanswered",
        "The bot has asked itself three times in a row, and no answer came in time.",
        "Everybody who asks in public may get no answer.",
        "The bot goes on asking itself at the usual times.",
        "Run `tweetserve doctor`, and look at the questions of the probe's account on X.",
    )
    CANNOT_ASK = (
        "probe-cannot-ask",
        "The probe's account could not post its question three times in a row.",
        "Nobody is affected; but nobody would notice either if answers stopped.",
        "The bot goes on trying at the usual times.",
        "Log in to the probe's account on X, and check PROBE_ACCESS_TOKEN and PROBE_ACCESS_TOKEN_SECRET.",
    )
