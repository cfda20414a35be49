"""Bad input and bad days, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

DOORS = "tests/test_doors.py::"
CLI = "tests/test_cli_doors.py::"
INPUT = "tests/test_bad_input.py::"
LINES = "tests/test_cli_lines.py::"
FIELDS = "vip_domain/commands/fields.py"
CLI_MAIN = "vip_domain/cli/__init__.py"

BREAKS = [
    Break(
        bug="An order that nobody placed is accepted, and looked for.",
        shown_by="tests/test_laws_of_deciding.py"
        "::test_any_command_after_any_facts_is_decided_or_refused",
        file="vip_domain/aggregates/customer/orders.py",
        was="    if order_id not in customer.orders:\n        raise OrderUnknown(order_id)\n",
        becomes="",
    ),
    Break(
        bug="Whoever is to be tried again is looked for, whatever it is.",
        shown_by=f"{DOORS}test_any_value_is_an_argument_or_refused",
        file="vip_domain/domain.py",
        was='            refuse({"vip_id": problem_of(fields.text(vip_id))})\n',
        becomes="",
        only="memory and retry",
    ),
    Break(
        bug="Whatever is no text is taken for an instant.",
        shown_by=f"{DOORS}test_a_damaged_command_is_a_command_still_or_refused",
        file=FIELDS,
        was="    if not isinstance(value, datetime):\n"
        '        return cast(datetime, _or_problem("must be an ISO 8601 instant"))\n',
        becomes="",
    ),
    Break(
        bug="A part of a proof that is of another type is taken as it is.",
        shown_by=f"{DOORS}test_a_damaged_paper_says_what_it_said_or_is_refused",
        file="vip_domain/audit/proofs.py",
        was="    except (ValueError, TypeError, KeyError, AttributeError):\n",
        becomes="    except (ValueError, KeyError):\n",
        only="inclusion",
    ),
    Break(
        bug="Nobody compares what was imported with what the export's first line says.",
        shown_by=f"{DOORS}test_a_damaged_export_is_the_same_log_or_refused",
        file="vip_domain/audit/transfer.py",
        was="        if whole != self._said:\n",
        becomes="        if whole.format != said.format:\n",
    ),
    Break(
        bug="Behind an event whose bytes tell no instant nobody can write.",
        shown_by=f"{DOORS}test_a_forged_export_does_no_harm",
        file="vip_domain/store/recorder.py",
        was="        return events  # it tells",
        becomes="        raise  # it tells",
        only="memory",
    ),
    Break(
        bug="What libpq says of a URL is said to whoever asked, with all of the URL.",
        shown_by=f"{DOORS}test_any_url_of_a_server_is_read_or_refused",
        file="vip_domain/store/postgres_address.py",
        was="except (ValueError, psycopg.Error):",
        becomes="except ValueError:",
    ),
    Break(
        bug="Any text is taken for the name of a file.",
        shown_by=f"{DOORS}test_any_url_of_a_file_is_opened_or_refused",
        file="vip_domain/opening.py",
        was="if special or isinstance(fields.text(path), fields.Problem):",
        becomes="if special:",
    ),
    Break(
        bug="Wrong usage is taken for a bug.",
        shown_by=f"{CLI}test_any_words_after_a_verb_are_obeyed_or_one_line_says_why_not",
        file=CLI_MAIN,
        was="    except typer.TyperException as error:\n        return _wrong_usage(error)\n",
        becomes="",
    ),
    Break(
        bug="Every file is taken for text.",
        shown_by=f"{CLI}test_any_file_is_read_or_one_line_says_why_not",
        file="vip_domain/cli/audit.py",
        was='return content.decode().replace("\\r\\n", "\\n")\n    except UnicodeDecodeError:',
        becomes='return content.decode().replace("\\r\\n", "\\n")\n    except UnicodeEncodeError:',
        only="key",
    ),
    Break(
        bug="Of a line that is no command nothing is said.",
        shown_by=f"{CLI}test_every_line_of_a_damaged_file_of_commands_has_one_result",
        file="vip_domain/cli/run.py",
        was="                result = Result.of(number, None, order)\n",
        becomes="                continue\n",
    ),
    Break(
        bug="A line of an export is read to its end, however far that is.",
        shown_by=f"{CLI}test_a_file_without_end_fills_no_memory",
        file="vip_domain/cli/moving.py",
        was="stream.readline(LONGEST_LINE + 1)",
        becomes="stream.readline()",
        only="arguments0",
    ),
    Break(
        bug="The first bad field is the only one that is told.",
        shown_by=f"{INPUT}test_everything_that_is_wrong_is_reported_at_once",
        file="vip_domain/codec.py",
        was="    problems |= command.problems(read)\n",
        becomes="    problems = problems or command.problems(read)\n",
    ),
    Break(
        bug="Whatever is to be text is taken for text.",
        shown_by=f"{INPUT}test_any_json_object_is_read_or_reported",
        file=FIELDS,
        was="    if not isinstance(value, str):\n"
        '        return cast(str, _or_problem("must be text"))\n',
        becomes="",
    ),
    Break(
        bug="Of a key that comes twice the second one counts.",
        shown_by=f"{LINES}test_a_bad_line_has_its_own_result_and_stops_no_other",
        file="vip_domain/cli/lines.py",
        was="json.JSONDecoder(object_pairs_hook=_each_once, parse",
        becomes="json.JSONDecoder(parse",
        only="twice",
    ),
    Break(
        bug="A file of commands is read whole before its first line is looked at.",
        shown_by=f"{LINES}test_a_line_without_end_fills_no_memory",
        file="vip_domain/cli/lines.py",
        was="stream.read1(LONGEST_LINE)",
        becomes="stream.read()",
    ),
    Break(
        bug="Somebody else's database is taken for a store.",
        shown_by="tests/test_cli.py::test_a_file_that_is_no_store_is_one_clear_error",
        file="vip_domain/store/sqlite_schema.py",
        was="    if application or tables:\n",
        becomes="    if application:\n",
    ),
    Break(
        bug="A store that cannot be used is taken for a bug of the command line.",
        shown_by="tests/test_cli.py::test_a_locked_store_is_one_clear_error",
        file=CLI_MAIN,
        was="except (AuditError, CommandRefused, StoreError) as error:",
        becomes="except (AuditError, CommandRefused) as error:",
    ),
    Break(
        bug="What is too short for a change code is repeated.",
        shown_by=f"{INPUT}test_a_change_code_is_never_said_again",
        file=FIELDS,
        was='f"must have at least {MIN_CODE} characters"',
        becomes='f"must have at least {MIN_CODE} characters: {read}"',
    ),
    Break(
        bug="Who is refused is told all of the command.",
        shown_by="tests/test_cli_run.py::test_a_secret_is_never_repeated",
        file="vip_domain/cli/run.py",
        was="message=_short(outcome.message),",
        becomes='message=_short(f"{outcome.message} {order and attrs.asdict(order.command)}"),',
    ),
    Break(
        bug="A command shows its code to whoever looks at it.",
        shown_by="tests/test_secrets.py::test_no_secret_is_written_or_said_in_a_whole_life",
        file="vip_domain/commands/reseller_change.py",
        was="converter=fields.secret, repr=False",
        becomes="converter=fields.secret",
        only="memory",
    ),
    Break(
        bug="A URL in the wrong place is repeated with its password.",
        shown_by="tests/test_secrets.py::test_no_secret_is_said_by_any_verb",
        file="vip_domain/cli/output.py",
        was='said = without_passwords(" ".join(problem.split()))',
        becomes='said = " ".join(problem.split())',
        only="postgres",
    ),
]
