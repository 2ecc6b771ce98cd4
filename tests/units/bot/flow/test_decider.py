"""Deciding with several threads: what one of them has not found out yet counts as nothing for the others."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

from bot.flow.decider import AccountsGiven

PATIENCE_SECONDS = 10


class SlowSource:
    """A source of accounts that takes its time to count them."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.may_answer = threading.Event()

    def customers_known(self) -> int:
        self.asked.set()
        assert self.may_answer.wait(PATIENCE_SECONDS)
        return 3


def test_while_one_thread_counts_the_accounts_no_other_takes_them_for_none(clock) -> None:
    source = SlowSource()
    accounts = AccountsGiven(source, clock.monotonic)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(accounts.known)
        assert source.asked.wait(PATIENCE_SECONDS)
        second = pool.submit(accounts.known)
        wait([second], timeout=0.05)  # long enough for an answer that did not wait for the count
        source.may_answer.set()

        assert (first.result(), second.result()) == (True, True)
