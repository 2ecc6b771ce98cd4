"""What stands in a text, against the public twitter-text suite; no case is known to the code by name."""

from typing import Any

import pytest

from commands.text import Entity, cashtags, hashtags, mentions, reply_to, urls, would_link

EXTRACT = "twitter-text/extract.yml"
TOP_LEVEL_DOMAINS = "twitter-text/tlds.yml"


def values(entities: list[Entity]) -> list[str]:
    return [entity.value for entity in entities]


def placed(name: str, entities: list[Entity]) -> list[dict[str, Any]]:
    return [{name: entity.value, "indices": [entity.start, entity.end]} for entity in entities]


@pytest.mark.suite(EXTRACT, "hashtags", "hashtags_from_astral")
def test_hashtags_are_found_as_x_finds_them(suite_case: dict[str, Any]) -> None:
    assert values(hashtags(suite_case["text"])) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(EXTRACT, "hashtags_with_indices")
def test_hashtags_stand_where_x_says(suite_case: dict[str, Any]) -> None:
    assert placed("hashtag", hashtags(suite_case["text"])) == suite_case["expected"]


@pytest.mark.suite(EXTRACT, "mentions")
def test_mentions_are_found_as_x_finds_them(suite_case: dict[str, Any]) -> None:
    assert values(mentions(suite_case["text"])) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(EXTRACT, "mentions_with_indices")
def test_mentions_stand_where_x_says(suite_case: dict[str, Any]) -> None:
    assert placed("screen_name", mentions(suite_case["text"])) == suite_case["expected"]


@pytest.mark.suite(EXTRACT, "replies")
def test_whom_a_text_replies_to_is_read_as_x_reads_it(suite_case: dict[str, Any]) -> None:
    assert reply_to(suite_case["text"]) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(EXTRACT, "cashtags")
def test_cashtags_are_found_as_x_finds_them(suite_case: dict[str, Any]) -> None:
    assert values(cashtags(suite_case["text"])) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(EXTRACT, "cashtags_with_indices")
def test_cashtags_stand_where_x_says(suite_case: dict[str, Any]) -> None:
    assert placed("cashtag", cashtags(suite_case["text"])) == suite_case["expected"]


@pytest.mark.suite(EXTRACT, "urls", "tco_urls_with_params")
def test_links_are_found_as_x_finds_them(suite_case: dict[str, Any]) -> None:
    assert values(urls(suite_case["text"])) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(EXTRACT, "urls_with_indices", "urls_with_directional_markers")
def test_links_stand_where_x_says(suite_case: dict[str, Any]) -> None:
    assert placed("url", urls(suite_case["text"])) == suite_case["expected"], suite_case["description"]


@pytest.mark.suite(TOP_LEVEL_DOMAINS, "country", "generic")
def test_every_top_level_domain_x_knows_makes_a_link(suite_case: dict[str, Any]) -> None:
    assert values(would_link(suite_case["text"])) == suite_case["expected"], suite_case["description"]
