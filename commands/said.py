"""The words a person wrote, kept apart from our own.

They may be compared and looked up. Public words refuse them, so that nobody can make the brand say something
by writing it behind a hashtag.
"""


class Said(str):
    """A word the person wrote."""

    __slots__ = ()
