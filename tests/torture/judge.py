"""Judges a run by what X's world shows: who got what, in which order, at which price, and what stands in
public.

It believes nothing the bot says about itself, save that the bot's listings must say the same as the world.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.torture.evidence import DELAYED, Asked, Due, Evidence, Finding, Verdict
from tests.torture.stage.local_world import BRAND

KINDS = (
    "lost", "doubled", "misordered", "wrong answer", "after a stop", "unasked", "leaked", "references",
    "unequal bill", "429 of our own",
)  # fmt: skip
FATAL_IN_CHECK = ("lost", "doubled", "leaked", "unequal bill")

REFERENCE = re.compile(r"\bBT-[0-9A-Z]{4}-[0-9A-Z]\b")
NOTICE = re.compile(DELAYED, re.S)
# What is said instead where three tries died under it; see `holding` there.
HOLDING = re.compile(r"^(?:Sorry, something went wrong on our side|Mae'n ddrwg gennym, aeth rhywbeth o'i le)")
_LEAST_PRIVATE_LINE = 8  # shorter lines of a private answer may stand in public by chance
_AGREE_TO = Decimal("0.001")
_POST_READ = ("post.read.owned", Decimal("0.001"))


def judge(evidence: Evidence) -> Verdict:
    """Everything that must not be, the worst first."""
    court = _Court(evidence)
    findings = [
        *court.public_answers(),
        *court.private_answers(),
        *court.left_to_people(),
        *court.unasked(),
        *court.leaks(),
        *court.references(),
        *court.money(),
        *court.limits(),
    ]
    findings.sort(key=lambda finding: KINDS.index(finding.kind))
    answers = len(court.replies) + len(court.sent)
    return Verdict(len(evidence.asked), answers, findings, len(court.excused))


class _Court:
    """The evidence of one run, put in order."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.replies = [post for post in evidence.posts if post["author"] == BRAND]
        self.sent = [message for message in evidence.messages if message["from"] == BRAND]
        self.excused: set[str] = set()
        self._under: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for post in self.replies:
            self._under[str(post["in_reply_to"])].append(post)
        self._of: dict[str, list[Asked]] = defaultdict(list)
        for asked in sorted(evidence.asked, key=lambda one: int(one.x_id)):
            self._of[asked.person].append(asked)

    # -- in public

    def public_answers(self) -> Iterator[Finding]:
        """Each request's replies: how many, the right ones, and in the order asked."""
        for person, asked in self._of.items():
            answered: list[tuple[int, Asked]] = []
            stops = [int(one.x_id) for one in asked if one.stops]
            for one in asked:
                replies = self._replies(one)
                if self._is_parked(one):
                    yield from self._held(one, replies)
                    continue
                dropped = any(int(one.x_id) < stop for stop in stops)
                yield from self._public(one, replies, dropped)
                # A notice is said when a private answer is known to be late, whatever was answered meanwhile.
                replies = [reply for reply in replies if not NOTICE.search(reply["text"])]
                if replies and not one.alone:
                    answered.append((min(int(reply["id"]) for reply in replies), one))
            ids = [number for number, _ in answered]
            for earlier, (number, one) in zip(ids, answered[1:], strict=False):
                if number < earlier:
                    yield Finding("misordered", "answered before an earlier request", person, one.x_id)

    def _replies(self, asked: Asked) -> list[Mapping[str, Any]]:
        return [reply for x_id in asked.x_ids for reply in self._under.get(x_id, ())]

    def _public(self, asked: Asked, replies: Sequence[Mapping[str, Any]], dropped: bool) -> Iterator[Finding]:
        most = {Due.SILENCE: 0, Due.PRIVATE: int(self._evidence.notices)}.get(asked.due, 1)
        if len(replies) > most:
            kind = "after a stop" if asked.due is Due.SILENCE else "doubled"
            yield Finding(kind, f"{len(replies)} public replies, {most} allowed", asked.person, asked.x_id)
            return
        if asked.due is Due.PUBLIC and not replies and not dropped and not self._excuse(asked):
            yield Finding("lost", "no public reply", asked.person, asked.x_id)
        pattern = NOTICE if asked.due is Due.PRIVATE else re.compile(asked.words)
        for reply in replies:
            if asked.due is not Due.SILENCE and not pattern.search(reply["text"]):
                yield Finding("wrong answer", repr(reply["text"]), asked.person, asked.x_id)

    def _is_parked(self, asked: Asked) -> bool:
        return bool(self._evidence.parked.intersection(asked.x_ids))

    def _held(self, asked: Asked, replies: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Set aside for a person: told so once at most, and never answered besides."""
        self.excused |= set(asked.x_ids)
        if len(replies) > 1:
            yield Finding("doubled", f"{len(replies)} replies, of which 1 may hold", asked.person, asked.x_id)
        for reply in replies:
            if not HOLDING.search(reply["text"]):
                yield Finding("wrong answer", f"parked: {reply['text']!r}", asked.person, asked.x_id)

    def _excuse(self, asked: Asked) -> bool:
        """A person must decide, and is listed as one who waits: not answered, and not lost."""
        known = self._evidence.left_to_people.intersection(asked.x_ids)
        self.excused |= known
        return bool(known)

    # -- in private

    def private_answers(self) -> Iterator[Finding]:
        """Each person's messages beside what they asked: none missing, none twice, in the order asked."""
        to: dict[str, list[str]] = defaultdict(list)
        for message in sorted(self.sent, key=lambda one: int(one["id"])):
            to[message["to"]].append(message["text"])
        for person in {*to, *self._of}:
            wanted = [one for one in self._of.get(person, ()) if one.due is Due.PRIVATE]
            parked = sum(self._is_parked(one) for one in wanted if one.by_message)
            holding = [text for text in to.get(person, ()) if HOLDING.search(text)]
            if len(holding) > parked:
                yield Finding("doubled", f"{len(holding)} messages that hold, for {parked} parked", person)
            got = [text for text in to.get(person, ()) if text not in holding]
            yield from self._private(person, [one for one in wanted if not self._is_parked(one)], got)

    def _private(self, person: str, wanted: Sequence[Asked], got: Sequence[str]) -> Iterator[Finding]:
        words = sorted({one.words for one in wanted})
        named = [next((w for w in words if re.search(w, text)), None) for text in got]
        for text, word in zip(got, named, strict=True):
            if word is None:
                yield Finding("wrong answer" if wanted else "unasked", f"a message: {text!r}", person)
        have = Counter(word for word in named if word is not None)
        need = Counter(one.words for one in wanted)
        for word, count in (have - need).items():
            ids = [one.x_id for one in wanted if one.words == word]
            yield Finding("doubled", f"{count} messages too many like {word!r}", person, ids[-1])
        missing = need - have
        last_stop = max((int(one.x_id) for one in wanted if one.stops), default=0)
        # What waited when its person said stop is dropped; of several alike, that is what is missing.
        for one in [*(one for one in wanted if int(one.x_id) < last_stop), *reversed(wanted)]:
            if missing[one.words] > 0:
                missing[one.words] -= 1
                if int(one.x_id) >= last_stop and not self._excuse(one):
                    yield Finding("lost", f"no private message like {one.words!r}", person, one.x_id)
        if have == need:
            yield from self._order(person, wanted, [word for word in named if word is not None])

    def _order(self, person: str, wanted: Sequence[Asked], named: Sequence[str]) -> Iterator[Finding]:
        for one, word in zip(wanted, named, strict=True):
            if one.words != word and not one.alone:
                yield Finding("misordered", f"a message like {word!r} came first", person, one.x_id)
                return

    # -- left to people

    def left_to_people(self) -> Iterator[Finding]:
        """Whoever has requests set aside is told so at least once, and there are no more of them than deaths
        and other attacks can be the cause of.
        """
        for person, asked in self._of.items():
            held = [one for one in asked if self._is_parked(one) and one.due in (Due.PUBLIC, Due.PRIVATE)]
            stops = [int(one.x_id) for one in asked if one.stops]
            due = [one for one in held if not any(int(one.x_id) < stop for stop in stops)]
            told = [reply["text"] for one in held for reply in self._replies(one)]
            told += [message["text"] for message in self.sent if message["to"] == person]
            if due and not any(HOLDING.search(text) or REFERENCE.search(text) for text in told):
                yield Finding("lost", "set aside, and told nothing", person, due[0].x_id)
        most = self._evidence.most_left_to_people
        if most is not None and len(self.excused) > most:
            yield Finding("lost", f"{len(self.excused)} left to people; the attacks explain {most}")

    # -- what nobody asked for, and what nobody may see

    def unasked(self) -> Iterator[Finding]:
        """Posts of ours that stand under nothing anybody asked."""
        known = {x_id for asked in self._evidence.asked for x_id in asked.x_ids}
        for post in self.replies:
            if str(post["in_reply_to"]) not in known:
                yield Finding("unasked", f"a post: {post['text']!r}", x_id=str(post["id"]))

    def leaks(self) -> Iterator[Finding]:
        """Private values, lines of customers' private answers, and people's own words, in public."""
        secrets = set(self._evidence.private_values)
        for message in self.sent:
            if message["to"] in self._evidence.accounts and not REFERENCE.search(message["text"]):
                lines = [line.strip() for line in message["text"].splitlines()]
                secrets |= {line for line in lines if len(line) >= _LEAST_PRIVATE_LINE}
        canaries = {one.canary for one in self._evidence.asked if one.canary}
        public = "\n".join(post["text"] for post in self.replies)
        for secret in sorted(secrets | canaries):
            if secret in public:
                where = next(str(post["id"]) for post in self.replies if secret in post["text"])
                yield Finding("leaked", f"{secret!r} stands in public", x_id=where)

    def references(self) -> Iterator[Finding]:
        """One reference in each ticket's answer, one ticket for each person and command, and all listed."""
        seen: dict[tuple[str, str], set[str]] = defaultdict(set)
        for person, asked in self._of.items():
            for one in asked:
                for reply in self._replies(one):
                    named = set(REFERENCE.findall(reply["text"]))
                    if self._is_parked(one):
                        seen[person, f"parked {one.x_id}"] |= named
                    elif len(named) != int(bool(one.ticket)):
                        yield Finding("references", f"{len(named)} in {reply['text']!r}", person, one.x_id)
                    elif named:
                        seen[person, one.ticket] |= named
            seen[person, "parked by message"] |= self._holding_references(person)
            yield from self._private_references(person, asked, seen)
        for (person, command), named in seen.items():
            if len(named) > 1 and command != "parked by message":
                yield Finding("references", f"{command}: {', '.join(sorted(named))}", person)
        owners = Counter(reference for named in seen.values() for reference in named)
        for reference in sorted(one for one, times in owners.items() if times > 1):
            yield Finding("references", f"{reference} names several tickets")
        listed = {str(row["reference"]) for row in self._evidence.tickets}
        for reference in sorted(set(owners) - listed):
            yield Finding("references", f"{reference} stands on X and in no listing")
        # Of a ticket that a stop kept from being told, or that a person must tell, X knows nothing.
        told = listed - self._untold()
        for reference in sorted(told - set(owners)):
            yield Finding("references", f"{reference} is listed and was told nobody")

    def _holding_references(self, person: str) -> set[str]:
        holding = (one["text"] for one in self.sent if one["to"] == person and HOLDING.search(one["text"]))
        return {reference for text in holding for reference in REFERENCE.findall(text)}

    def _private_references(
        self, person: str, asked: Sequence[Asked], seen: dict[tuple[str, str], set[str]]
    ) -> Iterator[Finding]:
        tickets = [one for one in asked if one.due is Due.PRIVATE and one.ticket and not self._is_parked(one)]
        texts = [message["text"] for message in self.sent if message["to"] == person]
        for command in {one.ticket for one in tickets}:
            words = next(one.words for one in tickets if one.ticket == command)
            for text in (text for text in texts if re.search(words, text)):
                named = set(REFERENCE.findall(text))
                if len(named) != 1:
                    yield Finding("references", f"{len(named)} in a message {text!r}", person)
                seen[person, command] |= named

    def _untold(self) -> set[str]:
        """Tickets of nothing but mentions that a person must decide."""
        return {
            str(row["reference"])
            for row in self._evidence.tickets
            if self.excused.issuperset(row.get("mention_ids", ("",)))
        }

    # -- money and limits

    def money(self) -> Iterator[Finding]:
        """The ledger beside X's bill, item by item; nothing may still be reserved.

        X charges a post that it shows in an answer which is lost on the way. Where the post is deleted or
        edited before the next look, no later answer names it, so nobody but X can know of that charge.
        """
        settled: dict[str, Decimal] = defaultdict(Decimal)
        reserved: dict[str, Decimal] = defaultdict(Decimal)
        for row in self._evidence.ledger:
            settled[row["item"]] += Decimal(row["settled_usd"])
            reserved[row["item"]] += Decimal(row["reserved_usd"])
        for item in sorted({*settled, *self._evidence.bill}):
            ours, theirs = settled[item], self._evidence.bill.get(item, Decimal(0))
            unknowable = self._vanished() * _POST_READ[1] if item == _POST_READ[0] else Decimal(0)
            if not -_AGREE_TO < theirs - ours < _AGREE_TO + unknowable:
                yield Finding("unequal bill", f"{item}: our ledger {ours} USD, X's bill {theirs} USD")
        for item, left in sorted(reserved.items()):
            if left:
                yield Finding("unequal bill", f"{item}: {left} USD are still reserved")

    def _vanished(self) -> int:
        """How many ids of people's posts X stopped showing."""
        edited = sum(len(asked.x_ids) - 1 for asked in self._evidence.asked)
        return edited + sum(bool(post.get("deleted")) for post in self._evidence.posts)

    def limits(self) -> Iterator[Finding]:
        """Calls that X refused because we made too many: none, unless a fault said so."""
        for call in self._evidence.calls:
            if call["status"] == 429 and not call["fault"]:
                yield Finding("429 of our own", f"call {call['n']}: {call['method']} {call['path']}")
