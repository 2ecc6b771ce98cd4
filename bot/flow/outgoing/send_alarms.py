"""The alarms that sending can raise: each code is a heading of docs/operate.md, each text has four parts."""

from enum import StrEnum

from bot.errors import Sentences


class SendAlarm(StrEnum):
    """Codes of alarm rows; `sentences` says what happened, who is affected, what the bot does, what you can
    do.
    """

    sentences: Sentences

    def __new__(cls, code: str, what: str, who: str, now: str, next_step: str) -> "SendAlarm":
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentences = Sentences(what, who, now, next_step)
        return member

    CANNOT_LOOK = (
        "send-cannot-look",
        "Answers may have reached X, and X does not let the bot look whether they did.",
        "The people they are for may have them or not, and whatever is for them waits behind.",
        "The bot sends none of them again and goes on trying to look.",
        "Run `tweetserve show deliveries`; if you can see one on X, type `tweetserve act delivery ID sent`.",
    )
