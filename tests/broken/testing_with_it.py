"""What users test with, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

PAGE = "tests/test_testing_page.py"

BREAKS = [
    Break(
        bug="A file keeps no command ids.",
        shown_by="tests/test_store_conformance.py",
        file="vip_domain/store/sqlite.py",
        was="            c.executemany(INSERT_COMMAND, map(_entry_row, entries))\n",
        becomes="            pass\n",
        only="sqlite and counts_once",
    ),
    Break(
        bug="The option that names a store has another name than the page says.",
        shown_by=f"{PAGE}::test_the_promises_are_held_against_a_store_without_a_file",
        file="vip_domain/testing/plugin.py",
        was='OPTION = "--vip-store"',
        becomes='OPTION = "--vip-domain-store"',
    ),
    Break(
        bug="The page names a refusal as nobody calls it.",
        shown_by=f"{PAGE}::test_the_files_of_the_page_run_as_they_stand",
        file="docs/testing.md",
        was='.refused("PA_OVERDUE")',
        becomes='.refused("OVERDUE")',
    ),
    Break(
        bug="A life that is drawn has commands that were refused.",
        shown_by="tests/test_laws_of_deciding.py::"
        "test_a_life_that_is_drawn_is_accepted_in_a_store_too",
        file="vip_domain/testing/histories.py",
        was="            if facts := decide(command, state, chosen):\n"
        "                told.append(command)\n",
        becomes="            told.append(command)\n"
        "            if facts := decide(command, state, chosen):\n",
    ),
    Break(
        bug="Facts that nobody expected are not looked at.",
        shown_by="tests/test_scenario.py::test_what_is_not_as_expected_is_told",
        file="vip_domain/testing/scenario.py",
        was="if len(self.facts) != len(expected) or not all(alike):",
        becomes="if not all(alike):",
    ),
    Break(
        bug="The refusal is not told where another was expected.",
        shown_by="tests/test_scenario.py::test_what_is_not_as_expected_is_told",
        file="vip_domain/testing/scenario.py",
        was="is refused otherwise: {self.refusal}",
        becomes="is refused otherwise",
    ),
    Break(
        bug="The plug-in is in every run of whoever installed the library.",
        shown_by=f"{PAGE}::test_a_test_run_that_does_not_ask_has_no_plug_in",
        file="pyproject.toml",
        was="[tool.setuptools.packages.find]\n",
        becomes='[project.entry-points.pytest11]\nvip_domain = "vip_domain.testing.plugin"\n\n'
        "[tool.setuptools.packages.find]\n",
    ),
]
