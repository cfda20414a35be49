"""`rebuild` and `verify`: views folded anew, to take over or to be looked at."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import attrs
import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

from vip_domain import Difference, Progress, Rebuilt, StoreError, Verified, ViewDiffers, VipDomain
from vip_domain.cli.audit import Checkpoints, Public, log_as_json, log_verified, say_log
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, Rules, reading
from vip_domain.cli.output import complain, say, say_json, say_table

SHOWN = 20
"""Differences for people; a machine gets them all."""

LONGEST_CELL = 60
# What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 130

View = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which view; all.")]
LOG = "log"
Checked = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help="Which view, or the log; all.")
]
Rollback = Annotated[
    bool, typer.Option("--rollback", help="Back to the rows before the last rebuild.")
]
Despite = Annotated[
    bool, typer.Option("--despite-differences", help="Switch, whatever the comparison finds.")
]
Listener = Callable[[Progress], None]
T = TypeVar("T")


def rebuild(
    name: View = None,
    rollback: Rollback = False,
    despite_differences: Despite = False,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """
    Fold a view anew from the log, or all of them, beside the live one, and switch to it.

    Readers and writers go on meanwhile. Rows that differ from the live ones stop the switch and
    are named. What was interrupted is taken up when it is run again.
    """
    if rollback and despite_differences:
        raise typer.BadParameter(
            "has no meaning with --rollback", param_hint="--despite-differences"
        )
    with reading(db, rules) as vip:
        if rollback:
            _roll_back(vip, name, json=json)
        else:
            _rebuild(vip, name, despite_differences, json=json)


def _rebuild(vip: VipDomain, name: str | None, despite_differences: bool, *, json: bool) -> None:
    def one(view: str) -> Rebuilt:
        with _watching(view, json=json) as listener:
            (rebuilt,) = vip.rebuild(
                view, on_progress=listener, despite_differences=despite_differences
            )
        return rebuilt

    try:
        done = _each(vip, name, one)
    except KeyboardInterrupt:
        problem = "interrupted; run it again, and it goes on where it was"
        raise typer.Exit(complain(problem, code=INTERRUPTED)) from None
    _tell(done, _say_rebuilt, json=json)


def _say_rebuilt(rebuilt: Rebuilt) -> None:
    rate = rebuilt.events / rebuilt.seconds if rebuilt.seconds else 0
    say(
        f"rebuilt {rebuilt.view} up to position {rebuilt.position}: "
        f"{rebuilt.events} events in {rebuilt.seconds:.1f} s, {rate:.0f} a second"
    )
    _say_differences(rebuilt.view, rebuilt.differences)


@attrs.frozen
class _RolledBack:
    view: str
    position: int


def _roll_back(vip: VipDomain, name: str | None, *, json: bool) -> None:
    done = _each(vip, name, lambda view: _RolledBack(view, vip.roll_back(view)))
    _tell(done, lambda each: say(f"{each.view} is back, at position {each.position}"), json=json)


def verify(
    name: Checked = None,
    checkpoint: Checkpoints = None,
    public_key: Public = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
) -> None:
    """
    Recompute the log's hashes, then fold views anew from it and compare them with the live ones.

    Nothing is changed. What was done to the log is named by position, differences by customer and
    field; either is exit code 1. Only checkpoints that were kept elsewhere tell everything.
    """
    if name not in (None, LOG) and (checkpoint or public_key):
        raise typer.BadParameter("is for the log", param_hint="--checkpoint")

    def one(view: str) -> Verified:
        with _watching(view, json=json) as listener:
            (verified,) = vip.verify(view, on_progress=listener)
        return verified

    with reading(db, DEFAULT_RULES) as vip:
        log = log_verified(vip, checkpoint, public_key) if name in (None, LOG) else None
        done = [] if name == LOG else _each(vip, name, one)
    wrong = [each for _, each in done if isinstance(each, Verified) and each.differences]
    for each in wrong:
        complain(f"{each.view} has {len(each.differences)} differences")
    if log is not None and not json:
        say_log(log)
    _tell(done, _say_verified, None if log is None else log_as_json(log), json=json)
    if wrong or (log is not None and not log.whole):
        raise typer.Exit(1)


def _say_verified(verified: Verified) -> None:
    found = f"has {len(verified.differences)} differences" if verified.differences else "is right"
    say(f"{verified.view} {found} at position {verified.position}, digest {verified.digest}")
    _say_differences(verified.view, verified.differences)


# What becomes of each view.

Done = list[tuple[str, T | StoreError]]


def _each(vip: VipDomain, name: str | None, do: Callable[[str], T]) -> Done[T]:
    """What `do` comes to for each view; one that cannot be done stops no other."""
    done: Done[T] = []
    for view in [each.view for each in vip.status()] if name is None else [name]:
        try:
            done.append((view, do(view)))
        except StoreError as error:
            complain(str(error))
            done.append((view, error))
    return done


def _tell(
    done: Done[Any],
    say_one: Callable[[Any], None],
    log: dict[str, Any] | None = None,
    *,
    json: bool,
) -> None:
    if json:
        views = [_as_json(view, outcome) for view, outcome in done]
        say_json(views if log is None else [log, *views])
    for view, outcome in () if json else done:
        if isinstance(outcome, ViewDiffers):
            _say_differences(view, outcome.differences)
        elif not isinstance(outcome, StoreError):
            say_one(outcome)
    if any(isinstance(outcome, StoreError) for _, outcome in done):
        raise typer.Exit(1)


def _as_json(view: str, outcome: Any) -> dict[str, Any]:
    if not isinstance(outcome, StoreError):
        return {**attrs.asdict(outcome), "error": None}
    found = outcome.differences if isinstance(outcome, ViewDiffers) else ()
    differences = [attrs.asdict(each) for each in found]
    return {"view": view, "differences": differences, "error": str(outcome)}


def _say_differences(view: str, differences: Sequence[Difference]) -> None:
    if not differences:
        return
    rows = [[_short(cell) for cell in attrs.astuple(each)] for each in differences[:SHOWN]]
    say_table(f"{view}: differences", ("vip_id", "field", "live", "rebuilt"), rows)
    if len(differences) > SHOWN:
        say(f"and {len(differences) - SHOWN} more; --json names them all")


def _short(cell: Any) -> Any:
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


# What is seen meanwhile.


@contextmanager
def _watching(view: str, *, json: bool) -> Iterator[Listener]:
    """Progress on standard error: JSON lines for machines, a bar for people on a terminal."""
    if json:
        yield _say_progress
        return
    console = Console(file=sys.stderr, markup=False, emoji=False)
    fields = "{task.description}", "{task.fields[rate]}", "{task.fields[left]}"
    what, rate, left = (TextColumn(field, markup=False) for field in fields)
    columns = what, BarColumn(), TaskProgressColumn(), rate, left
    hidden = not sys.stderr.isatty()
    with Bar(*columns, console=console, disable=hidden, transient=True) as bar:
        task = bar.add_task(view, total=None, rate="", left="")

        def listen(progress: Progress) -> None:
            left = progress.seconds_left
            bar.update(
                task,
                description=f"{progress.view}: {progress.phase}",
                total=progress.total,
                completed=progress.done,
                rate=f"{progress.rate:,.0f}/s",
                left="" if left is None else f"{left:.0f} s left",
            )

        yield listen


def _say_progress(progress: Progress) -> None:
    measured = {"rate": progress.rate, "seconds_left": progress.seconds_left}
    sys.stderr.write(json_.dumps({**attrs.asdict(progress), **measured}) + "\n")
    sys.stderr.flush()
