"""The console, broken: what a browser sees, its API, and what nobody gets past."""

from __future__ import annotations

from tests.broken.breaks import Break

CONSOLE = "examples/reseller_console"
BROWSER = "tests/console/test_console_browser.py"
FUZZED = "tests/console/test_console_fuzzed.py"
API = "tests/console/test_console_api.py"
SECURITY = "tests/console/test_console_security.py"

BREAKS = [
    Break(
        bug="A name in ASCII is never asked for.",
        shown_by=f"{BROWSER}::test_a_customers_life_from_invitation_to_renewal_is_clicked",
        file=f"{CONSOLE}/static/console.js",
        was='field.hidden = !needed && !input.value && !field.matches(".has-error");',
        becomes="field.hidden = true;",
    ),
    Break(
        bug="What is wrong with a dialog does not get the focus.",
        shown_by=f"{BROWSER}::test_every_dialog_shows_its_error_in_the_dialog",
        file=f"{CONSOLE}/static/console.js",
        was='dialog.querySelector("[role=alert]") ?? ',
        becomes="",
    ),
    Break(
        bug="The slider does not set the day.",
        shown_by=f"{BROWSER}::test_the_slider_shows_the_page_as_it_was",
        file=f"{CONSOLE}/static/console.js",
        was="      day.value = moment.on;\n",
        becomes="",
    ),
    Break(
        bug="Every file has the same name.",
        shown_by=f"{BROWSER}::test_the_csv_is_downloaded_and_reads_back",
        file=f"{CONSOLE}/pages.py",
        was='filename="{asked.filter}-{asked.on}.csv"',
        becomes='filename="customers.csv"',
    ),
    Break(
        bug="The list takes a name for markup.",
        shown_by=f"{BROWSER}::test_names_are_shown_as_text",
        file=f"{CONSOLE}/templates/customers.html",
        was="{{ row.organization_name }}</a>",
        becomes="{{ row.organization_name|safe }}</a>",
    ),
    Break(
        bug="A dialog is sent by its script alone.",
        shown_by=f"{BROWSER}::test_without_scripts_the_page_reads_and_its_forms_work",
        file=f"{CONSOLE}/templates/dialog.html",
        was='<form method="post" action=',
        becomes='<form method="get" action=',
    ),
    Break(
        bug="What changed is fetched and not shown.",
        shown_by=f"{BROWSER}::test_two_browsers_see_each_others_changes",
        file=f"{CONSOLE}/static/console.js",
        was="    part.replaceChildren(...fresh.children);\n",
        becomes="",
    ),
    Break(
        bug="Only a page about one customer hears of changes.",
        shown_by=f"{BROWSER}::test_a_change_of_another_process_appears",
        file=f"{CONSOLE}/static/console.js",
        was="if (!about || JSON",
        becomes="if (about && JSON",
    ),
    Break(
        bug="What is said beside is too faint to be read by everybody.",
        shown_by=f"{BROWSER}::test_every_page_can_be_read_and_used",
        file=f"{CONSOLE}/static/console.css",
        was="--soft: #52606d;",
        becomes="--soft: #8a96a3;",
        only="1280-light",
    ),
    Break(
        bug="Filters stand side by side on a telephone, however many there are.",
        shown_by=f"{BROWSER}::test_every_page_can_be_read_and_used",
        file=f"{CONSOLE}/static/console.css",
        was="  nav ul { display: flex; gap: .4rem; overflow-x: auto;",
        becomes="  nav ul { display: flex; gap: .4rem;",
        only="360-light",
    ),
    Break(
        bug="A search box has no name.",
        shown_by=f"{BROWSER}::test_every_page_can_be_read_and_used",
        file=f"{CONSOLE}/templates/customers.html",
        was='<label class="wide">{{ say("search") }}\n',
        becomes='<label class="wide">{{ say("search") }}</label>\n',
        only="1280-dark",
    ),
    Break(
        bug="A pop-up lies over the page and cannot be closed by the keyboard.",
        shown_by=f"{BROWSER}::test_a_pop_up_is_opened_and_closed_by_the_keyboard",
        file=f"{CONSOLE}/static/console.js",
        was="dialog.showModal();",
        becomes="dialog.show();",
    ),
    Break(
        bug="That fields can be wrong is not in the schema.",
        shown_by=f"{FUZZED}::test_whatever_is_sent_to_the_api_is_answered_as_its_schema_says",
        file=f"{CONSOLE}/api.py",
        was='        (422, "Some fields are wrong: `errors` says which."),\n',
        becomes="",
    ),
    Break(
        bug="The schema has what resellers ask for, and nothing else.",
        shown_by=f"{FUZZED}::test_the_schema_has_every_command_of_the_contract",
        file=f"{CONSOLE}/schema.py",
        was="(*OF_RESELLERS, *OF_OTHERS)",
        becomes="OF_RESELLERS",
    ),
    Break(
        bug="A refusal is told as a mistake of the request.",
        shown_by=f"{API}::test_a_refusal_is_a_problem_with_its_code",
        file=f"{CONSOLE}/problems.py",
        was="STATUS.get(error.code, 409)",
        becomes="STATUS.get(error.code, 400)",
    ),
    Break(
        bug="One wrong field is told after the other.",
        shown_by=f"{API}::test_all_wrong_fields_are_told_at_once",
        file=f"{CONSOLE}/problems.py",
        was='"The command has problems.", error.errors)',
        becomes='"The command has problems.", dict([*error.errors.items()][:1]))',
    ),
    Break(
        bug="The key of a command is taken and forgotten.",
        shown_by=f"{API}::test_a_command_with_a_key_counts_once",
        file=f"{CONSOLE}/api.py",
        was="desk.execute(command, key=idempotency_key)",
        becomes="desk.execute(command)",
    ),
    Break(
        bug="Answers that tell of trouble have no security headers.",
        shown_by=f"{SECURITY}::test_every_answer_has_the_security_headers",
        file=f"{CONSOLE}/security.py",
        was='            if message["type"] == "http.response.start":\n',
        becomes='            if message.get("status", 500) < 400:\n',
    ),
    Break(
        bug="A form without a token is not judged.",
        shown_by=f"{SECURITY}::test_a_form_without_its_token_does_nothing",
        file=f"{CONSOLE}/door.py",
        was="    if not request.app.state.sessions.is_of_a_form(session, token):\n",
        becomes="    if token and not request.app.state.sessions.is_of_a_form(session, token):\n",
    ),
    Break(
        bug="A neighbour's site is taken for this one.",
        shown_by=f"{SECURITY}::test_nothing_is_changed_for_another_site",
        file=f"{CONSOLE}/security.py",
        was='site not in ("same-origin", "none")',
        becomes='site not in ("same-origin", "same-site", "none")',
    ),
    Break(
        bug="Half of a signature is looked at.",
        shown_by=f"{SECURITY}::test_a_session_that_was_not_signed_here_is_none",
        file=f"{CONSOLE}/sessions.py",
        was='hmac.compare_digest(self._signed("session", body), signature)',
        becomes='hmac.compare_digest(self._signed("session", body)[:32], signature[:32])',
    ),
    Break(
        bug="Each piece of a body is measured, not all of them.",
        shown_by=f"{SECURITY}::test_a_body_that_comes_in_pieces_is_measured_too",
        file=f"{CONSOLE}/security.py",
        was="        if len(body) > MOST_BYTES:\n",
        becomes='        if len(message.get("body", b"")) > MOST_BYTES:\n',
    ),
    Break(
        bug="Names are put into pages as they are.",
        shown_by=f"{SECURITY}::test_what_people_wrote_is_shown_as_text",
        file=f"{CONSOLE}/language.py",
        was="autoescape=True",
        becomes="autoescape=False",
    ),
]
