"""What must hold of any store at any moment; whatever does not is said in a sentence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast
from urllib.parse import unquote

import vip_domain
from vip_domain import StoreError, VipDomain
from vip_domain.arguments import VIEWS
from vip_domain.opening import SQLITE
from vip_domain.views import generations
from vip_domain.views.follower import Follower

BESIDE = ("-wal", "-shm", "-keys")
"""What is kept beside a SQLite file."""

PATIENCE = 10.0
"""Seconds in which a database notices that whoever had its locks is gone."""


def broken(url: str) -> Iterator[str]:
    """
    What of its promises a store does not keep; nothing of a store that is as it should be.

    Positions have no hole, links and hashes hold, the rows of every view are those of a fresh
    fold, and nobody who is gone has a lock. Customers that are parked are tried again first.
    """
    try:
        with vip_domain.open(url) as vip:
            yield from _log(vip)
            yield from _views(vip)
            yield from _locks(vip)
    except StoreError as error:
        yield str(error)


def _log(vip: VipDomain) -> Iterator[str]:
    last = vip._log.last_position()
    read = [each.position for each in vip._log.read(0, last + 1)]  # raises at a hole
    if read != [*range(1, last + 1)]:
        yield f"positions are not 1 to {last}"
    for finding in vip.verify_log().findings:
        yield str(finding)


def _views(vip: VipDomain) -> Iterator[str]:
    for retried in vip.retry():
        if retried.parked is not None:
            yield f"{retried.view} cannot take an event of {retried.vip_id}"
    for verified in vip.verify():
        rows = f"the rows of {verified.view} are not those of a fresh fold"
        for each in verified.differences[:5]:
            yield f"{rows}: {each}"
        if not verified.differences and verified.digest != vip.digest(verified.view):
            yield f"{rows}: another digest"


def _locks(vip: VipDomain) -> Iterator[str]:
    deadline = time.monotonic() + PATIENCE
    with closing(vip._views.leases()) as leases:
        for view in VIEWS:
            while not leases.take(view):
                if time.monotonic() > deadline:
                    yield f"{view} is followed by somebody who is gone"
                    break
                time.sleep(0.01)


def left_over(url: str) -> Iterator[str]:
    """What is there still of rebuilds and checks that were killed, though another one was done."""
    with vip_domain.open(url) as vip:
        vip.verify()
        vip.rebuild()
        for follower in vip._views.followers().values():
            yield from _generations(cast("Follower", follower))
    file = Path(unquote(url.removeprefix(SQLITE)))
    if url.startswith(SQLITE):
        own = {file.name, *(f"{file.name}{end}" for end in BESIDE)}
        for each in file.parent.glob(f"{file.name}*"):
            if each.name not in own and each.suffix != ".lock":
                yield f"{each.name} is left over"


def _generations(follower: Follower) -> Iterator[str]:
    with follower.transaction() as connection:
        entry = follower.entry(connection)
        found = generations.all_of(connection, follower.projection)
    for each in found:
        if each.number not in {entry.generation, entry.previous_generation}:
            yield f"{each.name} is left over"
