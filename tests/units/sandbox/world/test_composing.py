"""What X makes of a typed text."""

import html

from sandbox.world.composing import compose
from sandbox.world.records import Person

ANA = Person(1, "ana", "Ana")
BRAND = Person(2, "BrightTel", "BrightTel")
PEOPLE = {"ana": ANA, "brighttel": BRAND}


def find(name):
    return PEOPLE.get(name.casefold())


def test_entities_point_into_the_escaped_text():
    made = compose("a < b && @brighttel 🦄 #data", [], find)

    mention, tag = made.entities["mentions"][0], made.entities["hashtags"][0]
    assert made.text == "a &lt; b &amp;&amp; @brighttel 🦄 #data"
    assert made.text[mention["start"] : mention["end"]] == "@brighttel"
    assert made.text[tag["start"] : tag["end"]] == "#data"
    assert mention["username"] == "BrightTel"
    assert mention["id"] == "2"


def test_names_nobody_has_are_no_mentions():
    assert compose("@nobody_here hi", [], find).entities == {}


def test_links_are_shortened_and_known_by_their_long_form():
    made = compose("see example.com/a?b=1&c=2 now", [], find)

    link = made.entities["urls"][0]
    assert made.text[link["start"] : link["end"]] == link["url"]
    assert link["url"].startswith("https://t.co/")
    assert link["expanded_url"] == "http://example.com/a?b=1&c=2"


def test_names_filled_in_stand_before_what_is_shown():
    made = compose("thanks", [BRAND], find)

    assert made.text == "@BrightTel thanks"
    assert made.text[made.display[0] : made.display[1]] == "thanks"
    assert made.mentioned == [2]


def test_a_long_text_is_cut_and_stands_whole_in_its_note():
    typed = "@BrightTel " + "word & " * 60 + "#data"

    made = compose(typed, [], find)

    assert made.note is not None
    assert html.unescape(made.note["text"]) == typed
    tag = made.note["entities"]["hashtags"][0]
    assert made.note["text"][tag["start"] : tag["end"]] == "#data"
    assert "hashtags" not in made.entities
    assert len(html.unescape(made.text)) <= 280


def test_filled_in_names_do_not_count_towards_the_280():
    assert compose("x" * 280, [BRAND, ANA], find).note is None
