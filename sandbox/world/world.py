"""The world: everything that exists on the local X, what can be done to it, and its memory across restarts.

Every change is one event in the world's file; starting replays them. Rules of X's API are not kept here (see
`sandbox.x_api`): a person using X's own app can do more than an app can.
"""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.world.composing import compose, compose_message
from sandbox.world.crowd import Crowd, first_people
from sandbox.world.messages import Messages
from sandbox.world.posts import Posts
from sandbox.world.records import Media, Message, Person, Post, as_event
from sandbox.world.snowflakes import DAY_MS, XClock, ms_of
from sandbox.world.worldfile import WorldFile

Listener = Callable[[str, Any], None]


class World:
    """People, posts, messages and media. `listeners` hear of each change as (kind, record)."""

    def __init__(self, path: Path | None = None) -> None:
        self.clock = XClock()
        self.crowd = Crowd()
        self.posts = Posts()
        self.messages = Messages()
        self.media: dict[int, Media] = {}
        self.id = ""
        self.secret = b""
        self.listeners: list[Listener] = []
        self.other_events: dict[str, Callable[[Any], object]] = {}
        self._said: dict[tuple[int, bytes], int] = {}
        self._file = WorldFile(path)
        self.brand, self._demo_people = first_people()

    def open(self) -> None:
        """Replays the world's file, or begins a new world. Call once, after `other_events` is filled.

        Raises: WorldFileError when the file cannot be used.
        """
        replay: dict[str, Callable[[Any], object]] = {
            "world": self._began,
            "clock": self._moved_clock,
            "person": self._joined,
            "post": self._posted,
            "deleted": self._deleted,
            "message": self._messaged,
            "hidden": lambda row: self.messages.hide(self.messages.by_id[row["id"]], row["person"]),
            "media": self._uploaded,
        } | self.other_events
        for person in [self.brand, *self._demo_people]:
            self.crowd.add(person)
        for kind, payload in self._file.events():
            replay[kind](payload)
        self.brand = self.crowd.by_id[self.brand.id]
        if not self.id:
            made = {"id": f"world-{secrets.token_hex(8)}", "secret": secrets.token_hex(32)}
            self.record("world", made)
            self._began(made)

    def record(self, kind: str, payload: object) -> None:
        """Writes one event to the world's file; for the bill, windows and whatever else belongs to it."""
        self._file.append(kind, payload)

    def close(self) -> None:
        """Lets go of the world's file."""
        self._file.close()

    def now_ms(self) -> int:
        """X's time in Unix milliseconds."""
        return self.clock.now_ms()

    def advance_clock(self, ms: int) -> None:
        """Moves X's time forward (not the machine's)."""
        self.clock.advance(ms)
        self.record("clock", {"offset_ms": self.clock.offset_ms})

    def add_person(self, username: str, name: str, **settings: Any) -> Person:
        """A new account."""
        person = Person(id=self.clock.next_id(), username=username, name=name, **settings)
        self._keep_person(person)
        return person

    def change_person(self, person: Person, **changes: Any) -> Person:
        """The same account with other settings; a new username renames it, old posts keep the old name."""
        changed = Person(**{name: getattr(person, name) for name in Person.__slots__} | changes)
        self._keep_person(changed)
        if changed.id == self.brand.id:
            self.brand = changed
        return changed

    def post(
        self,
        author: Person,
        typed: str,
        *,
        parent: Post | None = None,
        quotes: Post | None = None,
        reposts: Post | None = None,
        media: list[int] | None = None,
        reply_settings: str = "everyone",
        leave_out: frozenset[int] = frozenset(),
    ) -> Post:
        """A new post. In a reply X fills in the names of those it answers (see `_autofill`)."""
        if reposts is not None:
            typed = f"RT @{self.crowd.by_id[reposts.author].username}: {reposts.typed}"[:280]
        autofill = self._autofill(author, typed, parent, leave_out) if parent is not None else []
        composed = compose(typed, autofill, self.crowd.named)
        identity = self.clock.next_id()
        post = Post(
            id=identity,
            author=author.id,
            typed=typed,
            text=composed.text,
            conversation=parent.conversation if parent else identity,
            display=composed.display,
            lang=author.lang,
            entities=composed.entities,
            note=composed.note,
            mentioned=composed.mentioned,
            media=media or [],
            parent=parent.id if parent else None,
            parent_author=parent.author if parent else None,
            quotes=quotes.id if quotes else None,
            reposts=reposts.id if reposts else None,
            reply_settings=reply_settings,
        )
        self._keep_post(post)
        return post

    def edit(self, old: Post, typed: str) -> Post:
        """A new version of a post, with a new id; the conversation and what it answers stay."""
        parent = self.posts.by_id.get(old.parent) if old.parent else None
        author = self.crowd.by_id[old.author]
        autofill = self._autofill(author, typed, parent, frozenset()) if parent else []
        composed = compose(typed, autofill, self.crowd.named)
        same = {name: getattr(old, name) for name in Post.__slots__}
        post = Post(
            **same
            | {
                "id": self.clock.next_id(),
                "typed": typed,
                "text": composed.text,
                "display": composed.display,
                "entities": composed.entities,
                "note": composed.note,
                "mentioned": composed.mentioned,
                "history": list(old.history),
            }
        )
        self._keep_post(post)
        return post

    def delete_post(self, post: Post) -> None:
        """Deletes a post with all its versions."""
        self.record("deleted", {"id": post.id})
        for version in self._deleted({"id": post.id}):
            self._tell("deleted", version)

    def send_message(
        self, sender: Person, receiver: Person, text: str, media: list[int] | None = None
    ) -> Message:
        """A new private message."""
        composed = compose_message(text, self.crowd.named)
        message = Message(
            self.clock.next_id(), sender.id, receiver.id, text, composed.text, composed.entities, media or []
        )
        self.record("message", as_event(message))
        self.messages.add(message)
        self._tell("message", message)
        return message

    def hide_message(self, message: Message, person: Person) -> None:
        """Deletes one participant's own copy of a message."""
        self.record("hidden", {"id": message.id, "person": person.id})
        self.messages.hide(message, person.id)

    def upload(self, owner: Person, **about: Any) -> Media:
        """A new media file."""
        media = Media(id=self.clock.next_id(), owner=owner.id, **about)
        self.keep_media(media)
        return media

    def keep_media(self, media: Media) -> None:
        """Stores a media file, or its changed alternative text."""
        self.record("media", as_event(media))
        self.media[media.id] = media

    def said_lately(self, author: Person, typed: str) -> bool:
        """Whether this author has a standing post of exactly this text from the last 24 hours of X's time.

        Source: duplicate refusal "for about a day", https://docs.x.com (2026-11-21).
        """
        known = self._said.get((author.id, _digest(typed)))
        if known is None:
            return False
        post = self.posts.by_id[known]
        return not post.deleted and self.now_ms() - ms_of(post.id) < DAY_MS

    def _autofill(self, author: Person, typed: str, parent: Post, leave_out: frozenset[int]) -> list[Person]:
        """The people X names at the head of a reply: the author answered, then those that post names.

        Nobody is filled in when the text already begins with the answered author's name; nobody twice; the
        author never, save nobody else is there.
        """
        answered = self.crowd.by_id[parent.author]
        head = f"@{answered.username}".casefold()
        if typed.casefold().startswith(head):
            return []
        named = {word.strip(".,:;!?").casefold() for word in typed.split() if word.startswith("@")}
        people = [self.crowd.by_id[who] for who in dict.fromkeys([parent.author, *parent.mentioned])]
        return [
            person
            for person in people
            if person.id != author.id
            and person.id not in leave_out
            and f"@{person.username}".casefold() not in named
        ]

    def _keep_person(self, person: Person) -> None:
        self.record("person", {name: getattr(person, name) for name in Person.__slots__})
        self.crowd.add(person)
        self._tell("person", person)

    def _keep_post(self, post: Post) -> None:
        self.record("post", as_event(post))
        self._remember(post)
        self._tell("edited" if len(post.history) > 1 else "post", post)

    def _posted(self, row: dict[str, Any]) -> None:
        post = Post(**{"typed": "", "text": ""} | row | {"display": tuple(row["display"])})
        self.clock.saw(post.id)
        self._remember(post)

    def _remember(self, post: Post) -> None:
        self.posts.add(post)
        self._said[(post.author, _digest(post.typed))] = post.id

    def _deleted(self, row: dict[str, Any]) -> list[Post]:
        return self.posts.delete(self.posts.by_id[row["id"]])

    def _messaged(self, row: dict[str, Any]) -> None:
        message = Message(**{"typed": "", "text": ""} | row)
        self.clock.saw(message.id)
        self.messages.add(message)

    def _uploaded(self, row: dict[str, Any]) -> None:
        media = Media(**{"width": 0, "height": 0} | row)
        self.clock.saw(media.id)
        self.media[media.id] = media

    def _began(self, row: dict[str, Any]) -> None:
        self.id = row["id"]
        self.secret = bytes.fromhex(row["secret"])

    def _joined(self, row: dict[str, Any]) -> None:
        self.clock.saw(row["id"])
        self.crowd.add(Person(**row))

    def _moved_clock(self, row: dict[str, Any]) -> None:
        self.clock.offset_ms = row["offset_ms"]

    def _tell(self, kind: str, record: object) -> None:
        for listener in self.listeners:
            listener(kind, record)


def _digest(typed: str) -> bytes:
    return hashlib.blake2b(typed.strip().encode("utf-8", "surrogatepass"), digest_size=12).digest()
