"""The watch keeps every call until its deadline; it must not keep what the call was about."""

import gc
import weakref

from bot.x.deadline import Call, Watch


class Delivery:
    """What a call is about, which may be large."""

    def may_leave(self) -> bool:
        return True


def test_a_call_that_is_over_lets_go_of_what_it_was_about_long_before_its_deadline() -> None:
    about = Delivery()
    call, watch = Call(deadline=1e12, may_leave=about.may_leave, is_write=True), Watch()
    watch.begin(call)
    gone = weakref.ref(about)

    call.end()
    del about
    gc.collect()
    watch.close()

    assert gone() is None
