"""The alarms that sending can raise: each code is a heading of docs/operate.md, each text has four parts."""

from bot.alarm_bell import AlarmCode


class SendAlarm(AlarmCode):
    """Codes of alarm rows, each with its sentences."""

    CANNOT_LOOK = (
        "send-cannot-look",
        "Answers may have reached X, and X does not let the bot look whether they did.",
        "The people they are for may have them or not, and whatever is for them waits behind.",
        "The bot sends none of them again and goes on trying to look.",
        "Run `tweetserve show deliveries`; if you can see one on X, type `tweetserve act delivery ID sent`.",
    )
