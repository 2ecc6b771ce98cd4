"""Which fields, expansions and names a call asked for: `tweet.*` or `post.*`, and exactly those fields.

X is renaming `tweet` to `post`; each call is answered in the words it asked in, `tweet` when it used neither.
Source: X's OpenAPI description 2.167 for `post.*`; https://docs.x.com/x-api/fundamentals/fields for `tweet.*`
(2026-11-21). Both documents leave out names the other has, so names of either are accepted in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sandbox.x_api.problem_bodies import invalid


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


POST_FIELDS = _names(
    """
    article article_title attachments author_id card_uri community_id context_annotations
    conversation_id created_at display_text_range edit_controls edit_history_tweet_ids entities geo
    id in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics
    note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive
    promoted_metrics public_metrics referenced_tweets reply_settings scopes source
    suggested_source_links suggested_source_links_with_counts text username withheld
    """
)
USER_FIELDS = _names(
    """
    affiliation confirmed_email connection_status created_at description entities id
    is_identity_verified location most_recent_tweet_id name parody pinned_tweet_id
    profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you
    subscription subscription_type url username verified verified_followers_count verified_type
    withheld
    """
)
DM_FIELDS = _names(
    """
    attachments created_at dm_conversation_id entities event_type id participant_ids
    referenced_tweets sender_id text
    """
)
MEDIA_FIELDS = _names(
    """
    alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url
    promoted_metrics public_metrics type url variants width
    """
)
EXPANSIONS = _names(
    """
    article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet
    attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username
    entities.note.mentions.username geo.place_id in_reply_to_user_id referenced_tweets
    referenced_tweets.id referenced_tweets.id.author_id referenced_tweets.id.attachments.media_keys
    username affiliation most_recent_tweet_id pinned_tweet_id sender_id participant_ids
    """
)

_RENAMED = {
    "note_post": "note_tweet",
    "referenced_posts": "referenced_tweets",
    "referenced_posts.id": "referenced_tweets.id",
    "referenced_posts.id.author_id": "referenced_tweets.id.author_id",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "most_recent_post_id": "most_recent_tweet_id",
    "pinned_post_id": "pinned_tweet_id",
}
_PARAMETERS: dict[str, tuple[str, frozenset[str]]] = {
    "tweet.fields": ("post", POST_FIELDS),
    "post.fields": ("post", POST_FIELDS),
    "user.fields": ("user", USER_FIELDS),
    "dm_event.fields": ("message", DM_FIELDS),
    "media.fields": ("media", MEDIA_FIELDS),
    "expansions": ("expansions", EXPANSIONS),
}

FIELD_PARAMETERS = frozenset(_PARAMETERS) | {"place.fields", "poll.fields"}


@dataclass(frozen=True, slots=True)
class Words:
    """The names of one vocabulary."""

    note: str
    referenced: str
    history: str
    included: str
    reposts: str
    count: str


TWEET_WORDS = Words(
    "note_tweet", "referenced_tweets", "edit_history_tweet_ids", "tweets", "retweet_count", "tweet_count"
)
POST_WORDS = Words(
    "note_post", "referenced_posts", "edit_history_post_ids", "posts", "repost_count", "post_count"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call wants to see; the names are those of the `tweet` vocabulary."""

    words: Words
    post: frozenset[str]
    user: frozenset[str]
    message: frozenset[str]
    media: frozenset[str]
    expansions: frozenset[str]


def wanted(query: Mapping[str, str]) -> Wanted:
    """What the query's `…fields` and `expansions` ask for.

    Raises: Problem 400 for a name X does not know.
    """
    return _wanted(tuple((name, query[name]) for name in _PARAMETERS if name in query))


@lru_cache(maxsize=1024)
def _wanted(asked: tuple[tuple[str, str], ...]) -> Wanted:
    found: dict[str, frozenset[str]] = {}
    new_words = old_words = False
    for parameter, listed in asked:
        kind, known = _PARAMETERS[parameter]
        sent = [name for name in listed.split(",") if name]
        new_words |= parameter == "post.fields" or any(name in _RENAMED for name in sent)
        old_words |= parameter == "tweet.fields" or any(name in _RENAMED.values() for name in sent)
        names = frozenset(_RENAMED.get(name, name) for name in sent)
        for name in names - known:
            choices = ",".join(sorted(known))
            raise invalid(
                f"The `{parameter}` query parameter value [{name}] is not one of [{choices}]",
                **{parameter: name},
            )
        found[kind] = found.get(kind, frozenset()) | names
    nothing: frozenset[str] = frozenset()
    return Wanted(
        POST_WORDS if new_words and not old_words else TWEET_WORDS,
        found.get("post", nothing) | {"id", "text", "edit_history_tweet_ids"},
        found.get("user", nothing) | {"id", "name", "username"},
        found.get("message", nothing) | {"id", "text", "event_type"},
        found.get("media", nothing) | {"media_key", "type"},
        found.get("expansions", nothing),
    )


def check_parameters(query: Mapping[str, str], allowed: frozenset[str]) -> None:
    """Raises Problem 400 for a query parameter the route does not know."""
    for name in query:
        if name not in allowed and name not in FIELD_PARAMETERS:
            choices = ",".join(sorted(allowed | FIELD_PARAMETERS))
            raise invalid(f"The query parameter [{name}] is not one of [{choices}]", **{name: query[name]})
