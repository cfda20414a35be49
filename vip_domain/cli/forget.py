"""`forget`: erase the people of a customer; everything else about it stays and goes on."""

from __future__ import annotations

from typing import Annotated

import typer

from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, VipId, os_user, reading
from vip_domain.cli.output import say, say_json

Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why they are erased; name nobody.")]
Actor = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; the user.")]


def forget(
    vip_id: VipId,
    reason: Reason,
    actor: Actor = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
) -> None:
    """
    Erase the names and e-mail addresses of a customer's people, for good.

    They are read as (erased) from then on, in all of its history; that they were erased, by whom
    and why, is on record. Nothing leads back to them but a backup of the keys.
    """
    with reading(db, DEFAULT_RULES) as vip:
        receipt = vip.forget(vip_id, actor=actor or os_user(), reason=reason)
    if json:
        say_json({"vip_id": vip_id, "version": receipt.version, "erased": bool(receipt.events)})
    else:
        done = "erased" if receipt.events else "erased before, nobody was named since"
        say(f"{vip_id} version {receipt.version}: {done}")
