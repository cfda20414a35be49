"""Why, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

EXPLANATIONS = "tests/test_explanations.py::"
WORDS = "tests/test_words.py::"
OUTPUT = "tests/test_cli_output.py::"
TIMELINE = "tests/test_timeline.py::"
REPORT = "tests/test_report.py::"
HAPPENED = "vip_domain/words/happened.py"

BREAKS = [
    Break(
        bug="A customer with several PAs is listed when all of them meet the conditions.",
        shown_by=f"{EXPLANATIONS}test_an_explanation_says_what_the_filter_says",
        file="vip_domain/projections/customers/why.py",
        was="listed=facts is not None and filter.admits(facts, on, self.rules),",
        becomes="listed=all(each.finding.holds for each in reasons),",
    ),
    Break(
        bug="To a list a PA is overdue on its due date, and to its explanation the day after.",
        shown_by=f"{EXPLANATIONS}test_who_is_listed_is_explained_as_listed",
        file="vip_domain/views/customer_questions.py",
        was='"overdue_requests": first_due < bindparam("on"),',
        becomes='"overdue_requests": first_due <= bindparam("on"),',
        only="sqlite",
    ),
    Break(
        bug="Where there is no PA nothing is said against being listed for one.",
        shown_by=f"{EXPLANATIONS}test_the_reasons_come_to_the_answer",
        file="vip_domain/projections/customers/why.py",
        was="asks_in_vain = (HAS_PA,) if filter.some_pa and not pas else ()",
        becomes="asks_in_vain = ()",
    ),
    Break(
        bug="A finding shows the date that was asked about, whatever was compared with.",
        shown_by=f"{EXPLANATIONS}test_a_finding_holds_when_its_numbers_compare_so",
        file="vip_domain/projections/customers/conditions.py",
        was="            limit=on if self.limit is None else self.limit(subject),\n",
        becomes="            limit=on,\n",
    ),
    Break(
        bug="The event that made a number what it is stands for that which decided.",
        shown_by=f"{EXPLANATIONS}test_the_events_that_are_named_made_the_finding_what_it_is",
        file="vip_domain/projections/customers/why.py",
        was="self.past.since(subject_of, lambda then: came_out(then) is finding.holds),",
        becomes="self.past.since(subject_of, lambda then: found(then) == finding),",
    ),
    Break(
        bug="Nobody foretells what ends the day after a date.",
        shown_by=f"{EXPLANATIONS}test_the_days_that_are_foretold_are_those_on_which_the_lists_turn",
        file="vip_domain/projections/customers/conditions.py",
        was="return known, add_days(known, 1)",
        becomes="return (known,)",
    ),
    Break(
        bug="A condition has no words.",
        shown_by=f"{WORDS}test_every_condition_has_words_for_both_answers",
        file="vip_domain/words/filters.py",
        was='"no_waiting_order": Judged(',
        becomes='"no_open_order": Judged(',
    ),
    Break(
        bug="A market segment has no word in Swedish.",
        shown_by=f"{WORDS}test_every_word_of_the_domain_has_one_for_people",
        file="vip_domain/words/values.py",
        was='Text("education", "utbildning")',
        becomes='Text("education", "")',
    ),
    Break(
        bug="Nothing is said in Swedish of a customer that was deleted.",
        shown_by=f"{WORDS}test_every_event_is_a_sentence",
        file=HAPPENED,
        was='Text("The customer was deleted", "Kunden togs bort")',
        becomes='Text("The customer was deleted", "")',
    ),
    Break(
        bug="In Swedish the address of a new owner is left out.",
        shown_by=f"{WORDS}test_a_sentence_tells_every_field",
        file=HAPPENED,
        was='f"{name}, {email}, äger avtalet från och med nu"',
        becomes='f"{name} äger avtalet från och med nu"',
    ),
    Break(
        bug="As of an event's own position that event is left out.",
        shown_by=f"{EXPLANATIONS}test_as_of_a_moment_it_is_explained_by_what_was_recorded_by_then",
        file="vip_domain/domain.py",
        was="if each.position <= position)",
        becomes="if each.position < position)",
        only="memory",
    ),
    Break(
        bug="An event is told once for each reason that names it.",
        shown_by=f"{OUTPUT}test_people_read_why_a_customer_is_in_a_list",
        file="vip_domain/cli/why.py",
        was="for each in said.events:",
        becomes="for each in [event for reason in said.reasons for event in reason.events]:",
    ),
    Break(
        bug="Machines get an explanation in English, whatever they asked for.",
        shown_by=f"{OUTPUT}test_an_explanation_for_machines_is_what_python_gives",
        file="vip_domain/cli/why.py",
        was="each.to_dict(language)",
        becomes="each.to_dict()",
    ),
    Break(
        bug="An event was done for whom the customer belonged to before it.",
        shown_by=f"{TIMELINE}test_a_timeline_says_who_did_what_when_and_for_whom",
        file="vip_domain/projections/customers/timeline.py",
        was="served = after or facts",
        becomes="served = facts",
        only="memory",
    ),
    Break(
        bug="The first event of a command is said to follow from itself.",
        shown_by=f"{TIMELINE}test_events_of_one_command_say_whose_they_are",
        file="vip_domain/projections/customers/timeline.py",
        was="if recorded.command_id and begun != recorded.version else None",
        becomes="if recorded.command_id else None",
    ),
    Break(
        bug="A history that does not begin with an invitation cannot be told.",
        shown_by=f"{TIMELINE}test_any_history_can_be_told",
        file="vip_domain/projections/customers/timeline.py",
        was="reseller_id=None if served is None else served.reseller_id,",
        becomes="reseller_id=served.reseller_id,",
    ),
    Break(
        bug="A report leaves out the rules.",
        shown_by=f"{REPORT}test_a_report_says_what_explanations_and_timeline_say",
        file="vip_domain/report/templates/report.html",
        was="{{ say(each.rule) }}",
        becomes="",
        only="memory and en",
    ),
    Break(
        bug="A report as of a moment tells all of the history.",
        shown_by=f"{REPORT}test_a_report_as_of_a_moment_knows_nothing_later",
        file="vip_domain/domain.py",
        was="return report(known, on=on,",
        becomes="return report(self.history(vip_id), on=on,",
    ),
    Break(
        bug="A customer that was never invited has a report with a link to nowhere.",
        shown_by=f"{REPORT}test_any_history_has_a_report",
        file="vip_domain/report/templates/report.html",
        was=' if customer or name != "summary" %}',
        becomes=" %}",
    ),
    Break(
        bug="What was typed in is markup on the page.",
        shown_by=f"{REPORT}test_a_name_cannot_become_markup",
        file="vip_domain/report/page.py",
        was="autoescape=True",
        becomes="autoescape=False",
    ),
    Break(
        bug="A report is written over the one that was there, from its beginning on.",
        shown_by=f"{REPORT}test_a_full_disk_leaves_the_page_that_was_there",
        file="vip_domain/cli/report.py",
        was="    with NamedTemporaryFile(",
        becomes="    target.write_bytes(page)\n    with NamedTemporaryFile(",
    ),
    Break(
        bug="A page that cannot be written is taken for a bug of the command line.",
        shown_by=f"{REPORT}test_a_report_that_cannot_be_written_leaves_nothing",
        file="vip_domain/cli/__init__.py",
        was="    except OSError as error:\n        hush()\n        return complain(str(error))\n",
        becomes="",
    ),
]
