"""Tamper evidence, broken: a log that is moved from one store to another."""

from __future__ import annotations

from tests.broken.breaks import Break

SQLITE = "vip_domain/store/sqlite_evidence.py"
PARQUET = "vip_domain/audit/parquet.py"
TRANSFER = "vip_domain/audit/transfer.py"

BREAKS = [
    Break(
        bug="An import leaves the checkpoints behind.",
        shown_by="tests/test_transfer.py::test_an_imported_log_is_the_same_log",
        file=SQLITE,
        was="connection.executemany(LOAD_CHECKPOINT, incoming.checkpoints())",
        becomes="list(incoming.checkpoints())",
        only="sqlite",
    ),
    Break(
        bug="An import leaves the command ids behind.",
        shown_by="tests/test_transfer.py::test_an_imported_log_goes_on",
        file=SQLITE,
        was="connection.executemany(LOAD_COMMAND, incoming.commands())",
        becomes="list(incoming.commands())",
        only="sqlite",
    ),
    Break(
        bug="The rows of the last group of a Parquet file are not written.",
        shown_by="tests/test_parquet.py::test_an_imported_parquet_file_is_the_same_log",
        file=PARQUET,
        was="    if group:\n        yield group\n",
        becomes="",
        only="memory",
    ),
    Break(
        bug="A Parquet file does not say when an event was recorded.",
        shown_by="tests/test_parquet.py::test_its_columns_are_the_attributes_of_cloud_events",
        file=PARQUET,
        was='"time": event.recorded_at,',
        becomes='"time": None,',
    ),
    Break(
        bug="A column of another type is taken for the right one.",
        shown_by="tests/test_parquet.py::test_a_table_that_is_no_whole_export_is_refused",
        file=PARQUET,
        was="return bool(at >= 0 and schema.field(at).type == SCHEMA.field(name).type)",
        becomes="return bool(at >= 0)",
    ),
    Break(
        bug="What cannot be opened as Parquet is a driver's error.",
        shown_by="tests/test_parquet.py::test_bytes_that_are_no_parquet_are_refused",
        file=PARQUET,
        was="""\
        with _reading(file):
            found = parquet.ParquetFile(source, buffer_size=BUFFER, pre_buffer=False)
            missing = [name for name in READ if not _has(found.schema_arrow, name)]
""",
        becomes="""\
        found = parquet.ParquetFile(source, buffer_size=BUFFER, pre_buffer=False)
        missing = [name for name in READ if not _has(found.schema_arrow, name)]
""",
    ),
    Break(
        bug="A row of a Parquet file that cannot be read is a driver's error.",
        shown_by="tests/test_parquet.py::test_a_changed_bit_is_found_or_changes_nothing",
        file=PARQUET,
        was="""\
    with _reading(file):
        for batch in found.iter_batches(BATCH, columns=READ):
            for row in batch.to_pylist():
                number += 1
                yield number, _line(number, row)
""",
        becomes="""\
    for batch in found.iter_batches(BATCH, columns=READ):
        for row in batch.to_pylist():
            number += 1
            yield number, _line(number, row)
""",
    ),
    Break(
        bug="The events of an import are committed before all else that belongs to them.",
        shown_by="tests/test_parquet.py::test_an_import_that_is_killed_leaves_an_empty_store",
        file=SQLITE,
        was="connection.executemany(LOAD_EVENT, incoming.events())\n",
        becomes="""\
connection.executemany(LOAD_EVENT, incoming.events())
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
""",
        only="sqlite",
    ),
    Break(
        bug="Each row of an import is committed as it comes.",
        shown_by="tests/test_parquet.py::test_a_disk_that_fills_up_during_an_import_leaves_an_empty_store",
        file=SQLITE,
        was="""\
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
""",
        becomes="            yield connection\n",
    ),
    Break(
        bug="Nobody compares what was imported with what the first line says.",
        shown_by="tests/test_transfer.py::test_what_is_no_whole_export_is_refused_and_nothing_is_there",
        file=TRANSFER,
        was="        if whole != self._said:\n",
        becomes="        if whole.format != said.format:\n",
        only="memory",
    ),
    Break(
        bug="A log is exported as it is, whatever its hashes say.",
        shown_by="tests/test_transfer.py::test_a_log_that_was_changed_is_not_exported",
        file=TRANSFER,
        was="""\
        if (events.root(), commands.root()) != (head.root, head.commands_root):
            raise AuditError(NOT_WHOLE)
""",
        becomes="",
    ),
    Break(
        bug="An import does not look whether its store is empty.",
        shown_by="tests/test_transfer.py::test_a_store_with_events_takes_no_import",
        file=SQLITE,
        was="if connection.execute(USED).fetchone() != (0, 0):",
        becomes="if connection.execute(USED).fetchone() is None:",
        only="sqlite",
    ),
]
