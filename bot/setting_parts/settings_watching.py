"""The settings of what watches: from when on something is worth an alarm."""

from decimal import Decimal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.setting_parts.settings_fields import WATCHING, Duration, Positive, seconds, setting


class WatchSettings(BaseSettings):
    """Part of `Settings`."""

    answer_target: Positive = seconds(
        300, WATCHING, "A mention unanswered for longer than this raises an alarm.", example="5 min"
    )
    ticket_warning: Duration = seconds(
        3600, WATCHING, "How long before a ticket's promised time people are reminded. 0 = not at all.",
        example="1 h", may_be_0=True,
    )  # fmt: skip
    handover_target: Positive = seconds(
        900, WATCHING, "A hand-over that no colleague has taken within so much opening time raises an alarm.",
        example="15 min",
    )  # fmt: skip
    poll_silence: Positive = seconds(
        600,
        WATCHING,
        "The last complete look at X may be so old before an alarm is raised.",
        example="10 min",
    )
    queue_grows_for: Positive = seconds(
        900, WATCHING, "A queue that has grown for this long raises an alarm.", example="15 min"
    )
    unsure_up_to: Positive = seconds(
        600, WATCHING, "An answer of unknown fate for longer than this raises an alarm.", example="10 min"
    )
    credit_lasts: Duration = seconds(
        86_400, WATCHING,
        "Credit that lasts less long, by the dearest of the last seven days, raises an alarm. 0 = never.",
        example="24 h", may_be_0=True,
    )  # fmt: skip
    clock_apart: Positive = seconds(
        30, WATCHING, "How far this machine's clock and X's may be apart.", example="30"
    )
    backup_up_to: Duration = seconds(
        93_600, WATCHING, "A last backup older than this raises an alarm. 0 = never.",
        example="26 h", may_be_0=True,
    )  # fmt: skip
    alarm_calm: Duration = seconds(
        300, WATCHING,
        "An alarm must be over for this long before people are told so; back sooner, it is the same one.",
        example="5 min", may_be_0=True,
    )  # fmt: skip

    probe_every: Duration = seconds(
        0, WATCHING,
        "How often the bot asks itself a question with a second account, to see whether an answer comes."
        " It costs; doctor tells how much. 0 = never.",
        example="1 h", may_be_0=True,
    )  # fmt: skip
    probe_accept_usd: Decimal = Field(
        default=Decimal(0),
        ge=0,
        description="What 30 days of probes may cost; PROBE_EVERY is refused where they would cost more.",
        json_schema_extra={
            "group": WATCHING, "expects": "an amount in USD", "example": "22.32", "unit": "USD",
        },
    )  # fmt: skip
    probe_access_token: SecretStr | None = setting(
        None, WATCHING,
        "Access token of the second account for the brand's app. Or name a file in PROBE_ACCESS_TOKEN_FILE.",
        expects="the token as X shows it: the account's number, a hyphen, letters and digits",
        example="(a secret)",
    )  # fmt: skip
    probe_access_token_secret: SecretStr | None = setting(
        None, WATCHING,
        "Access token secret of the second account. Or name a file in PROBE_ACCESS_TOKEN_SECRET_FILE.",
        expects="the secret as X shows it", example="(a secret)",
    )  # fmt: skip

    @property
    def probe_id(self) -> str:
        """The second account's X id, with which its token begins; empty where there is none."""
        token = self.probe_access_token
        return "" if token is None else token.get_secret_value().partition("-")[0]
