"""The log, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

CODEC = "vip_domain/codec.py"
SCHEMA = "vip_domain/store/sqlite_schema.py"
LOG = "vip_domain/store/log.py"
WORK = "vip_domain/store/work.py"
RECORDER = "vip_domain/store/recorder.py"

BREAKS = [
    Break(
        bug="What caused an event is not stored with it.",
        shown_by="tests/test_laws.py::test_a_fact_is_decoded_as_it_was_encoded",
        file=CODEC,
        was="return _encode(_Stored(event, recorded_at, actor, command_id, correlation_id, "
        "causation_id))",
        becomes="return _encode(_Stored(event, recorded_at, actor, command_id, correlation_id))",
    ),
    Break(
        bug="An instant that is read from JSON loses its microseconds.",
        shown_by="tests/test_laws.py::test_a_command_survives_json",
        file="vip_domain/commands/fields.py",
        was="value = datetime.fromisoformat(value)",
        becomes="value = datetime.fromisoformat(value).replace(microsecond=0)",
    ),
    Break(
        bug="The bytes of an event have its fields in the order of its class.",
        shown_by="tests/test_laws.py::test_the_bytes_of_a_fact_are_canonical",
        file=CODEC,
        was='msgspec.json.Encoder(order="sorted")',
        becomes='msgspec.json.Encoder(order="deterministic")',
    ),
    Break(
        bug="An event has another name, and nobody reads the old one.",
        shown_by="tests/test_stored_events.py::test_every_stored_name_has_a_sample_and_every_sample_its_name",
        file=CODEC,
        was='"code-counted": events.CodeCounted',
        becomes='"codes-counted": events.CodeCounted',
    ),
    Break(
        bug="Two names of events were mistaken for each other.",
        shown_by="tests/test_stored_events.py::test_a_stored_event_means_what_it_meant",
        file=CODEC,
        was="""\
        "licenses-assigned": events.LicensesAssigned,
        "licenses-unassigned": events.LicensesUnassigned,
""",
        becomes="""\
        "licenses-assigned": events.LicensesUnassigned,
        "licenses-unassigned": events.LicensesAssigned,
""",
    ),
    Break(
        bug="An event that nothing caused says so in its bytes, which said nothing before.",
        shown_by="tests/test_stored_events.py::test_an_event_is_stored_in_the_same_bytes_still",
        file=CODEC,
        was="class _Stored(msgspec.Struct, Generic[E], omit_defaults=True, frozen=True):",
        becomes="class _Stored(msgspec.Struct, Generic[E], frozen=True):",
    ),
    Break(
        bug="What the driver raises reaches whoever sent the command.",
        shown_by="tests/test_store_failures.py::test_a_store_in_trouble_is_one_error_and_nothing_is_written",
        file=LOG,
        was="except (PersistenceError, sqlite3.Error, OSError, UnicodeDecodeError) as error:",
        becomes="except (sqlite3.Error, OSError, UnicodeDecodeError) as error:",
    ),
    Break(
        bug="What is about to be recorded is remembered as recorded.",
        shown_by="tests/test_store_failures.py::test_when_the_trouble_is_over_the_next_attempt_counts",
        file=WORK,
        was="""\
            positions = self._log.append(self._recorded(self._now), entries, self._recorded)
            self._remember(positions)
""",
        becomes="""\
            events, first = self._recorded(self._now), self._log.last_position() + 1
            self._remember(range(first, first + len(events)))
            positions = self._log.append(events, entries, self._recorded)
""",
    ),
    Break(
        bug="Command ids are recorded in a transaction of their own, behind their events.",
        shown_by="tests/test_groups.py::test_an_id_somebody_took_for_another_customer_leaves_nothing",
        file="vip_domain/store/sqlite.py",
        was="        if entries:\n",
        becomes="""\
        if entries:
            c.execute("COMMIT")
            c.execute("BEGIN IMMEDIATE")
""",
        only="sqlite",
    ),
    Break(
        bug="A receipt is given while its commit is on its way.",
        shown_by="tests/test_store_crashes.py::test_every_receipt_of_a_killed_process_holds",
        file=LOG,
        was="""\
            positions = self._recorder.insert_events(stored, commands=commands, later=later) or ()
""",
        becomes="""\
            from threading import Timer

            first = self.last_position() + 1
            append = self._recorder.insert_events
            Timer(0.01, append, [stored], {"commands": commands, "later": later}).start()
            positions = range(first, first + len(stored))
""",
        only="sqlite",
    ),
    Break(
        bug="All events of a command are linked to the one before the command.",
        shown_by="tests/test_chain.py::test_an_event_is_linked_to_the_one_before_it_in_its_stream",
        file=WORK,
        was="head = linked(head, stream_id, version, topic, state)",
        becomes="head = linked(before.head, stream_id, version, topic, state)",
        only="memory",
    ),
    Break(
        bug="A frame does not say how long the texts in it are.",
        shown_by="tests/test_chain.py::test_two_events_never_have_the_same_frame",
        file="vip_domain/chain.py",
        was="return _numbers(version, len(stream), len(name)), stream, name, state",
        becomes="return _numbers(version, 0, 0), stream, name, state",
    ),
    Break(
        bug="Every event of an older file is linked as the first of its stream.",
        shown_by="tests/test_older_files.py::test_a_file_of_version_1_goes_on_with_every_event_linked",
        file=SCHEMA,
        was="before = heads.get(stream_id, START)",
        becomes="before = START",
    ),
    Break(
        bug="An older file is brought up to date step by step, each committed.",
        shown_by="tests/test_older_files.py::test_killed_in_the_middle_the_file_is_of_version_1_still",
        file=SCHEMA,
        was="""\
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 1:  # nobody else was faster
            _upgrade_from_1(connection)
        connection.execute("COMMIT")
""",
        becomes="""\
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 1:  # nobody else was faster
            _upgrade_from_1(connection)
""",
    ),
    Break(
        bug="An older file that cannot be brought up to date is put aside.",
        shown_by="tests/test_older_files.py::test_a_disk_that_fills_up_meanwhile_leaves_the_older_file",
        file=SCHEMA,
        was="        except (sqlite3.Error, UnicodeDecodeError) as error:\n",
        becomes="        except (sqlite3.Error, UnicodeDecodeError) as error:\n"
        '            Path(path).rename(f"{path}-old")\n',
    ),
    Break(
        bug="An event has the instant that its writer's clock says.",
        shown_by="tests/test_instants.py::test_no_event_is_recorded_before_the_one_before_it",
        file=RECORDER,
        was="return later(latest) if recorded_at(events[0].state) < latest else events",
        becomes="return events",
        only="sqlite",
    ),
    Break(
        bug="PostgreSQL is not asked whether its last event was recorded later.",
        shown_by="tests/test_instants.py::test_no_event_is_recorded_before_the_one_before_it",
        file="vip_domain/store/postgres.py",
        was="events[0].state if ordered and events else None,",
        becomes="None,",
        only="postgres",
    ),
    Break(
        bug="Whoever waited for the lock has the instant at which it began to wait.",
        shown_by="tests/test_instants.py::test_instants_are_in_order_after_a_race",
        file=RECORDER,
        was="return later(latest) if recorded_at(events[0].state) < latest else events",
        becomes="return events",
    ),
]
