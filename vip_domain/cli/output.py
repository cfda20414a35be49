"""What is said: tables for people on a terminal, plain lines or JSON for everybody else."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

Cell = str | int | None


def speak_safely() -> None:
    """Characters that standard output cannot write are escaped instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hush() -> None:
    """Nobody reads any more; let the interpreter flush what is left into nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(problem: str, *, code: int = 1) -> int:
    """One line on standard error; the exit code that goes with it."""
    sys.stdout.flush()
    sys.stderr.write(f"vip-domain: {printable(' '.join(problem.split()))}\n")
    return code


def printable(text: str) -> str:
    """`text` on one line, with control characters escaped: data never moves the cursor."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def say(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(f"{printable(line)}\n")


def say_json(value: Any) -> None:
    """One JSON document: on a terminal with indents, otherwise on one line."""
    sys.stdout.write(json_text(value, indent=2 if sys.stdout.isatty() else None) + "\n")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON that stays valid in whatever encoding standard output has."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(value, ensure_ascii=not unicode, indent=indent)


def say_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A table on a terminal; elsewhere lines with tabs between the cells, the columns first."""
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(title, columns, cells)
        return
    for row in [columns, *cells]:
        sys.stdout.write("\t".join(row) + "\n")


def _draw(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for column in columns:
        # An id that is cut off is of no use to anybody.
        overflow = column.endswith("_id")
        table.add_column(column, no_wrap=not overflow, overflow="fold" if overflow else "ellipsis")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout, markup=False, emoji=False, highlight=False).print(table)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Progress]:
    """
    A bar on standard error, for people who would otherwise see nothing happen.

    Nothing is drawn without a terminal there, or when results scroll by on the same one.
    """
    console = Console(file=sys.stderr, markup=False, emoji=False)
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    hidden = not sys.stderr.isatty() or sys.stdout.isatty()
    with Progress(*columns, console=console, disable=hidden, transient=True) as bar:
        bar.add_task(what, total=total)
        yield bar
