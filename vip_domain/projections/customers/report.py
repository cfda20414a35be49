"""The customer list as CSV (S7, S8): header, ISO dates, and no cell a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from vip_domain.projections.customers.row import COLUMNS, CustomerRow

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


class _Lines(list[str]):
    """What `csv.writer` writes to: each line by itself."""

    write = list.append


def csv_lines(rows: Iterable[CustomerRow]) -> Iterator[str]:
    """The header and one line a row, each with its line end."""
    sink = _Lines()
    writer = csv.writer(sink)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in row.to_dict().values()])
        yield from sink
        sink.clear()
    yield from sink


def _cell(value: str | int | None) -> str | int | None:
    if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS):
        return f"'{value}"
    return value
