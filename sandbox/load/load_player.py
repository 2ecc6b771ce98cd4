"""Plays planned days on the world, by X's clock: each post when its time has come, however that came about.

X's clock runs as fast as the machine's. When it is moved forward, what falls into the time left out is posted
on the way, each at its own moment, so that ids and times are those of the plan.
"""

import asyncio
import heapq
from itertools import count

from sandbox.load.load_plan import Plan, PlannedPost
from sandbox.world.records import Post
from sandbox.world.world import World


class LoadPlayer:
    """The days under way. `begin` needs a running event loop; everything else may be called anywhere."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._due: list[tuple[int, int, _Playing, int]] = []  # X's time in ms, a tie-breaker, whose, which
        self._number = count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def begin(self, plan: Plan, speed: float) -> int:
        """Begins a day whose midnight is now; the number of its posts.

        `speed`: how many times faster than X's time the day goes by: with 24 it lasts an hour.
        """
        now, playing = self._world.now_ms(), _Playing(self._world, plan)
        for place, post in enumerate(plan.posts):
            heapq.heappush(
                self._due, (now + round(post.at_seconds * 1000 / speed), next(self._number), playing, place)
            )
        self._wait()
        return len(plan.posts)

    def advance(self, ms: int) -> None:
        """Moves X's clock forward, and posts on the way what is due on the way."""
        until = self._world.now_ms() + ms
        while self._due and self._due[0][0] <= until:
            self._world.advance_clock(max(0, self._due[0][0] - self._world.now_ms()))
            self._post_next()
        self._world.advance_clock(max(0, until - self._world.now_ms()))
        self._wait()

    def stop(self) -> int:
        """Ends all days; the number of posts that are not written any more."""
        left = len(self._due)
        self._due.clear()
        return left

    def close(self) -> None:
        """Writes nothing more."""
        self._closed = True

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due:
            wait_ms = max(0, self._due[0][0] - self._world.now_ms())
            self._timer = asyncio.get_running_loop().call_later(wait_ms / 1000, self._catch_up)

    def _catch_up(self) -> None:
        self._timer = None
        while not self._closed and self._due and self._due[0][0] <= self._world.now_ms():
            self._post_next()
        if not self._closed:
            self._wait()

    def _post_next(self) -> None:
        _, _, playing, place = heapq.heappop(self._due)
        playing.post(place)


class _Playing:
    """One day under way: which of its posts stand on X, by their place in the plan."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world = world
        self._plan = plan
        self._newcomers = {one.username: one for one in plan.newcomers}
        self._written: dict[int, Post] = {}

    def post(self, place: int) -> None:
        planned = self._plan.posts[place]
        person = self._world.crowd.named(planned.author)
        if person is None:
            new = self._newcomers[planned.author]
            person = self._world.add_person(new.username, new.name, accepts_dms=new.accepts_dms)
        self._written[place] = self._world.post(person, planned.text, parent=self._answer(planned))

    def _answer(self, planned: PlannedPost) -> Post | None:
        """The brand's reply that is thanked for; None while there is none: then the thanks stand alone."""
        asked = None if planned.thanks_for is None else self._written.get(planned.thanks_for)
        if asked is None:
            return None
        posts = self._world.posts
        replies = (posts.by_id[one] for one in posts.answers_to.get(asked.id, ()))
        ours = (one for one in replies if one.author == self._world.brand.id and not one.deleted)
        return next(ours, None)
