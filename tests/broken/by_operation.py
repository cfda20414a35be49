"""What holds by operation, broken where no other chapter breaks it."""

from __future__ import annotations

from tests.broken.breaks import Break

BREAKS = [
    Break(
        bug="A row that is missing from a view is not missed.",
        shown_by="tests/test_verify.py::test_whatever_was_corrupted_is_found_and_named",
        file="vip_domain/views/compare.py",
        was="        *_missing(connection, rebuilt, live, in_live=False),\n",
        becomes="",
    ),
]
