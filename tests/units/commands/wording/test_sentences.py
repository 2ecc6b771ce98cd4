"""Every sentence of the bot itself is there in both languages, fits in a post, and names what it is about."""

from datetime import UTC, datetime

import pytest

from commands.plan import PublicWords, check_private, check_public
from commands.wording.locales import LOCALES

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ALL_THREE = ("poorservice", "complaint", "handsets")
SAID = [
    ("invite", lambda say, lang: say.invite(lang, ALL_THREE), "#poorservice"),
    ("invite briefly", lambda say, lang: say.invite_briefly(lang, ALL_THREE), "#poorservice"),
    ("delayed", lambda say, lang: say.delayed(lang, ALL_THREE, AT), "17:00"),
    ("details", lambda say, lang: say.details(lang), "."),
    ("not linked", lambda say, lang: say.not_linked(lang), "#agent"),
    ("accounts unavailable", lambda say, lang: say.accounts_unavailable(lang, ["charges"]), "#charges"),
    ("too many", lambda say, lang: say.too_many(lang, AT), "17:00"),
    ("holding", lambda say, lang: say.holding(lang, "BT-7KQ2-4", AT), "17:00"),
    ("help line", lambda say, lang: say.help_line(lang, ["data", "charges"]), "#help"),
    ("privacy", lambda say, lang: say.privacy(lang, "https://x.example/p"), "https://x.example/p"),
    ("suggestion", lambda say, lang: say.suggestion(lang, "charges"), "#charges"),
    ("unread", lambda say, lang: say.unread(lang, ["status"]), "#status"),
    ("offered", lambda say, lang: say.offered(lang, ["status"]), "#status"),
    ("left out", lambda say, lang: say.left_out(lang, ["status"]), "#status"),
    ("not now", lambda say, lang: say.not_now(lang, ["status"]), "#status"),
    ("follow-up", lambda say, lang: say.follow_up(lang, "BT-7KQ2-4", AT), "BT-7KQ2-4"),
    ("urgent", lambda say, lang: say.urgent(lang, AT), "17:00"),
    ("incident", lambda say, lang: say.incident(lang, "No 4G", "BT-7KQ2-4", tell_me=True), "#tellme"),
    ("incident by message", lambda say, lang: say.incident_by_message(lang, "No 4G", "", True), "#tellme"),
    ("incident ticket", lambda say, lang: say.incident_ticket(lang, "BT-7KQ2-4"), "BT-7KQ2-4"),
    ("incident over", lambda say, lang: say.incident_over(lang, "No 4G", AT), "No 4G"),
    ("surge", lambda say, lang: say.surge(lang, AT), "17:00"),
]


@pytest.mark.parametrize("lang", sorted(LOCALES))
@pytest.mark.parametrize(("section", "sentence", "names"), SAID, ids=[row[0] for row in SAID])
def test_a_sentence_may_be_sent_in_either_language(say, section, sentence, names, lang):
    words = sentence(say, lang)

    assert names in words.text
    if isinstance(words, PublicWords):
        check_public(words, links_allowed=False)
    else:
        check_private(words)


def test_every_sentence_in_the_file_is_said_and_translated(say):
    assert {section for section, _, _ in SAID} == say.words.answers()
    assert all(say.words.languages(answer) == tuple(LOCALES) for answer in say.words.answers())


@pytest.mark.parametrize("lang", sorted(LOCALES))
def test_a_holding_reply_ends_in_its_reference(say, lang):
    assert say.holding(lang, "BT-7KQ2-4", AT).text.endswith("BT-7KQ2-4")


def test_a_sentence_without_a_time_is_whole(say):
    assert say.follow_up("en", "BT-7KQ2-4", None).text == "Thank you, that is with BT-7KQ2-4 now."
    assert "as soon as they have read it" in say.urgent("en", None).text


def test_a_public_sentence_can_be_said_privately(say):
    assert say.suggestion("en", "data").privately().text == say.suggestion("en", "data").text
