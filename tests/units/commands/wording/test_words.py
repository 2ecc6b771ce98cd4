"""Words come from Markdown, in the person's language, and private values never reach a public text."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commands.accounts import Money
from commands.loading import cast
from commands.privacy import Private, Public
from commands.said import Said
from commands.wording.words import BoundWords, NotPublic, WordsFailed, WordsUnreadable

BOTH = "## en answer\nHello {{ name }}\n\n## cy answer\nHelo {{ name }}\n\n## en only\nOnly here\n"


@pytest.mark.parametrize(
    ("tag", "text"), [("en", "Hello Ana"), ("cy", "Helo Ana"), ("cy-GB", "Helo Ana"), ("fr", "Hello Ana")]
)
def test_a_person_is_answered_in_their_language_or_in_english(words_of, tag, text):
    words = words_of(BOTH)

    assert words.private(tag, "answer", {"name": "Ana"}) == text


def test_a_section_that_a_language_lacks_is_said_in_english(words_of):
    assert words_of(BOTH).private("cy", "only", {}) == "Only here"


def test_what_stands_before_the_sections_and_in_notes_is_not_said(words_of):
    words = words_of(
        "# Data\n\nFor leads.\n\n<!-- careful\n## en hidden\n-->\n## en answer\nHi<!-- not this -->\n"
    )

    assert words.answers() == {"answer"}
    assert words.private("en", "answer", {}) == "Hi"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("## en answer\nHi\n## en answer\nHo\n", 3, "comes twice"),
        ("intro\n\n## answer\nHi\n", 3, "write “## en answer”"),
        ("## fr answer\nSalut\n", 1, "no shipped language"),
        ("## en answer\n\n## en other\nHi\n", 1, "is empty"),
        ("## en answer\nHi\n{% if %}\n", 3, "template has a mistake"),
        ("## en answer\nHi {{ name \n", 2, "template has a mistake"),
        ("## en answer\n{{ name | shout }}\n", 2, "No filter named 'shout'"),
    ],
)
def test_a_mistake_in_the_words_is_told_with_its_line(words_of, text, line, what):
    with pytest.raises(WordsUnreadable, match=what) as caught:
        words_of(text)

    assert caught.value.line == line


def test_a_missing_section_and_a_missing_value_are_named(words_of):
    words = words_of(BOTH)

    with pytest.raises(WordsFailed, match="has no section “## en nothing”"):
        words.private("en", "nothing", {})
    with pytest.raises(WordsFailed, match="'name' is undefined"):
        words.private("en", "answer", {})


@pytest.mark.parametrize(
    "value",
    ["Ana", Private("Ana"), Public(Private("Ana")), Public([Private("Ana")]), Public((1, (Private("Ana"),)))],
)
def test_only_public_values_can_be_said_in_public(words_of, value):
    with pytest.raises(NotPublic):
        words_of(BOTH).public("en", "answer", {"name": value})


@pytest.mark.parametrize(
    "template",
    [
        "{{ bill.total | money }}",
        "{{ bill['total'] }}",
        "{{ bill.total.reveal() }}",
        "{% set t = bill.total %}{{ t }}",
        "{% for one in bill.items %}{{ one.amount | money }}{% endfor %}",
        "{{ bill.items | map(attribute='amount') | join }}",
        "{{ bill | attr('total') }}",
        "{{ '%s' | format(bill.total) }}",
        "{{ [bill.total] }}",
        "{{ bill }}",
        "{{ bill.items }}",
        "{{ bill.items | list }}",
        "{{ bill.total ~ '' }}",
    ],
)
def test_no_template_gets_a_private_value_out_in_public(words_of, template):
    words = words_of(f"## en answer\nTotal: {template}\n")
    bill = cast.account("ana").bill

    try:
        text = words.public("en", "answer", {"bill": Public(bill)})
    except (NotPublic, WordsFailed):
        return

    assert "23.5" not in text
    assert "18" not in text


def test_what_a_person_wrote_is_never_repeated_in_public(words_of):
    words = words_of(BOTH)

    with pytest.raises(NotPublic, match="never repeated"):
        words.public("en", "answer", {"name": Public(Said("buy at evil"))})
    with pytest.raises(NotPublic, match="never repeated"):
        words.public("en", "answer", {"name": Public((Said("buy"), "now"))})


def test_private_words_reveal_also_deep_inside(words_of):
    words = words_of(
        "## en answer\n{{ bill.total | money }}{% for i in bill.items %}, {{ i.label }}{% endfor %}\n"
    )

    assert (
        words.private("en", "answer", {"bill": cast.account("ana").bill})
        == "£23.50, Plus 20 GB, Calls abroad"
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ words._value }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ items.append(1) }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(words_of, template):
    words = words_of(f"## en answer\nx{template}\n")

    with pytest.raises(WordsFailed):
        words.private("en", "answer", {"words": Private("x"), "items": {}})


@pytest.mark.parametrize(
    ("written", "value", "english", "welsh"),
    [
        ("money", Money(Decimal("1234.5"), "GBP"), "£1,234.50", "£1,234.50"),
        ("money", Money(Decimal("-3"), "EUR"), "-€3.00", "-€3.00"),
        ("day", date(2026, 11, 23), "Mon 23 Nov", "Llun, 23 Tach"),
        ("date", date(2026, 11, 23), "Mon, 23 Nov 2026", "Llun, 23 Tach 2026"),
        ("moment", datetime(2026, 7, 6, 16, 0, tzinfo=UTC), "Mon 6 Jul, 17:00", "Llun, 6 Gorff, 17:00"),
        ("time", datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "16:00", "16:00"),
        ("day", datetime(2026, 7, 6, 23, 30, tzinfo=UTC), "Tue 7 Jul", "Maw, 7 Gorff"),
        ("number", 12345, "12,345", "12,345"),
        ("size", 2_500_000_000, "2.5 GB", "2.5 GB"),
        ("size", 20_000_000_000, "20 GB", "20 GB"),
        ("size", 999_000_000, "999 MB", "999 MB"),
        ("size", 0, "0 kB", "0 kB"),
        ("minutes", 61, "2 minutes", "2 funud"),
        ("hashtags", ("data", "text"), "#data and #text", "#data, #text"),
        ("hashtags", ("data",), "#data", "#data"),
    ],
)
def test_values_are_written_as_the_language_writes_them(words_of, written, value, english, welsh):
    words = words_of(f"## en answer\n{{{{ v | {written} }}}}\n## cy answer\n{{{{ v | {written} }}}}\n")

    assert words.private("en", "answer", {"v": Private(value)}) == english
    assert words.private("cy", "answer", {"v": value}) == welsh
    assert words.public("cy", "answer", {"v": Public(value)}) == welsh


def test_empty_lines_and_trailing_spaces_are_tidied_away(words_of):
    words = words_of("## en answer\nOne  \n{% if no %}\n\nnever\n{% endif %}\n\n\n\nTwo\n")

    assert words.private("en", "answer", {"no": False}) == "One\n\nTwo"


def test_values_that_are_equal_and_written_differently_are_each_said_as_they_are(words_of):
    words = words_of("## en answer\n{{ value }}\n")
    values = [1, True, 1.0, Decimal("1.00"), "1", None, Decimal("1.0"), False, 0]

    said = [words.public("en", "answer", {"value": Public(value)}) for value in values]

    assert said == [str(value) for value in values]


def test_the_same_section_is_said_apart_in_public_in_private_and_in_each_language(words_of):
    words = words_of(BOTH)

    assert words.public("en", "answer", {"name": Public("Ana")}) == "Hello Ana"
    assert words.public("cy", "answer", {"name": Public("Ana")}) == "Helo Ana"
    assert words.public("en", "answer", {"name": Public("Ben")}) == "Hello Ben"
    assert words.private("en", "answer", {"name": Private("Ana")}) == "Hello Ana"


def test_what_a_person_wrote_is_refused_also_after_the_same_word_of_ours_was_said(words_of):
    words = words_of(BOTH)
    words.public("en", "answer", {"name": Public("data")})

    with pytest.raises(NotPublic):
        words.public("en", "answer", {"name": Public(Said("data"))})


def test_words_drawn_by_lot_are_drawn_each_time(words_of):
    words = words_of("## en answer\n{{ range(99999) | random }}\n")

    assert len({words.public("en", "answer", {}) for _ in range(5)}) > 1


def test_no_text_of_one_person_is_kept(words_of):
    words = words_of(BOTH)
    said = words.private("en", "answer", {"name": Private("Ana")}) + words.private(
        "en", "answer", {"name": "Ben"}
    )

    assert said == "Hello AnaHello Ben"
    assert "Ana" not in str(words._kept)
    assert "Ben" not in str(words._kept)


def test_bound_words_know_the_brand_and_whether_they_may_link(words_of):
    bound = BoundWords(words_of("## en answer\n{{ brand }} here\n"), "en", "BrightTel", may_link=True)

    assert bound.private("answer").text == "BrightTel here"
    assert bound.public("answer").text == "BrightTel here"
    assert bound.public("answer").may_link
