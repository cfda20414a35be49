"""A log as a Parquet file: a row for each CloudEvent, a column for each of its attributes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from vip_domain.audit.lines import CloudEvent, Line, Numbered
from vip_domain.errors import AuditError, StoreError
from vip_domain.store.log import one_line

try:
    import pyarrow as arrow
    from pyarrow import parquet
except ImportError as error:
    raise StoreError("Parquet needs pyarrow: pip install 'vip-domain[parquet]'") from error

TEXTS = ("specversion", "id", "source", "type", "subject", "datacontenttype")
NUMBERS = ("position", "version")
SCHEMA = arrow.schema(
    [
        *((name, arrow.string()) for name in TEXTS),
        ("time", arrow.timestamp("us", tz="UTC")),
        *((name, arrow.int64()) for name in NUMBERS),
        ("chain", arrow.binary()),
        ("data", arrow.binary()),
    ]
)
READ = ("specversion", "id", "source", "type", "subject", *NUMBERS, "chain", "data")
"""The others follow from these."""

SPECVERSION = "1.0"
JSON = "application/json"

GROUP_ROWS, GROUP_BYTES = 10_000, 2**24
"""A group of rows is written when it has so many, or so many bytes of data: it lies in memory."""

BATCH, BUFFER = 1_000, 2**20
"""Rows that are read together, and bytes of a column that are."""


def write(events: Iterable[CloudEvent], file: Path) -> None:
    """Write all of it, or no file at all. Raises `StoreError` when the disk cannot take it."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as sink:
            with parquet.ParquetWriter(sink, SCHEMA, compression="zstd") as writer:
                for group in _groups(events):
                    writer.write_table(arrow.Table.from_pylist(group, SCHEMA))
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(file)
    except OSError as error:
        raise StoreError(f"{file}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _groups(events: Iterable[CloudEvent]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for event in events:
        group.append(_row(event))
        size += len(event.data)
        if len(group) == GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _row(event: CloudEvent) -> dict[str, Any]:
    chain = event.attributes.get("chain")
    return event.attributes | {
        "specversion": SPECVERSION,
        "datacontenttype": JSON if _is_json(event.data) else None,
        "time": event.recorded_at,
        "chain": None if chain is None else bytes.fromhex(chain),
        "data": event.data,
    }


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


@contextmanager
def opened(file: Path) -> Iterator[Numbered]:
    """
    The rows of a file as they are asked for. Raises `AuditError` for one that is no export.

    What the system raises when there is no file that can be read, `OSError`, stays as it is.
    """
    with file.open("rb") as source:
        with _reading(file):
            found = parquet.ParquetFile(source, buffer_size=BUFFER, pre_buffer=False)
            missing = [name for name in READ if not _has(found.schema_arrow, name)]
        if missing:
            problem = f"no column {', '.join(missing)} of the type it has there"
            raise AuditError(f"{file} is no export of a log: {problem}")
        yield _rows(file, found)


def _has(schema: Any, name: str) -> bool:
    at = schema.get_field_index(name)  # -1 when there is none, or more than one
    return bool(at >= 0 and schema.field(at).type == SCHEMA.field(name).type)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (arrow.ArrowException, OSError, UnicodeError) as error:
        raise AuditError(f"{file} is no whole export of a log: {one_line(error)}") from error


def _rows(file: Path, found: Any) -> Numbered:
    number = 0
    with _reading(file):
        for batch in found.iter_batches(BATCH, columns=READ):
            for row in batch.to_pylist():
                number += 1
                yield number, _line(number, row)


def _line(number: int, row: dict[str, Any]) -> Line:
    if row["specversion"] != SPECVERSION or None in {row["id"], row["source"], row["type"]}:
        raise AuditError(f"row {number} of the export is no CloudEvent")
    return Line(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        specversion="1.0",
        subject=row["subject"] or "",
        position=row["position"] or 0,
        version=row["version"] or 0,
        chain=(row["chain"] or b"").hex(),
        data=msgspec.Raw(row["data"] or b""),
    )
