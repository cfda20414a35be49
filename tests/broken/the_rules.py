"""The rules, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

BREAKS = [
    Break(
        bug="A PA is overdue on its due date already.",
        shown_by="tests/test_cases.py::test_a_case_of_the_rules_holds",
        file="vip_domain/projections/customers/row.py",
        was="sum(on > due_on for",
        becomes="sum(on >= due_on for",
        only="memory",
    ),
]
