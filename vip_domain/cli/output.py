"""What is said: tables for people on a terminal, plain lines or JSON for everybody else."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

Cell = str | int | None
Rows = Iterable[Sequence[Cell]]

INDENT = "  "
TEXTS = ("organization_name", "value", "what", "lines", "rejection", "reason", "error")
_PASSWORD = re.compile(r"(?<=://)\S*(?=@)|(?<=password=)[^&\s'\"]+")


def speak_safely() -> None:
    """Characters that standard output cannot write are escaped instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def hush() -> None:
    """Nothing can be written any more; what is left goes into nothing, not into an error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(problem: str, *, code: int = 1) -> int:
    """One line on standard error; the exit code that goes with it."""
    said = without_passwords(" ".join(problem.split()))
    sys.stderr.write(f"vip-domain: {printable(said)}\n")
    return code


def without_passwords(text: str) -> str:
    """`text` without the passwords of its URLs: people put them where no URL belongs."""
    return _PASSWORD.sub("…", text)


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


def say_table(title: str, columns: Sequence[str], rows: Rows) -> None:
    """A table on a terminal; elsewhere lines with tabs between the cells, the columns first."""
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(title, columns, cells)
        return
    for row in [columns, *cells]:
        sys.stdout.write("\t".join(row) + "\n")


def say_next_table(title: str, columns: Sequence[str], rows: Rows) -> None:
    """One more table, which needs its title everywhere to be told from the one before."""
    say("")
    if not sys.stdout.isatty():
        say(title)
    say_table(title, columns, rows)


Outline = Iterator[tuple[int, str]]
"""Lines, each with how deep it stands under the one before."""


def say_outline(lines: Outline, *, apart: bool = False) -> None:
    """Lines with their depth as indents; a terminal's width breaks none of them, 0 is a heading."""
    if apart:
        say("")
    if not sys.stdout.isatty():
        for depth, line in lines:
            say(INDENT * depth + line)
        return
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    for depth, line in lines:
        text = Text(printable(line), style="" if depth else "bold")
        console.print(Padding(text, (0, 0, 0, len(INDENT) * depth)))


def _draw(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        # What people copy stays in one piece; sentences make room for it.
        table.add_column(column.replace("_", "\n"), overflow="fold", no_wrap=column not in TEXTS)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout, markup=False, emoji=False, highlight=False).print(table)


Advance = Callable[[int], None]


@contextmanager
def progress(what: str, total: int | None, *, hidden: bool = False) -> Iterator[Advance]:
    """
    A bar on standard error when that is a terminal: people would see nothing happen.

    Call what it gives with how far it has come of `total`.
    """
    console = Console(file=sys.stderr, markup=False, emoji=False)
    columns = TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    hidden = hidden or not sys.stderr.isatty()
    with Progress(*columns, console=console, disable=hidden, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda completed: bar.update(task, completed=completed)
