"""Repeating, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

REPEATED = "tests/test_laws.py::test_an_accepted_command_repeated_with_its_id_adds_nothing"
WORK = "vip_domain/store/work.py"
RUN = "vip_domain/cli/run.py"

BREAKS = [
    Break(
        bug="The id of a command that was already so has no receipt.",
        shown_by=REPEATED,
        file=WORK,
        was="after = min(entry.version - entry.events, entry.version - 1)",
        becomes="after = entry.version - entry.events",
        only="sqlite",
    ),
    Break(
        bug="A receipt that is given again tells the first event's position, not the last one's.",
        shown_by=REPEATED,
        file=WORK,
        was="position=recorded[-1].position",
        becomes="position=recorded[0].position",
        only="memory",
    ),
    Break(
        bug="What is already so is out of order when it is older than the latest event.",
        shown_by="tests/test_already_so.py::test_what_is_already_so_adds_nothing",
        file="vip_domain/aggregates/customer/decide.py",
        was="if already_so(command, state):",
        becomes="if command.at >= state.latest_at and already_so(command, state):",
        only="memory",
    ),
    Break(
        bug="An order is the same only with its PAs in the same order.",
        shown_by="tests/test_already_so.py::test_the_order_of_lines_and_pas_does_not_matter",
        file="vip_domain/aggregates/customer/already_so.py",
        was="set(order.pa_ids) == set(command.pa_ids)",
        becomes="order.pa_ids == command.pa_ids",
        only="memory",
    ),
    Break(
        bug="A live code that is sent again is sent and counted again.",
        shown_by="tests/test_already_so.py::test_a_live_code_sent_again_adds_nothing",
        file="vip_domain/aggregates/customer/already_so.py",
        was="return any(_same_code(command, code) for code in _live(command, customer))",
        becomes="return False",
        only="memory",
    ),
    Break(
        bug="A command of a group does not see what those before it did to its customer.",
        shown_by="tests/test_groups.py::test_many_come_to_what_they_come_to_one_by_one",
        file=WORK,
        was="return self._streams.get(stream_id) or self._known.load(stream_id)",
        becomes="return self._known.load(stream_id)",
    ),
    Break(
        bug="An id is looked for in the log alone, not among those of its own group.",
        shown_by="tests/test_groups.py::test_an_id_repeated_within_a_group_counts_once",
        file=WORK,
        was="""\
        if (entry := self._entries.get(command_id)) is not None:
            _check_same(entry, fingerprint)
            return self._decided[command_id]
""",
        becomes="",
        only="memory",
    ),
    Break(
        bug="A line without an id is sent without one.",
        shown_by="tests/test_cli_run.py::test_the_same_file_again_changes_nothing",
        file=RUN,
        was="return attrs.evolve(order, command_id=self._made_id(order))",
        becomes="return order",
    ),
    Break(
        bug="The ids that a run makes are those of its process alone.",
        shown_by="tests/test_cli_run.py::test_a_killed_run_goes_on_where_it_was",
        file=RUN,
        was='return f"run-{fingerprint}-{self._met[key]}"',
        becomes='return f"run-{id(self)}-{fingerprint}-{self._met[key]}"',
    ),
]
