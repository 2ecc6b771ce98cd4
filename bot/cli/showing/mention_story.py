"""`tweetserve show mention ID`: what happened to one mention, step by step."""

from typing import Any

from bot.cli.opened import Opened, opened
from bot.cli.printing import clean, lasting, local, put, put_json, put_table
from bot.cli.troubles import not_found
from storage import people, stories
from storage.states import Glossed, MentionState, Reason
from storage.stories import Story, in_json


def show_story(given: str, *, as_json: bool) -> None:
    """Tells the story of the mention with this X id, or with this number of the logs.

    Raises: what `opened` raises; OperatorError when there is none.
    """
    with opened() as at:
        story = at.database.read(lambda c: stories.story(c, at.brand_id, given))
        if story is None:
            raise not_found(
                f"No mention with the id {given} was ever received.",
                "Look for it with: tweetserve show mentions",
            )
        if as_json:
            put_json([_as_json(story)])
        else:
            _tell(at, story)


def _as_json(story: Story) -> dict[str, Any]:
    mention = story.mention
    return {
        "id": mention.x_id,
        "author_id": mention.author_id,
        "state": mention.state,
        "reason": mention.reason,
        "commands": mention.commands.split(),
        "received_at": in_json(mention.received_at),
        "answered_at": in_json(mention.answered_at),
        "posted_at": in_json(mention.posted_at),
        "kind": mention.kind,
        "text": story.text,
        "delivery_ids": [str(delivery.id) for delivery in story.deliveries],
        "tickets": list(story.references),
        "handover_id": None if mention.handover_id is None else str(mention.handover_id),
        "steps": [
            {"at": in_json(step.at), "who": step.who, "what": step.what, "detail": step.detail}
            for step in story.steps
        ],
    }


def _tell(at: Opened, story: Story) -> None:
    mention, now = story.mention, at.now()
    known = at.database.read(lambda c: people.find(c, at.brand_id, [mention.author_id])).get(
        mention.author_id
    )
    author = f"@{known.username} ({mention.author_id})" if known and known.username else mention.author_id
    put(clean(f"{mention.kind} {mention.x_id} by {author}, {local(mention.posted_at, now)}"))
    for line in (story.text or "(its text is forgotten)").splitlines():
        put(f"  | {clean(line)}")
    put(f"now: {_with_gloss(MentionState, mention.state)}")
    if mention.reason:
        put(f"why: {_with_gloss(Reason, mention.reason)}")
    if mention.answered_at:
        put(f"answered {lasting(mention.answered_at - mention.posted_at)} after it was posted")
    put()
    begun = story.steps[0].at if story.steps else mention.posted_at
    put_table(
        ("time", "after", "who", "what", "detail"),
        [
            (
                f"{step.at.astimezone():%H:%M:%S}",
                f"+{(step.at - begun).total_seconds():.1f} s",
                step.who,
                step.what,
                step.detail,
            )
            for step in story.steps
        ],
        nothing="Nothing has happened yet.",
    )
    _tell_texts(story)
    if story.references:
        put("\ntickets: " + " ".join(story.references))
    if mention.handover_id is not None:
        put(f"\nhand-over: {mention.handover_id}")


def _tell_texts(story: Story) -> None:
    for delivery in story.deliveries:
        on_x = f", {delivery.x_id} on X" if delivery.x_id else ""
        why = f" ({delivery.reason})" if delivery.reason else ""
        put(clean(f"\ndelivery {delivery.id}: {delivery.channel}, {delivery.state}{why}{on_x}"))
        for line in delivery.text.splitlines():
            put(f"  | {clean(line)}")


def _with_gloss(words: type[Glossed], word: str) -> str:
    return f"{word}: {words(word).gloss}"
