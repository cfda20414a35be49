"""Bad input and bad days, broken: what machines do to a store."""

from __future__ import annotations

from tests.broken.breaks import Break

INTERRUPTED = "tests/test_interrupted.py::"

BREAKS = [
    Break(
        bug="A connection that was cut while nobody used it is given out again.",
        shown_by=f"{INTERRUPTED}test_connections_cut_at_any_point_are_an_error_or_nothing",
        file="vip_domain/store/postgres_pool.py",
        was='        event.listen(self.queue, "checkout", _check)\n',
        becomes="",
        only="write",
    ),
]
