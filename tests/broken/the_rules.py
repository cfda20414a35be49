"""The rules, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

CASES = "tests/test_cases.py::test_a_case_of_the_rules_holds"
FOLD = "vip_domain/projections/customers/fold.py"
ROW = "vip_domain/projections/customers/row.py"

BREAKS = [
    Break(
        bug="A PA is overdue on its due date already.",
        shown_by=CASES,
        file=ROW,
        was="sum(on > due_on for",
        becomes="sum(on >= due_on for",
        only="memory",
    ),
    Break(
        bug="A list in a database has a PA as overdue on its due date already.",
        shown_by=CASES,
        file="vip_domain/views/customer_questions.py",
        was='"overdue_requests": first_due < bindparam("on")',
        becomes='"overdue_requests": first_due <= bindparam("on")',
        only="sqlite",
    ),
    Break(
        bug="The command line lists the customers of every manager.",
        shown_by="tests/test_cli_run.py::test_a_case_of_the_rules_holds_on_the_command_line",
        file="vip_domain/cli/customers.py",
        was="            managed_by=managed_by,\n            search=search,\n",
        becomes="            search=search,\n",
    ),
    Break(
        bug="The last day on which an order can be returned is missing.",
        shown_by="tests/test_histories.py::test_a_random_history_comes_to_what_the_naive_model_says",
        file="vip_domain/aggregates/customer/returns.py",
        was="if utc_date(command.at) > last_day:",
        becomes="if utc_date(command.at) >= last_day:",
        only="memory",
    ),
    Break(
        bug="A PA that was cancelled is pending until its due date.",
        shown_by="tests/test_state_machine.py::TestCustomerPage",
        file="vip_domain/projections/customers/filters.py",
        was="some_pa=(IS_PENDING, NOT_OVERDUE)",
        becomes="some_pa=(NOT_OVERDUE,)",
    ),
    Break(
        bug="The rejection of an order that nobody placed cannot be folded.",
        shown_by="tests/test_laws.py::test_any_list_of_facts_is_understood_alike_by_rules_and_rows",
        file=FOLD,
        was="""\
    order = facts.orders.get(event.order_id)
    if order is None:
        return
""",
        becomes="    order = facts.orders[event.order_id]\n",
    ),
    Break(
        bug="A field that is empty cannot be told as JSON.",
        shown_by="tests/test_laws.py::test_any_list_of_facts_can_be_shown_at_any_date",
        file=ROW,
        was="case str() | int() | None:",
        becomes="case str() | int():",
    ),
    Break(
        bug="Licences that are assigned already can be assigned again.",
        shown_by="tests/test_laws.py::test_licences_always_add_up",
        file="vip_domain/aggregates/customer/licences.py",
        was="""\
    available = customer.pool.get(command.product, NOTHING).available
""",
        becomes="""\
    held = customer.pool.get(command.product, NOTHING)
    available = held.fulfilled + held.pending
""",
    ),
    Break(
        bug="A refusal says that as many are left as were asked for.",
        shown_by="tests/test_what_refusals_say.py::test_a_refusal_says_whom_it_is_about_and_why",
        file="vip_domain/aggregates/customer/returns.py",
        was="available = max(left.get(line.product, 0), 0)",
        becomes="available = line.quantity",
    ),
]
