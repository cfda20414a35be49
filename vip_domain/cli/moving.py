"""`export` and `import`: a whole log to a file and from one, into a store of any kind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from vip_domain import AuditError
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, reading, writing
from vip_domain.cli.output import say

To = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - is standard output.")]
From = Annotated[Path, typer.Argument(metavar="FILE", help="Where from; - is standard input.")]
STANDARD = Path("-")
PARQUET = ".parquet"
LONGEST_LINE = 1 << 26
"""In bytes. No event comes near it, and a file that is no export does not fill the memory."""


def export(file: To, db: Db = DEFAULT_DB) -> None:
    """
    Write the whole log as lines of JSON with the attribute names of CloudEvents.

    Or, to a file named *.parquet, as columns of these names. The file is there when it is
    complete, and not before. Contact names and addresses are in it as they are in the log.
    """
    with reading(db, DEFAULT_RULES) as vip:
        if file.suffix == PARQUET:
            vip.export_parquet(file)
            return
        lines = vip.export_log()
        if file == STANDARD:
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            sys.stdout.writelines(lines)
        else:
            _write(file, lines)


def _write(file: Path, lines: Iterable[str]) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as written:
            written.writelines(lines)
            written.flush()
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def import_(file: From, db: Db = DEFAULT_DB) -> None:
    """
    Fill an empty store with an exported log: all of it or nothing.

    From lines, or from a file named *.parquet. All of it is checked against the links and roots
    that it came with; `verify` with your checkpoints tells whether it is the log that you know.
    """
    with writing(db, DEFAULT_RULES) as vip:
        if file.suffix == PARQUET:
            head = vip.import_parquet(file)
        elif file == STANDARD:
            head = vip.import_log(_lines(sys.stdin.buffer))
        else:
            with file.open("rb") as stream:
                head = vip.import_log(_lines(stream))
    say(f"{head.size} events and {head.commands} command ids of {head.origin}")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise AuditError(f"the export has a line of more than {LONGEST_LINE} bytes")
        yield line
