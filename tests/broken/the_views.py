"""The views, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

LAWS = "tests/test_laws_of_lists.py::"
ALREADY_SO = "tests/test_already_so.py::"

BREAKS = [
    Break(
        bug="In a database the next page begins with the last row of the one before.",
        shown_by=f"{LAWS}test_every_database_answers_as_memory_does",
        file="vip_domain/views/customer_questions.py",
        was='vip_id > bindparam("after_id")',
        becomes='vip_id >= bindparam("after_id")',
        only="sqlite",
    ),
    Break(
        bug="A database counts nobody as soon due on the first day of that time.",
        shown_by=f"{LAWS}test_every_database_counts_as_memory_does_at_every_edge",
        file="vip_domain/views/customer_questions.py",
        was='renews_on <= bindparam("upcoming_to")',
        becomes='renews_on < bindparam("upcoming_to")',
        only="sqlite",
    ),
    Break(
        bug="In each batch every customer begins anew.",
        shown_by=f"{LAWS}test_batches_of_any_size_give_the_same_customers",
        file="vip_domain/views/folding.py",
        was="self.customer(folded, vip_id, news, before.get(vip_id))",
        becomes="self.customer(folded, vip_id, news)",
    ),
    Break(
        bug="Between two pages a row is left out.",
        shown_by=f"{LAWS}test_pages_joined_are_the_whole_list",
        file="vip_domain/views/memory.py",
        was="last = found[query.limit - 1]",
        becomes="last = found[query.limit]",
    ),
    Break(
        bug="A view is brought up to date when more than one event is new.",
        shown_by=f"{ALREADY_SO}test_a_read_sees_everything_written_before_it",
        file="vip_domain/views/follower.py",
        was="        if last != self._stood:\n",
        becomes="        if last > self._stood + 1:\n",
        only="sqlite",
    ),
    Break(
        bug="A view is asked once whether it is up to date, and believed ever after.",
        shown_by=f"{ALREADY_SO}test_a_read_sees_what_another_process_wrote",
        file="vip_domain/views/follower.py",
        was="        if last != self._stood:\n",
        becomes="        if not self._stood:\n",
    ),
]
