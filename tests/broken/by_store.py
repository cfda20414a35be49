"""What holds by store, broken where no other chapter breaks it."""

from __future__ import annotations

from tests.broken.breaks import Break

SUITE = "tests/test_store_conformance.py"

BREAKS = [
    Break(
        bug="A program remembers customers that another one wrote to since.",
        shown_by=SUITE,
        file="vip_domain/store/streams.py",
        was="                self._cache.pop(stream_id, None)\n",
        becomes="                pass\n",
        only="another_program and sqlite",
    ),
    Break(
        bug="Of all command ids the last hundred are known.",
        shown_by=SUITE,
        file="vip_domain/store/sqlite.py",
        was='WHERE command_id IN (SELECT value FROM json_each(?))"',
        becomes="WHERE command_id IN (SELECT value FROM json_each(?)) "
        'AND number > (SELECT max(number) - 100 FROM commands)"',
        only="counts_once and sqlite",
    ),
    Break(
        bug="What is folded while somebody reads is seen in the middle of it.",
        shown_by="tests/test_following.py::test_a_read_of_several_statements_is_of_one_moment",
        file="vip_domain/views/postgres.py",
        was="BEGIN ISOLATION LEVEL REPEATABLE READ",
        becomes="BEGIN ISOLATION LEVEL READ COMMITTED",
        only="postgres",
    ),
]
