"""Several at once, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

RACES = "tests/test_concurrency.py::"
GROUPS = "tests/test_groups.py::"

BREAKS = [
    Break(
        bug="An event whose version somebody took meanwhile is left out without a word.",
        shown_by=f"{RACES}test_a_reseller_sends_five_codes_a_day_however_many_try",
        file="vip_domain/store/sqlite.py",
        was='"INSERT INTO stored_events (',
        becomes='"INSERT OR IGNORE INTO stored_events (',
        only="sqlite and processes",
    ),
    Break(
        bug="The same in PostgreSQL.",
        shown_by=f"{RACES}test_one_person_owns_one_agreement_of_a_name_however_many_accept",
        file="vip_domain/store/postgres.py",
        was="    WHERE NOT EXISTS (SELECT FROM recorded_later)\n    RETURNING position\n",
        becomes="    WHERE NOT EXISTS (SELECT FROM recorded_later)\n"
        "    ON CONFLICT (originator_id, originator_version) DO NOTHING RETURNING position\n",
        only="postgres and processes",
    ),
    Break(
        bug="In memory nobody looks whether a version was taken meanwhile.",
        shown_by=f"{GROUPS}test_a_group_that_was_overtaken_is_decided_anew",
        file="vip_domain/store/memory.py",
        was="        super()._assert_uniqueness(stored_events)\n",
        becomes="",
        only="memory",
    ),
    Break(
        bug="What ids were used for is asked, and not remembered.",
        shown_by=f"{GROUPS}test_an_id_somebody_took_meanwhile_gives_their_receipt",
        file="vip_domain/store/work.py",
        was="self._earlier = {each.command_id: each for each in self._log.commands(ids)}",
        becomes="self._log.commands(ids)",
        only="memory",
    ),
    Break(
        bug="An id that nobody has used yet is not kept.",
        shown_by=f"{RACES}test_one_command_id_records_once_however_many_send_it",
        file="vip_domain/store/work.py",
        was="if submission.command_id is None:\n                return self._decide",
        becomes="if submission.command_id is None or not self._earlier:\n"
        "                return self._decide",
        only="sqlite and processes",
    ),
    Break(
        bug="In PostgreSQL each append leaves a position free.",
        shown_by=f"{RACES}test_positions_have_no_hole_after_a_race",
        file="vip_domain/store/postgres.py",
        was="SELECT coalesce((SELECT position FROM latest), 0) + number,",
        becomes="SELECT coalesce((SELECT position FROM latest), 0) + number + 1,",
        only="postgres",
    ),
    Break(
        bug="Closing a file closes connections under whoever uses them.",
        shown_by="tests/test_following.py::test_closing_a_file_leaves_whoever_reads_it_to_finish",
        file="vip_domain/store/sqlite.py",
        was="            self._in_use.clear()\n",
        becomes="",
    ),
]
