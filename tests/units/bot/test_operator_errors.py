"""An operator error says four things and a code, and an alarm says them too."""

import pytest

from bot.errors import OperatorError
from bot.x.x_alarms import XAlarm


def test_an_operator_error_is_its_four_sentences_and_its_code() -> None:
    error = OperatorError(
        "port-in-use",
        "Port 8802 is taken.",
        "Nobody is affected.",
        "The bot does not start.",
        "Set DAEMON_PORT.",
    )

    assert str(error) == (
        "Port 8802 is taken. Nobody is affected. The bot does not start. Set DAEMON_PORT. [port-in-use]"
    )
    assert error.code == "port-in-use"


@pytest.mark.parametrize("alarm", list(XAlarm))
def test_each_alarm_of_x_has_four_whole_sentences(alarm: XAlarm) -> None:
    lines = alarm.sentences.lines()

    assert len(lines) == 4
    assert all(line[0].isupper() and line.endswith(".") for line in lines)
    assert alarm.value == alarm.value.lower()
    assert " " not in alarm.value
