"""The yardstick: the least that answers mentions, a serial loop on stock tweepy that remembers nothing.

`python -m benchmarks.stock_loop ADDRESS` polls the mentions at ADDRESS again as soon as a poll ends, and
gives each a fixed text and a counter by the kind of call TweetServe would make: a post to #help, a message
to #data.
"""

import sys
from typing import Any

import requests
import tweepy  # type: ignore[import-untyped]  # carries no types

PAGE = 100


class ElsewhereSession(requests.Session):
    """tweepy has no setting for X's address: this replaces it, before anything is signed."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # passes on what tweepy gives
        return super().request(
            method, url.replace("https://api.twitter.com", self._base_url), *args, **kwargs
        )


def answer_for_ever(client: tweepy.Client, brand_id: str) -> None:
    """Polls and answers, oldest first."""
    newest: str | None = None
    count = 0
    while True:
        mentions = unanswered(client, brand_id, newest)
        for mention in mentions:
            count += 1
            if "#data" in mention.text:
                text = f"You have used 9.4 GB of 20 GB. It starts anew on 1 December. Number {count}"
                client.create_direct_message(participant_id=mention.author_id, text=text)
            else:
                text = f"I can help with your bill, your data and your orders. Number {count}"
                client.create_tweet(text=text, in_reply_to_tweet_id=mention.id)
        newest = str(mentions[-1].id) if mentions else newest


def unanswered(client: tweepy.Client, brand_id: str, newest: str | None) -> list[Any]:
    """All mentions after the newest answered one, oldest first."""
    found: list[Any] = []
    token: str | None = None
    while True:
        page = client.get_users_mentions(
            brand_id,
            since_id=newest,
            pagination_token=token,
            max_results=PAGE,
            tweet_fields=["author_id"],
            user_auth=True,
        )
        found += page.data or []
        token = page.meta.get("next_token")
        if token is None:
            return found[::-1]


def main() -> None:
    base_url = sys.argv[1]
    keys = requests.get(f"{base_url}/sandbox/keys", timeout=10).json()
    client = tweepy.Client(
        consumer_key=keys["api_key"],
        consumer_secret=keys["api_secret"],
        access_token=keys["access_token"],
        access_token_secret=keys["access_token_secret"],
    )
    client.session = ElsewhereSession(base_url)
    answer_for_ever(client, keys["user_id"])


if __name__ == "__main__":
    main()
