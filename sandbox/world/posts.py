"""All public posts, with an index for each question the API asks of them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from sandbox.world.records import Post


class Posts:
    """Posts by id, and in ascending lists: by author, person addressed, conversation, post answered."""

    def __init__(self) -> None:
        self.by_id: dict[int, Post] = {}
        self.all_ids: list[int] = []
        self.by_author: defaultdict[int, list[int]] = defaultdict(list)
        self.addressing: defaultdict[int, list[int]] = defaultdict(list)
        self.by_conversation: defaultdict[int, list[int]] = defaultdict(list)
        self.answers_to: defaultdict[int, list[int]] = defaultdict(list)
        self.quotes_of: defaultdict[int, list[int]] = defaultdict(list)
        self.reposts_of: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, post: Post) -> None:
        """Takes a post in. Ids ascend, so every list stays sorted; a known id replaces its record."""
        if post.id in self.by_id:
            self.by_id[post.id] = post
            return
        if post.history:  # an edit: all versions share one list, which now ends with this one
            first = self.by_id[post.history[0]]
            first.history.append(post.id)
            post.history = first.history
        else:
            post.history = [post.id]
        self.by_id[post.id] = post
        self.all_ids.append(post.id)
        self.by_author[post.author].append(post.id)
        self.by_conversation[post.conversation].append(post.id)
        for person in self._addressed(post):
            self.addressing[person].append(post.id)
        for index, key in (
            (self.answers_to, post.parent),
            (self.quotes_of, post.quotes),
            (self.reposts_of, post.reposts),
        ):
            if key is not None:
                index[key].append(post.id)

    def delete(self, post: Post) -> list[Post]:
        """Marks every version of a post as deleted (X deletes the whole chain) and returns them.

        Source: https://docs.x.com/x-api/fundamentals/edit-posts (2026-11-21).
        """
        versions = [self.by_id[version] for version in post.history]
        for version in versions:
            version.deleted = True
        return versions

    def newest_version(self, post: Post) -> Post:
        """The version X shows for any id of an edit chain."""
        return self.by_id[post.history[-1]]

    def is_current(self, post: Post) -> bool:
        """Whether a post is there and has not been replaced by an edit."""
        return not post.deleted and post.history[-1] == post.id

    def _addressed(self, post: Post) -> set[int]:
        quoted = self.by_id.get(post.quotes) if post.quotes else None
        addressed = set(post.mentioned)
        if quoted is not None:
            addressed.add(quoted.author)
        if post.parent_author is not None:
            addressed.add(post.parent_author)
        return addressed - {post.author}


def newest_first(ids: list[int], above: int = 0, below: int | None = None) -> Iterator[int]:
    """The ids of an ascending list that are > above and < below, newest first."""
    start = bisect_right(ids, above)
    position = len(ids) if below is None else bisect_left(ids, below)
    while position > start:
        position -= 1
        yield ids[position]
