"""Any three built-in commands asked together are all answered, offered or invited to, in one post."""

from itertools import combinations

import pytest

from commands.api import Channel
from commands.combine import Audience, Part, combine
from commands.plan import Plan, PrivateWords, check_private, check_public

PUBLIC = {"help", "refund", "complaint", "broken", "faulty", "poorservice", "status", "agent"}

PRIVATE = ("charges", "data", "text")


@pytest.fixture
def parts(plan_of):
    def planned(lang):
        public = [Part(name, plan_of(name, lang=lang)) for name in sorted(PUBLIC)]
        private = [
            Part(name, Plan(private=PrivateWords(f"£1 of {name}"))) for name in ("charges", "data", "text")
        ]
        return public + private

    return planned


@pytest.mark.parametrize("lang", ["en", "cy"])
@pytest.mark.parametrize("asked", list(Channel))
@pytest.mark.parametrize("may_message", [True, False])
def test_no_command_of_three_is_passed_over_in_silence(parts, say, lang, asked, may_message):
    audience = Audience(asked, lang, may_message=may_message)
    for three in combinations(parts(lang), 3):
        found = combine(three, audience, say, unread=["handsets"])

        for words in (found.public, found.instead):
            if words is not None:
                check_public(words, links_allowed=False)
                assert "£" not in words.text
        if found.private is not None:
            check_private(found.private)
        assert (found.public is None) is (asked is Channel.PRIVATE or found.private is not None)
        assert "#handsets" in (found.public or found.private).text
        acting = [part for part in three if part.plan.ticket and part.name not in found.offered]
        assert found.tickets == tuple(part.plan.ticket for part in acting)


@pytest.mark.parametrize("lang", ["en", "cy"])
def test_of_three_nothing_that_does_something_has_to_be_asked_again(parts, say, lang):
    audience = Audience(Channel.PUBLIC, lang, may_message=False)
    for three in combinations(parts(lang), 3):
        offered = combine(three, audience, say).offered

        assert not {part.name for part in three if part.plan.acts()} & set(offered)
