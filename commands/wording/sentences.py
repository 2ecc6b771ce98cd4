"""What the bot itself says, beside the commands: a named function for each sentence of sentences.md.

Every sentence here may be read by everybody, save those that return `PrivateWords`. A public one is said in a
direct message by `privately()`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.plan import PrivateWords, PublicWords
from commands.privacy import Public
from commands.wording.words import BoundWords, Renderers, Words, read_words

SENTENCES_FILE = Path(__file__).with_name("sentences.md")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The bot's own sentences, for one brand. `lang` is a BCP 47 tag; commands are named without `#`."""

    words: Words
    brand: str

    @classmethod
    def load(cls, renderers: Renderers, brand: str, file: Path = SENTENCES_FILE) -> "Sentences":
        """The sentences in their file. Raises WordsUnreadable or OSError as `read_words` does."""
        return cls(read_words(file, renderers), brand)

    def invite(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """Asks for a direct message, so that a private answer can be given there."""
        return self._say(lang).public("invite", commands=Public(tuple(commands)))

    def invite_briefly(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """The invitation, where there is little room."""
        return self._say(lang).public("invite briefly", commands=Public(tuple(commands)))

    def delayed(self, lang: str, commands: Sequence[str], at: datetime) -> PublicWords:
        """A private answer takes a while; it is expected at about `at`."""
        return self._say(lang).public("delayed", commands=Public(tuple(commands)), at=Public(at))

    def details(self, lang: str) -> PublicWords:
        """Asks for the details of tickets that were told briefly."""
        return self._say(lang).public("details")

    def not_linked(self, lang: str) -> PrivateWords:
        """The next step for somebody whose X account is not linked to a customer."""
        return self._say(lang).private("not linked")

    def accounts_unavailable(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """The account source cannot answer now."""
        return self._say(lang).public("accounts unavailable", commands=Public(tuple(commands)))

    def too_many(self, lang: str, again: datetime) -> PublicWords:
        """One person asked more often than one person may; `again` is when they may ask next."""
        return self._say(lang).public("too many", again=Public(again))

    def holding(self, lang: str, reference: str, due: datetime | None) -> PublicWords:
        """A command failed here and a ticket was opened; `due` None: nothing is promised. Ends in the
        reference.
        """
        return self._say(lang).public("holding", reference=Public(reference), due=Public(due))

    def help_line(self, lang: str, commands: Sequence[str]) -> PrivateWords:
        """One line of help to a direct message without a command; name two or three commands."""
        return self._say(lang).private("help line", commands=tuple(commands))

    def privacy(self, lang: str, url: str) -> PrivateWords:
        """Where the privacy policy stands, and how to stop."""
        return self._say(lang).private("privacy", url=url)

    def suggestion(self, lang: str, command: str) -> PublicWords:
        """Asks whether a misspelled hashtag was meant to be this command."""
        return self._say(lang).public("suggestion", commands=Public((command,)))

    def unread(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """Names the commands beyond the third."""
        return self._say(lang).public("unread", commands=Public(tuple(commands)))

    def offered(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """Names the commands whose answers had no room in the post."""
        return self._say(lang).public("offered", commands=Public(tuple(commands)))

    def left_out(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """Names what was not read and what had no room, where there is little room."""
        return self._say(lang).public("left out", commands=Public(tuple(commands)))

    def not_now(self, lang: str, commands: Sequence[str]) -> PublicWords:
        """Names the commands that are switched off, or that this person asked too often."""
        return self._say(lang).public("not now", commands=Public(tuple(commands)))

    def follow_up(self, lang: str, reference: str, due: datetime | None) -> PublicWords:
        """Something without a command was added to an open ticket."""
        return self._say(lang).public("follow-up", reference=Public(reference), due=Public(due))

    def urgent(self, lang: str, back: datetime | None) -> PublicWords:
        """A person takes over at once; `back` is when somebody is there, None when they are there now."""
        return self._say(lang).public("urgent", back=Public(back))

    def incident(self, lang: str, text: str, reference: str = "", *, tell_me: bool) -> PublicWords:
        """What everybody is told while an incident is open; ends in the ticket's reference, if there is one.

        `tell_me`: names the way to be told of the end.
        """
        return self._say(lang).public(
            "incident", text=Public(text), reference=Public(reference), tell_me=Public(tell_me)
        )

    def incident_by_message(self, lang: str, text: str, reference: str, tell_me: bool) -> PrivateWords:
        """The same in a direct message."""
        return self._say(lang).private("incident by message", text=text, reference=reference, tell_me=tell_me)

    def incident_ticket(self, lang: str, reference: str) -> PublicWords:
        """The reference of a ticket under an incident that was told before it."""
        return self._say(lang).public("incident ticket", reference=Public(reference))

    def incident_over(
        self, lang: str, text: str, over: datetime, *, news: str = "", by_itself: bool = False
    ) -> PrivateWords:
        """An incident is over, to somebody who asked to be told. `by_itself`: its time was over."""
        return self._say(lang).private("incident over", text=text, over=over, news=news, by_itself=by_itself)

    def surge(self, lang: str, since: datetime) -> PublicWords:
        """What could be told of a problem that many people have begun to report."""
        return self._say(lang).public("surge", since=Public(since))

    def _say(self, lang: str) -> BoundWords:
        return BoundWords(self.words, lang, self.brand)
