"""`status`, `retry` and `skip`: how views stand, and what to do about those they stopped at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import attrs
import typer

from vip_domain import ParkedCustomer, Retried
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, VipId, os_user, reading
from vip_domain.cli.output import complain, say, say_json, say_next_table, say_table

SHOWN = 20
"""Parked customers for people; a machine gets them all."""

COLUMNS = ("view", "vip_id", "version", "position", "parked_at", "error")

View = Annotated[str | None, typer.Argument(metavar="[VIEW]", help="Which view; all.")]
Whom = Annotated[str | None, typer.Argument(metavar="[VIP_ID]", help="Which customer; all.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why the event is passed over.")]
Actor = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; the user.")]
Event = Annotated[
    int | None, typer.Option(metavar="VERSION", help="Only if it is parked at this event.")
]


def status(json: Json = False, db: Db = DEFAULT_DB) -> None:
    """How far each view has followed the log, its rows and last rebuild, and who is parked."""
    with reading(db, DEFAULT_RULES) as vip:
        parked = vip.parked()
        views = [attrs.asdict(each) for each in vip.status()]
    for view in views:
        view["rebuilt_at"] = _second(view["rebuilt_at"])
    if json:
        mine = ([each for each in parked if each.view == view["view"]] for view in views)
        say_json(
            [
                view | {"parked_customers": [*map(_as_json, m)]}
                for view, m in zip(views, mine, strict=True)
            ]
        )
        return
    rows = [[_rounded(value) for value in view.values()] for view in views]
    say_table("views", list(views[0]), rows)
    if parked:
        say_next_table("parked", COLUMNS, [_shown(each) for each in parked[:SHOWN]])
    if len(parked) > SHOWN:
        say(f"and {len(parked) - SHOWN} more; --json names them all")


def retry(name: View = None, vip_id: Whom = None, json: Json = False, db: Db = DEFAULT_DB) -> None:
    """
    Fold parked customers again, once what was wrong is mended: all, a view's, or one.

    Those who have to wait on are named, and are exit code 1.
    """
    with reading(db, DEFAULT_RULES) as vip:
        retried = vip.retry(name, vip_id)
    _tell(retried, json=json)


def skip(
    name: Annotated[str, typer.Argument(metavar="VIEW", help="Which view.")],
    vip_id: VipId,
    reason: Reason,
    actor: Actor = None,
    event: Event = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
) -> None:
    """
    Pass over the event a customer is parked at, for good, and fold what waited behind it.

    Rebuilds and checks pass over it too. Who said so and why is kept.
    """
    with reading(db, DEFAULT_RULES) as vip:
        retried = vip.skip(name, vip_id, actor=actor or os_user(), reason=reason, version=event)
    _tell([retried], json=json)


def _tell(retried: Sequence[Retried], *, json: bool) -> None:
    waiting = [each.parked for each in retried if each.parked is not None]
    if json:
        say_json(
            [
                {
                    "view": each.view,
                    "vip_id": each.vip_id,
                    "parked": None if each.parked is None else _as_json(each.parked),
                }
                for each in retried
            ]
        )
    else:
        say(f"{len(retried) - len(waiting)} of {len(retried)} go on")
        if waiting:
            say_next_table("parked", COLUMNS, [_shown(each) for each in waiting[:SHOWN]])
    if waiting:
        raise typer.Exit(complain(f"{len(waiting)} still wait at an event their view cannot take"))


def _as_json(parked: ParkedCustomer) -> dict[str, Any]:
    return attrs.asdict(parked) | {"parked_at": _second(parked.parked_at)}


def _shown(parked: ParkedCustomer) -> list[Any]:
    at = _second(parked.parked_at)
    return [parked.view, parked.vip_id, parked.version, parked.position, at, parked.error]


def _second(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds")


def _rounded(value: Any) -> Any:
    return f"{value:.1f}" if isinstance(value, float) else value
