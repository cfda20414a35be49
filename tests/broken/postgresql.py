"""PostgreSQL, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

STORE = "tests/test_postgres.py"
REBUILD = "tests/test_rebuild_postgres.py"

BREAKS = [
    Break(
        bug="Nobody looks whether a connection is still one before it is used.",
        shown_by=f"{STORE}::test_idle_connections_that_were_cut_are_replaced_unseen",
        file="vip_domain/store/postgres_pool.py",
        was='        event.listen(self.queue, "checkout", _check)\n',
        becomes="",
        only="execute",
    ),
    Break(
        bug="A connection that is lost while recording is an error that leaves no doubt.",
        shown_by=f"{STORE}::"
        "test_a_connection_cut_while_recording_leaves_a_doubt_that_a_command_id_ends",
        file="vip_domain/store/postgres.py",
        was="            raise OutcomeUnknown(address.shown) from error\n",
        becomes="            raise\n",
    ),
    Break(
        bug="An error says all the lines that the server does.",
        shown_by=f"{STORE}::test_trouble_is_one_error_in_one_line_and_nothing_is_written",
        file="vip_domain/store/log.py",
        was='return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())',
        becomes="return str(error)",
        only="several",
    ),
    Break(
        bug="A connection is used again after a statement that the server never saw.",
        shown_by=f"{STORE}::test_trouble_at_any_use_of_a_connection_leaves_the_next_one_working",
        file="vip_domain/store/postgres.py",
        was="        connection.close()\n        if lost:",
        becomes="        if lost:",
        only="writer",
    ),
    Break(
        bug="The log's table is one that a server empties when it was killed.",
        shown_by=f"{STORE}::test_a_server_that_stops_and_starts_again_loses_nothing",
        file="vip_domain/store/postgres_schema.py",
        was="CREATE TABLE stored_events (",
        becomes="CREATE UNLOGGED TABLE stored_events (",
    ),
    Break(
        bug="A receipt waits for the disk where the server says so by default, and only there.",
        shown_by=f"{STORE}::test_a_receipt_holds_whatever_the_server_says_by_default",
        file="vip_domain/store/postgres_pool.py",
        was="WHERE current_setting('synchronous_commit') = 'off'",
        becomes="WHERE current_setting('synchronous_commit') = 'local'",
    ),
    Break(
        bug="Who finds no tables makes them, whoever else does.",
        shown_by=f"{STORE}::test_processes_that_open_an_empty_database_at_once_get_one_store",
        file="vip_domain/store/postgres_schema.py",
        was='    cursor.execute(LOCK, (address.lock_key("schema"),))\n'
        "    if not is_ours(cursor, address):\n",
        becomes="    if not is_ours(cursor, address):\n",
    ),
    Break(
        bug="Who waited for somebody who made the tables makes them once more.",
        shown_by=f"{STORE}::test_threads_that_open_an_empty_database_at_once_get_one_store",
        file="vip_domain/store/postgres_schema.py",
        was="    if not is_ours(cursor, address):\n        _create(cursor, address)\n    elif not",
        becomes="    if True:\n        _create(cursor, address)\n    elif not",
    ),
    Break(
        bug="A schema that others have tables in is made a store.",
        shown_by=f"{STORE}::test_another_programs_schema_is_left_alone",
        file="vip_domain/store/postgres_schema.py",
        was="    elif used:\n",
        becomes="    elif used and marker != MARKER:\n",
    ),
    Break(
        bug="A store of an older version is used as if it were of this one.",
        shown_by=f"{STORE}::test_a_database_of_another_version_is_refused",
        file="vip_domain/store/postgres_schema.py",
        was="        if found != version:\n",
        becomes="        if found > version:\n",
        only="older",
    ),
    Break(
        bug="Keys are in another schema than the page says whose dumps these are.",
        shown_by=f"{STORE}::test_a_dump_taken_while_somebody_writes_is_a_whole_store",
        file="vip_domain/opening.py",
        was='schema=f"{address.schema}_keys"',
        becomes='schema=f"keys_of_{address.schema}"',
    ),
    Break(
        bug="The last share of a log is folded by nobody.",
        shown_by=f"{REBUILD}::test_postgresql_comes_to_what_memory_says",
        file="vip_domain/views/shares_postgres.py",
        was="zip(found, [*found[1:], PAST], strict=True)",
        becomes="zip(found, found[1:], strict=False)",
        only="1",
    ),
    Break(
        bug="Who rebuilds has the lock that writers queue for.",
        shown_by=f"{REBUILD}::test_writers_go_on_while_a_view_is_rebuilt_in_postgresql",
        file="vip_domain/views/rebuild_postgres.py",
        was='self.address.lock_key(f"rebuild {self._view}")',
        becomes='self.address.lock_key("append")',
    ),
    Break(
        bug="The generation before comes back without what was recorded since.",
        shown_by=f"{REBUILD}::test_the_generation_before_comes_back_in_postgresql",
        file="vip_domain/views/switch.py",
        was="            feed(connection, generation, batch)\n",
        becomes="",
    ),
    Break(
        bug="A new generation waits for the server to look at its rows by itself.",
        shown_by=f"{REBUILD}::test_the_planner_knows_the_rows_of_a_new_generation",
        file="vip_domain/views/rebuild_postgres.py",
        was='            connection.exec_driver_sql(f"ANALYZE {name}")\n',
        becomes="",
    ),
    Break(
        bug="A second rebuild begins beside the first.",
        shown_by=f"{REBUILD}::test_one_rebuild_of_a_view_at_a_time_in_postgresql",
        file="vip_domain/views/rebuild_postgres.py",
        was="            if not free:\n",
        becomes="            if free is None:\n",
    ),
    Break(
        bug="A rebuild that was stopped leaves what it folded.",
        shown_by=f"{REBUILD}::test_a_rebuild_that_is_stopped_in_postgresql_leaves_nothing",
        file="vip_domain/views/rebuild.py",
        was="            except BaseException:\n",
        becomes="            except Exception:\n",
    ),
    Break(
        bug="What a killed rebuild left is in the way of the next one.",
        shown_by=f"{REBUILD}::test_a_rebuild_that_was_killed_in_postgresql_is_done_again",
        file="vip_domain/views/leftovers.py",
        was="    clear(follower)\n    with",
        becomes="    with",
        only="fold",
    ),
    Break(
        bug="Who folds for a killed rebuild fills whatever table has the name now.",
        shown_by=f"{REBUILD}::test_who_still_folds_for_a_killed_rebuild_leaves_the_next_one_alone",
        file="vip_domain/views/shares_postgres.py",
        was="        if target.execute(OID, (self._name,)).fetchall() != [(self.table,)]:\n",
        becomes="        if not target.execute(OID, (self._name,)).fetchall():\n",
    ),
    Break(
        bug="What the driver raises in a process that folds comes as it is.",
        shown_by=f"{REBUILD}::test_what_goes_wrong_in_another_process_is_one_clear_error",
        file="vip_domain/views/shares_postgres.py",
        was="                server_errors(self.address),\n",
        becomes="",
    ),
    Break(
        bug="A rebuild switches to rows that are not the live ones.",
        shown_by=f"{REBUILD}::test_a_changed_row_is_found_in_postgresql_and_stops_a_switch",
        file="vip_domain/views/rebuild.py",
        was="        if found and not despite_differences:\n",
        becomes="        if found and despite_differences:\n",
    ),
    Break(
        bug="A demo that starts a server of its own plays into the file.",
        shown_by="tests/test_cli_demo.py::test_a_demo_can_have_a_postgresql_server_of_its_own",
        file="vip_domain/cli/demo.py",
        was="_store(db, own_server=postgres) as url, writing(url, rules)",
        becomes="_store(db, own_server=postgres), writing(db, rules)",
    ),
    Break(
        bug="A check asks the server what only a file knows.",
        shown_by="tests/test_cli_postgres.py::test_a_verb_works_on_postgresql",
        file="vip_domain/views/rebuild_postgres.py",
        was='            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")\n'
        "            live = ",
        becomes='            connection.exec_driver_sql("PRAGMA integrity_check")\n'
        "            live = ",
        only="verify",
    ),
    Break(
        bug="Whoever asks makes a store in the schema that was mistyped.",
        shown_by="tests/test_cli_postgres.py::test_reading_makes_no_store_in_postgresql",
        file="vip_domain/cli/options.py",
        was="    if db.startswith(POSTGRESQL) and not _is_in_postgres(db):\n",
        becomes="    if db.startswith(POSTGRESQL) and not db:\n",
        only="counts",
    ),
]
