"""In any order of steps, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

PLAYS = "tests/test_interleavings.py::"
WAKE = "vip_domain/store/wake.py"

BREAKS = [
    Break(
        bug="Where a view stands is read before others are kept from folding it.",
        shown_by=f"{PLAYS}test_in_whatever_order_they_go_on_nobody_is_in_the_others_way",
        file="vip_domain/views/follower.py",
        was="        with self.transaction(writes=True) as connection:\n"
        "            entry = self.entry(connection)\n",
        becomes="        with self.transaction() as connection:\n"
        "            entry = self.entry(connection)\n"
        '        reach("fold.rows")\n'
        "        with self.transaction(writes=True) as connection:\n",
        only="sqlite",
    ),
    Break(
        bug="Each plays to its end before the next one begins.",
        shown_by=f"{PLAYS}test_a_known_bug_of_others_is_found_when_it_is_put_in",
        file="tests/interleaved.py",
        was="actor = chance.choice(on_stage)",
        becomes="actor = on_stage[0]",
        only="a_position_without_the_lock",
    ),
    Break(
        bug="Who waits for news begins to listen when it begins to wait.",
        shown_by=f"{PLAYS}test_who_looked_before_an_append_does_not_wait_for_it",
        file=WAKE,
        was="        deadline = time.monotonic() + timeout\n",
        becomes="        deadline = time.monotonic() + timeout\n"
        "        self._heard = self._bell.rings\n",
    ),
    Break(
        bug="Who waits for news does not wait, so that nothing shows whether it would hear.",
        shown_by=f"{PLAYS}test_a_lost_wake_up_is_found_when_it_is_put_in",
        file=WAKE,
        was="            if left <= 0:\n",
        becomes="            if left <= timeout:\n",
    ),
]
