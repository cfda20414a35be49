"""As of a moment, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

AS_OF = "tests/test_as_of.py::"
DIFF = "tests/test_diff.py::"
BAD = "tests/test_bad_questions.py::"
VERSIONS = "tests/test_versions.py::"

BREAKS = [
    Break(
        bug="A version still stands as of the position at which it ended.",
        shown_by=f"{AS_OF}test_as_of_a_position_is_what_a_store_that_ended_there_says",
        file="vip_domain/views/past_questions.py",
        was='versions.c.to_position > bindparam("as_of")',
        becomes='versions.c.to_position >= bindparam("as_of")',
        only="sqlite",
    ),
    Break(
        bug="In the order of renewal dates those without one come where a database likes.",
        shown_by=f"{AS_OF}test_as_of_two_hundred_positions_every_filter_and_order_is_right",
        file="vip_domain/views/past_questions.py",
        was='"renews_on": func.coalesce(versions.c.renews_on, LAST),',
        becomes='"renews_on": versions.c.renews_on,',
    ),
    Break(
        bug="Of a customer that waits at an event nothing of the same batch is folded.",
        shown_by="tests/test_parking.py::test_as_of_any_position_all_others_are_what_they_were",
        file="vip_domain/views/folding.py",
        was="        if taken:\n            self._add(folded, vip_id, after)\n",
        becomes="        del taken\n",
        only="sqlite",
    ),
    Break(
        bug="A view that is new in a file begins at the end of the log.",
        shown_by=f"{AS_OF}test_a_file_of_before_there_were_versions_is_asked_as_of_a_position",
        file="vip_domain/views/follower.py",
        was='            "position": 0,\n',
        becomes='            "position": self.log.last_position(),\n',
    ),
    Break(
        bug="What was recorded at the very instant is left out.",
        shown_by=f"{AS_OF}test_as_of_an_instant_is_as_of_the_last_event_by_then",
        file="vip_domain/store/log.py",
        was="if self._recorded_at(middle) <= instant:",
        becomes="if self._recorded_at(middle) < instant:",
        only="memory",
    ),
    Break(
        bug="An event is recorded at whatever instant its writer's clock shows.",
        shown_by="tests/test_instants.py::test_a_clock_that_was_put_back_stands_still",
        file="vip_domain/store/sqlite.py",
        was='in_order(chained, state, kwargs.get("later"))',
        becomes="chained",
        only="sqlite",
    ),
    Break(
        bug="Only the first page is as of a position.",
        shown_by=f"{AS_OF}test_the_pages_as_of_a_position_are_of_one_list",
        file="vip_domain/views/customers.py",
        was="as_of is not None:\n            return self.past.page",
        becomes="as_of is not None and not query.after:\n            return self.past.page",
        only="sqlite",
    ),
    Break(
        bug="Each page as of an instant is as of what was recorded by now.",
        shown_by=f"{AS_OF}test_the_pages_as_of_an_instant_stay_where_the_first_one_was",
        file="vip_domain/domain.py",
        was="return min(position, begun.as_of)",
        becomes="return position",
        only="memory",
    ),
    Break(
        bug="The youngest versions that stand still are not looked at.",
        shown_by=f"{VERSIONS}test_a_version_is_found_as_of_every_position_at_which_it_stood",
        file="vip_domain/projections/versions.py",
        was="ages = range(-_age(position), 1)",
        becomes="ages = range(1 - _age(position), 1)",
    ),
    Break(
        bug="A version ends one position after the event that ended it.",
        shown_by=f"{VERSIONS}test_the_versions_of_a_history_are_what_its_row_was",
        file="vip_domain/projections/versions.py",
        was="ended.append(_version(since, recorded.position, cells))",
        becomes="ended.append(_version(since, recorded.position + 1, cells))",
    ),
    Break(
        bug="A version that is taken up in the next batch has stood since the first event.",
        shown_by="tests/test_projections.py::test_batches_of_any_size_give_the_same_digest",
        file="vip_domain/projections/versions.py",
        was="return Timeline(tuple(ended), int(cells[0] or 0), cells",
        becomes="return Timeline(tuple(ended), 1, cells",
        only="customer_versions and 7",
    ),
    Break(
        bug="A rebuild leaves out the last event.",
        shown_by="tests/test_projections.py::test_random_histories_have_one_digest_in_every_store",
        file="vip_domain/views/shares.py",
        was="AND originator_id < ? AND position <= ?\n",
        becomes="AND originator_id < ? AND position < ?\n",
    ),
    Break(
        bug="The first turn of an answer is told for the last one.",
        shown_by=f"{DIFF}test_the_difference_is_that_of_the_two_lists"
        "_and_each_cause_the_last_turn_on_the_way",
        file="vip_domain/projections/customers/changes.py",
        was="cause = _by(recorded)",
        becomes="cause = cause or _by(recorded)",
        only="memory",
    ),
    Break(
        bug="Who moved because time passed moved on the day that was asked about.",
        shown_by=f"{DIFF}test_who_moved_because_time_passed_is_told_with_the_day",
        file="vip_domain/projections/customers/changes.py",
        was="return ByTime(on=passed[-1])",
        becomes="return ByTime(on=until)",
        only="memory",
    ),
    Break(
        bug="Everything happened on the first of the days in between.",
        shown_by=f"{DIFF}test_what_came_first_on_the_way_is_the_cause",
        file="vip_domain/projections/customers/changes.py",
        was="happened = max(day, min(utc_date(recorded.event.at), self.query.on))",
        becomes="happened = day",
        only="memory",
    ),
    Break(
        bug="A later moment that is before the earlier one is taken.",
        shown_by=f"{DIFF}test_every_problem_of_a_diff_is_told_at_once",
        file="vip_domain/projections/customers/query.py",
        was='if not (problems["from_"] or problems["to"]) and self.to < self.from_:',
        becomes='if problems["from_"] and problems["to"]:',
        only="memory",
    ),
    Break(
        bug="An instant without an offset is taken for UTC.",
        shown_by=f"{BAD}test_a_bad_question_is_refused",
        file="vip_domain/store/as_of.py",
        was='return _or_problem("must have an offset from UTC")',
        becomes="as_of = as_of.astimezone()",
        only="memory",
    ),
    Break(
        bug="Details as of a position beyond the log are those of now.",
        shown_by=f"{BAD}test_details_as_of_no_moment_are_refused",
        file="vip_domain/store/as_of.py",
        was="within = 0 <= as_of <= last\n",
        becomes="within = 0 <= as_of\n",
        only="memory",
    ),
]
