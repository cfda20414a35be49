"""`follow`: a process that keeps views up to date, until it is told to end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from types import FrameType
from typing import Annotated, Any

import attrs
import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from vip_domain import FollowedView, Following
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, reading
from vip_domain.cli.output import complain, json_text, printable, say

TICK = 0.2
"""Seconds between two looks at how it goes."""

Views = tuple[FollowedView, ...]
Tell = Callable[[Views], None]

Names = Annotated[list[str] | None, typer.Argument(metavar="[VIEW]...", help="Which views; all.")]


def follow(names: Names = None, json: Json = False, db: Db = DEFAULT_DB) -> None:
    """
    Keep views up to date as events are appended, until Ctrl-C or SIGTERM.

    Of however many that follow, one is active for each view; the others stand by, and one takes
    over within seconds when it ends. A store in trouble is tried again.
    """
    with (
        _until_told() as told,
        reading(db, DEFAULT_RULES) as vip,
        _telling(json=json) as tell,
        vip.follow(*names or ()) as following,
    ):
        _watch(following, told, tell)


def _watch(following: Following, told: Event, tell: Tell) -> None:
    before: Views = ()
    while not told.wait(TICK):
        following.join(0)  # raises what ended it
        now = following.views
        if now != before:
            tell(tuple(each for each in now if each not in before))
            before = now


@contextmanager
def _until_told() -> Iterator[Event]:
    """An event that is set when the system or somebody asks this process to end."""
    told = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _telling(*, json: bool) -> Iterator[Tell]:
    """Lines of JSON for machines, a table for people on a terminal, lines for everybody else."""
    if json or not sys.stdout.isatty():
        yield _say_json if json else _say
        return
    shown: dict[str, FollowedView] = {}
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    with Live(console=console, auto_refresh=False) as live:

        def show(views: Views) -> None:
            shown.update({each.view: each for each in views})
            live.update(_table([*shown.values()]), refresh=True)

        yield show


def _table(views: list[FollowedView]) -> Table:
    table = Table(*("view", "follower", "position", "behind", "error"), box=None)
    for each in views:
        table.add_row(*(Text(printable(cell)) for cell in (each.view, *_cells(each))))
    return table


def _cells(view: FollowedView) -> tuple[str, ...]:
    if view.position is None:
        return "stands by", "", "", view.error or ""
    return "active", str(view.position), str(view.last - view.position), ""


def _say(views: Views) -> None:
    for view in views:
        if view.error is not None:
            complain(f"{view.view}: {view.error}")
        elif view.position is None:
            say(f"{view.view} stands by")
        else:
            say(f"{view.view} at position {view.position} of {view.last}")
    sys.stdout.flush()


def _say_json(views: Views) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    for view in views:
        line: dict[str, Any] = {"at": at, **attrs.asdict(view)}
        sys.stdout.write(json_text(line) + "\n")
    sys.stdout.flush()
