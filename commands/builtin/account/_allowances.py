"""What is left of an account's allowances of one kind, sorted for telling: live, expired, sponsored."""

from dataclasses import dataclass
from datetime import date, timedelta

from commands.accounts import Account, Bucket, Usage
from commands.api import Request


@dataclass(frozen=True, slots=True, repr=False)
class Allowance:
    """One bucket as it is told. Whose it is, is said only where the account has several lines."""

    name: str
    allowance: int | None  # None: unlimited
    used: int
    left: int | None
    line: str  # the one line that draws on it, "" where there is no other
    shared_by: tuple[str, ...]  # the lines that draw on it, where it is shared
    until: date | None
    renewed_on: date | None  # has begun anew since, so these figures are old
    fresh_on: date | None  # begins anew on this day


@dataclass(frozen=True, slots=True, repr=False)
class Allowances:
    """The allowances of one kind. `in_all` is their sum, where they serve the same lines and places."""

    live: tuple[Allowance, ...]
    expired: tuple[Allowance, ...]
    sponsored: tuple[Allowance, ...]
    in_all: int | None

    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.live or self.expired or self.sponsored)


def today_of(request: Request) -> date:
    """The brand's day at which the request is answered."""
    return request.now.astimezone(request.brand.zone).date()


def allowances(account: Account, kind: Usage, today: date) -> Allowances:
    """The account's buckets of this kind, as they stand today."""
    buckets = [bucket for bucket in account.buckets if bucket.kind.reveal() is kind]
    counted = [bucket for bucket in buckets if not bucket.sponsored.reveal()]
    live = [bucket for bucket in counted if not bucket.expired(today).reveal()]
    return Allowances(
        live=tuple(_told(account, bucket, today) for bucket in live),
        expired=tuple(_told(account, b, today) for b in counted if b.expired(today).reveal()),
        sponsored=tuple(_told(account, b, today) for b in buckets if b.sponsored.reveal()),
        in_all=_in_all(live),
    )


def _in_all(live: list[Bucket]) -> int | None:
    """The sum of what is left; None where one is alone, unlimited, of other lines or for another place."""
    left = [bucket.left().reveal() for bucket in live]
    uses = {(frozenset(bucket.line_ids.reveal()), bucket.only_in.reveal()) for bucket in live}
    if len(live) < 2 or len(uses) > 1:
        return None
    finite = [amount for amount in left if amount is not None]
    return sum(finite) if len(finite) == len(left) else None


def _told(account: Account, bucket: Bucket, today: date) -> Allowance:
    last, renews = bucket.ends_on.reveal(), bucket.renews.reveal()
    after = last + timedelta(days=1) if last is not None and renews else None
    labels = tuple(
        line.label.reveal() for line in account.lines if line.id.reveal() in bucket.line_ids.reveal()
    )
    shared = bucket.shared().reveal()
    return Allowance(
        name=bucket.name.reveal(),
        allowance=bucket.allowance.reveal(),
        used=bucket.used.reveal(),
        left=bucket.left().reveal(),
        line="" if shared or len(account.lines) < 2 or not labels else labels[0],
        shared_by=labels if shared else (),
        until=last,
        renewed_on=after if after is not None and after <= today else None,
        fresh_on=after if after is not None and after > today else None,
    )
