"""How a post or a message is read: what counts as a command, with which words, and what does not."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.lexicon.near_miss import ordinary_words
from commands.parse import Call, Found, find_commands, parse_message, parse_post, unescape, whole_message

NAMES = {
    "data": "data",
    "allowance": "data",
    "charges": "charges",
    "bill": "charges",
    "help": "help",
    "handsets": "handsets",
    "refund": "refund",
    "status": "status",
    "stop": "stop",
}
STOP_WORDS = {"stop"}
BRAND_ID = "900"


@dataclass(frozen=True)
class Tag:
    start: int
    end: int
    tag: str


@dataclass(frozen=True)
class Name:
    start: int
    end: int
    username: str
    id: str | None


def tag_in(text: str, tag: str) -> Tag:
    start = text.index("#" + tag)
    return Tag(start, start + 1 + len(tag), tag)


def brand_in(text: str) -> Name:
    start = text.index("@BrightTel")
    return Name(start, start + len("@BrightTel"), "BrightTel", BRAND_ID)


def found_in_post(text: str, *, suggest: bool = False) -> Found:
    ordinary = ordinary_words() if suggest else None
    return find_commands(parse_post(text), NAMES, only_alone=STOP_WORDS, ordinary=ordinary)


def found_in_message(text: str, *, suggest: bool = False) -> Found:
    ordinary = ordinary_words() if suggest else None
    return find_commands(parse_message(text), NAMES, only_alone=STOP_WORDS, ordinary=ordinary)


def commands_in_post(text: str) -> list[str]:
    return [call.command for call in found_in_post(text).commands]


def test_entities_are_cut_out_before_the_text_is_unescaped() -> None:
    text = "a &lt;b&gt; &amp; #Data for @BrightTel please"

    parsed = parse_post(text, [tag_in(text, "Data")], [brand_in(text)], (0, len(text)))

    assert parsed.text == "a <b> & #Data for @BrightTel please"
    assert [parsed.text[tag.start : tag.end] for tag in parsed.hashtags] == ["#Data"]
    assert [parsed.text[one.start : one.end] for one in parsed.mentions] == ["@BrightTel"]
    assert parsed.text[slice(*parsed.shown)] == parsed.text


def test_only_the_three_signs_x_escapes_are_unescaped_and_only_once() -> None:
    assert unescape("&lt;3 &amp; &gt; &copy; &amp;amp; &amp;lt;") == "<3 & > &copy; &amp; &lt;"


def test_who_is_named_is_known_only_from_x() -> None:
    text = "@BrightTel #data"

    assert parse_post(text, [], [brand_in(text)]).names(BRAND_ID)
    assert not parse_post(text).names(BRAND_ID)


def test_a_name_in_the_head_that_x_filled_in_is_not_what_the_person_wrote() -> None:
    text = "@ben @BrightTel so true"
    shown = (text.index("so"), len(text))

    parsed = parse_post(text, [], [brand_in(text)], shown)

    assert not parsed.names(BRAND_ID)
    assert parsed.words == ("so", "true")


def test_the_link_of_an_attached_picture_is_no_word_of_the_person() -> None:
    text = "@BrightTel #handsets pixel https://t.co/abc"
    shown = (0, text.index(" https"))

    parsed = parse_post(text, [tag_in(text, "handsets")], [brand_in(text)], shown)

    assert find_commands(parsed, NAMES).commands[0].arguments == ("pixel",)


@pytest.mark.parametrize(
    "wrong", [Tag(1, 6, "data"), Tag(11, 16, "date"), Tag(90, 95, "data"), Tag(-5, 3, "data")]
)
def test_an_entity_that_does_not_stand_where_it_should_makes_us_read_for_ourselves(wrong: Tag) -> None:
    parsed = parse_post("@BrightTel #data", [wrong], [Name(3, 5, "BrightTel", BRAND_ID)])

    assert [tag.name for tag in parsed.hashtags] == ["data"]
    assert [mention.username for mention in parsed.mentions] == ["BrightTel"]
    assert not parsed.names(BRAND_ID)


def test_a_hashtag_that_x_did_not_report_is_read_by_our_own_rules() -> None:
    assert [tag.name for tag in parse_post("@BrightTel &lt;#Data&gt;").hashtags] == ["data"]
    assert parse_post("@BrightTel &amp;#data").hashtags == ()


@pytest.mark.parametrize("written", ["#data", "#DATA", "＃data", "＃ＤＡＴＡ", "#Allowance", "hello #data."])
def test_a_command_is_the_same_however_its_name_is_written(written: str) -> None:
    assert commands_in_post(f"@BrightTel {written}") == ["data"]


@pytest.mark.parametrize("written", ["#сharges", "#dаta", "#ԁata", "data", "#datas", "# data", "#data_"])
def test_look_alikes_and_words_without_a_sign_are_no_commands_in_public(written: str) -> None:
    assert commands_in_post(f"@BrightTel {written}") == []


def test_a_single_command_gets_all_remaining_words() -> None:
    found = found_in_post("@BrightTel is the “Galaxy S24+”, 50% off (#Samsung) #handsets here? 😀 @ana")

    assert found.commands == (
        Call("handsets", "handsets", ("is", "the", "Galaxy", "S24+", "50%", "off", "Samsung", "here")),
    )


def test_of_several_commands_each_gets_the_words_behind_it() -> None:
    found = found_in_post("@BrightTel dear all #Status BT-7KQ2-4, thanks #handsets pixel 9")

    assert found.commands == (
        Call("status", "Status", ("BT-7KQ2-4", "thanks")),
        Call("handsets", "handsets", ("pixel", "9")),
    )


def test_a_command_named_twice_counts_once() -> None:
    assert found_in_post("#data #Allowance now #data").commands == (Call("data", "data", ("now",)),)


def test_a_fourth_command_is_named_as_not_read() -> None:
    found = found_in_post("#data #charges #help #Refund #status")

    assert [call.command for call in found.commands] == ["data", "charges", "help"]
    assert found.unread == ("Refund", "status")


@pytest.mark.parametrize(
    "text", ["data", "Data?", "  ＤＡＴＡ!! ", "#data", "@BrightTel data", "allowance 🙏"]
)
def test_in_a_message_a_lone_command_word_counts_without_a_sign(text: str) -> None:
    assert [call.command for call in found_in_message(text).commands] == ["data"]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("status BT-7KQ2-4", ("BT-7KQ2-4",)),
        ("Status: bt 7kq2 4.", ("bt", "7kq2", "4")),
        ("#status BT-7KQ2-4", ("BT-7KQ2-4",)),
        ("@BrightTel status BT-7KQ2-9", ("BT-7KQ2-9",)),  # a slip: whoever answers says so
    ],
)
def test_in_a_message_a_command_word_with_nothing_but_a_reference_counts_without_a_sign(
    text: str, arguments: tuple[str, ...]
) -> None:
    (call,) = found_in_message(text).commands

    assert (call.command, call.arguments) == ("status", arguments)


@pytest.mark.parametrize(
    "text", ["status updates", "status", "the status BT-7KQ2-4", "status BT-7KQ2-4 please", "stop BT-7KQ2-4"]
)
def test_with_anything_else_beside_it_a_command_word_needs_its_sign(text: str) -> None:
    assert [call.arguments for call in found_in_message(text).commands] in ([], [()])
    assert found_in_post(f"@BrightTel {text}").commands == ()


@pytest.mark.parametrize("text", ["my data", "data please", "datum", "dаta", ""])
def test_in_a_message_a_command_word_among_others_is_just_a_word(text: str) -> None:
    assert found_in_message(text) == Found()


@pytest.mark.parametrize(
    "text", ["@BrightTel stop", "@BrightTel #STOP!", "stop @BrightTel", "@ana @BrightTel Stop."]
)
def test_a_stop_word_counts_when_it_is_the_whole_message_after_the_mentions(text: str) -> None:
    assert commands_in_post(text) == ["stop"]


@pytest.mark.parametrize("text", ["@BrightTel #stop the bus", "please #stop", "don't stop", "stop stop"])
def test_a_stop_word_among_other_words_stops_nothing(text: str) -> None:
    assert commands_in_post(text) == []
    assert found_in_message(text).commands == ()


def test_a_stop_word_among_other_words_is_a_word_for_a_command() -> None:
    assert found_in_post("#data #stop").commands == (Call("data", "data", ("stop",)),)


def test_the_whole_message_is_read_without_names_signs_and_capitals() -> None:
    assert whole_message(parse_post("@BrightTel … #Stop  NOW!! @ana")) == "stop now"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@BrightTel #chrages", "charges"),
        ("@BrightTel #chargess please", "charges"),
        ("@BrightTel hello #refnd", "refund"),
        ("@BrightTel #REFUMD", "refund"),
        ("@BrightTel chrages", None),
        ("@BrightTel #hepl", None),
        ("@BrightTel #charge", None),
        ("@BrightTel #changes", None),
        ("@BrightTel #data #chrages", None),
        ("@BrightTel #сharges", None),
        ("@BrightTel #stop the bus", None),
    ],
)
def test_a_near_miss_gets_a_suggestion_and_never_an_action(text: str, meant: str | None) -> None:
    found = found_in_post(text, suggest=True)

    assert found.suggestion == meant
    assert meant is None or found.commands == ()


def test_in_a_message_a_lone_word_may_be_a_near_miss_too() -> None:
    assert found_in_message("refnud!", suggest=True).suggestion == "refund"
    assert found_in_message("a refnud", suggest=True).suggestion is None


def test_no_suggestion_is_looked_for_where_the_brand_did_not_ask() -> None:
    assert found_in_post("@BrightTel #chrages").suggestion is None


def test_a_hostile_post_with_thousands_of_entities_is_read_in_one_pass() -> None:
    text = "&amp; #refnd " * 2_000
    tags = [Tag(at + 6, at + 12, "refnd") for at in range(0, len(text), 13)]

    parsed = parse_post(text, tags)

    assert len(parsed.hashtags) == 2_000
    assert find_commands(parsed, NAMES, ordinary=ordinary_words()).suggestion == "refund"


PIECES = [
    "#data",
    "＃Bill",
    "#stop",
    "@BrightTel",
    "&amp;",
    "&lt;",
    "&",
    " ",
    "\n",
    "data",
    "main.py",
    "é",
    "#",
    "…",
]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=10).map("".join), st.integers(-3, 60)
)
def test_any_text_at_all_can_be_read(text: str, cut: int) -> None:
    for parsed in (parse_post(text), parse_post(text, shown=(cut, len(text))), parse_message(text)):
        assert parsed.text == unescape(text)
        for tag in parsed.hashtags:
            assert parsed.text[tag.start + 1 : tag.end] == tag.as_written
            assert parsed.shown[0] <= tag.start < tag.end <= parsed.shown[1]
        found = find_commands(parsed, NAMES, only_alone=STOP_WORDS, ordinary=ordinary_words())
        assert len(found.commands) <= 3
        assert not (found.commands and found.suggestion)
        assert all(word in parsed.words for call in found.commands for word in call.arguments)
