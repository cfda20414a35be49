"""Killed in the middle, broken: the store, and the kills that look for it."""

from __future__ import annotations

from tests.broken.breaks import Break

PUT_BACK = "tests/test_crashes.py::test_a_bug_that_was_put_back_is_found_by_a_kill"
TRIAL = "vip_domain/testing/crashes/trial.py"

BREAKS = [
    Break(
        bug="What a command id stands for is not recorded.",
        shown_by="tests/test_crashes.py::test_whoever_is_killed_leaves_a_store_that_keeps_its_promises",
        file="vip_domain/store/log.py",
        was="self._recorder.insert_events(stored, commands=commands, later=later)",
        becomes="self._recorder.insert_events(stored, commands=(), later=later)",
        only="sqlite",
    ),
    Break(
        bug="Nobody looks at the views of a store in which somebody was killed.",
        shown_by=PUT_BACK,
        file="vip_domain/testing/crashes/promises.py",
        was="            yield from _views(vip)\n",
        becomes="",
        only="position_before_rows",
    ),
    Break(
        bug="Nobody looks whether command ids are there without their events.",
        shown_by=PUT_BACK,
        file=TRIAL,
        was="if recorded and (command_id(number) in known) != (number < self._taken):",
        becomes="if recorded and command_id(number) in known and number >= self._taken:",
        only="ids_after_events",
    ),
    Break(
        bug="Part of a group counts as a group.",
        shown_by=PUT_BACK,
        file=TRIAL,
        was="if sent % GROUP and",
        becomes="if sent < 0 and",
        only="groups_in_pieces",
    ),
    Break(
        bug="What a quiet store says is compared only where the other says nothing.",
        shown_by=PUT_BACK,
        file=TRIAL,
        was="if right.get(what) != seen.get(what):",
        becomes="if what not in seen:",
        only="a_switch_in_two_steps",
    ),
    Break(
        bug="An import counts as whole up to wherever it came.",
        shown_by=PUT_BACK,
        file=TRIAL,
        was="if last not in {0, size} or (",
        becomes="if last > size or (",
        only="an_import_row_by_row",
    ),
    Break(
        bug="A process cannot be killed between a rebuild's comparison and its switch.",
        shown_by="tests/test_faults.py::test_every_point_is_somewhere_in_the_code",
        file="vip_domain/views/rebuild.py",
        was='        reach("rebuild.compared")\n',
        becomes="",
    ),
    Break(
        bug="The page does not say what one point means.",
        shown_by="tests/test_faults.py::test_every_point_is_explained_once",
        file="docs/survival.md",
        was="| `share.kept` | It counts. |\n",
        becomes="",
    ),
    Break(
        bug="A process has time to tidy up when it reaches its point.",
        shown_by="tests/test_faults.py::test_a_process_ends_at_the_point_its_environment_names",
        file="vip_domain/faults.py",
        was="os.kill(os.getpid(), signal.SIGKILL)",
        becomes="raise SystemExit(9)",
    ),
]
