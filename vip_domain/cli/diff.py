"""`diff`: who entered a list between two moments, who left it, and what made it so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, assert_never

import typer

from vip_domain import ByEvent, ByTime, Change, ListDiff
from vip_domain.cli.customers import FilterName
from vip_domain.cli.options import (
    DEFAULT_DB,
    DEFAULT_RULES,
    Db,
    Json,
    ManagedBy,
    On,
    Reseller,
    Rules,
    day,
    moment,
    reading,
    today,
)
from vip_domain.cli.output import Cell, say_json, say_table

COLUMNS = ("change", "vip_id", "organization_name", "cause", "when", "actor", "position")

From = Annotated[
    Any,  # AsOf, but typer takes no unions
    typer.Option(
        "--from", metavar="POSITION|INSTANT", parser=moment, help="The list as it was known then."
    ),
]
To = Annotated[
    Any,
    typer.Option("--to", metavar="POSITION|INSTANT", parser=moment, help="And then; now."),
]
FromOn = Annotated[
    date | None,
    typer.Option(
        "--from-on", metavar="DATE", parser=day, help="The earlier list's date; that of --on."
    ),
]


def diff(
    filter: FilterName,
    reseller: Reseller,
    from_: From,
    to: To = None,
    on: On = None,
    from_on: FromOn = None,
    managed_by: ManagedBy = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Say who entered a list between two moments and who left it: by which event, or by time."""
    with reading(db, rules) as vip:
        said = vip.diff(
            filter,
            from_,
            to,
            reseller_id=reseller,
            on=on or today(),
            from_on=from_on,
            managed_by=managed_by,
        )
    if json:
        say_json(said.to_dict())
    else:
        say_table(_title(said), COLUMNS, list(_rows(said)))


def _title(said: ListDiff) -> str:
    return (
        f"{said.filter} of {said.reseller_id}, as of {said.from_} on {said.from_on} and as of "
        f"{said.to} on {said.on}: {len(said.entered)} entered, {len(said.left)} left"
    )


def _rows(said: ListDiff) -> Iterator[list[Cell]]:
    for word, changes in (("entered", said.entered), ("left", said.left)):
        for change in changes:
            yield [word, change.vip_id, change.organization_name, *_cause(change)]


def _cause(change: Change) -> list[Cell]:
    match change.cause:
        case ByEvent() as by:
            return [by.event, by.at.isoformat(), by.actor, by.position]
        case ByTime(on=on):
            return ["time passed", on.isoformat(), None, None]
        case _ as never:
            assert_never(never)
