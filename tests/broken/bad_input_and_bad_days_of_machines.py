"""Bad input and bad days, broken: what machines do to a store."""

from __future__ import annotations

from tests.broken.breaks import Break

INTERRUPTED = "tests/test_interrupted.py::"
FAILURES = "tests/test_store_failures.py::"
SQLITE = "vip_domain/store/sqlite.py"

BREAKS = [
    Break(
        bug="What is decided is remembered as recorded, before it is.",
        shown_by=f"{INTERRUPTED}test_ctrl_c_at_any_point_is_as_if_nothing_had_been",
        file="vip_domain/store/work.py",
        was="        return written\n",
        becomes="        self._known.keep(stream_id, written)\n        return written\n",
        only="sqlite and write",
    ),
    Break(
        bug="What was written of an import is committed, however it ended.",
        shown_by=f"{INTERRUPTED}test_an_import_that_is_interrupted_at_any_point_has_not_been",
        file="vip_domain/store/sqlite_evidence.py",
        was='            yield connection\n            connection.execute("COMMIT")\n',
        becomes="            try:\n                yield connection\n            finally:\n"
        '                connection.execute("COMMIT")\n',
        only="sqlite",
    ),
    Break(
        bug="A connection that was cut while nobody used it is given out again.",
        shown_by=f"{INTERRUPTED}test_connections_cut_at_any_point_are_an_error_or_nothing",
        file="vip_domain/store/postgres_pool.py",
        was='        event.listen(self.queue, "checkout", _check)\n',
        becomes="",
        only="write",
    ),
    Break(
        bug="What the driver says of a full disk while a view is rebuilt is no error of the store.",
        shown_by="tests/test_full_disk.py::test_a_full_disk_is_one_error_and_with_room_it_goes_on",
        file="vip_domain/views/sqlite.py",
        was="except (sqlite3.Error, OSError, UnicodeDecodeError) as error:",
        becomes="except (OSError, UnicodeDecodeError) as error:",
        only="rebuild",
    ),
    Break(
        bug="All that a server says of an error is said, line after line.",
        shown_by="tests/test_full_disk.py"
        "::test_a_server_whose_disk_is_full_goes_on_when_it_has_room",
        file="vip_domain/store/log.py",
        was='return "; ".join(line.strip() for line in str(error).splitlines() if line.strip())',
        becomes="return str(error)",
    ),
    Break(
        bug="Who reads a history keeps others from writing, and waits for them.",
        shown_by="tests/test_hanging.py"
        "::test_who_waits_for_a_process_that_hangs_hears_so_and_goes_on_afterwards",
        file=SQLITE,
        was="            c.execute(statement, (stream_id, gt))\n",
        becomes='            c.execute("ROLLBACK")\n            c.execute("BEGIN IMMEDIATE")\n'
        "            c.execute(statement, (stream_id, gt))\n",
        only="append and killed",
    ),
    Break(
        bug="What the package says of a damaged file is told as it tells it.",
        shown_by="tests/test_damaged_pages.py::test_a_damaged_page_is_an_error_or_is_found",
        file="vip_domain/store/log.py",
        was="except (PersistenceError, sqlite3.Error, OSError, UnicodeDecodeError) as error:",
        becomes="except (sqlite3.Error, OSError, UnicodeDecodeError) as error:",
    ),
    Break(
        bug="The tables are made whenever a store is opened.",
        shown_by=f"{FAILURES}test_a_read_only_file_can_be_read",
        file=SQLITE,
        was="            if c.fetchone()[0] == sqlite_schema.APPLICATION_ID:\n",
        becomes="            if not c.fetchone():\n",
    ),
    Break(
        bug="What goes wrong while a file is looked at is told as the driver tells it.",
        shown_by=f"{FAILURES}test_a_read_only_folder_is_an_error_until_it_is_not",
        file="vip_domain/store/log.py",
        was="        with store_errors(path):\n            prepare_file(path)\n",
        becomes="        prepare_file(path)\n        with store_errors(path):\n",
    ),
]
