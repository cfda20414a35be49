"""`rebuild`: fold a view anew from the log."""

from __future__ import annotations

from typing import Annotated

import attrs
import typer

from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, Rules, reading
from vip_domain.cli.output import say, say_json


def rebuild(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which view; all.")] = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Fold a view anew from the log, or all of them."""
    with reading(db, rules) as vip:
        rebuilt = vip.rebuild(name)
    if json:
        say_json([attrs.asdict(each) for each in rebuilt])
        return
    for each in rebuilt:
        say(f"rebuilt {each.view} up to position {each.position}: {each.events} events")
