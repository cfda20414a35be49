"""What the processes of a soak do: write, follow, subscribe; each keeps a file of what it saw."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, insert

import vip_domain
from tests.builders import invite
from vip_domain import AssignManager, Command, Receipt, StoreError, VipDomain
from vip_domain.views import follower
from vip_domain.views.generations import Generation

SHARED = [f"SHARED-{number}" for number in range(5)]
"""Customers that all writers write to, so that they are in each other's way."""

MANAGERS = ["anna", "bo", "cia", "dan", "eva"]
AT = "2026-04-01T10:00Z"
GROUP = 20

witnessed = Table(
    "witnessed",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("view", Text),
    Column("position", BigInteger),
)
"""Which event reached which view, in which order: written by followers with rows and position."""


# Writing.


def write(url: str, saw: Path, name: str) -> None:
    """Send commands until a file says it is enough; every receipt that came is kept."""
    chance, stop = random.Random(name), saw.with_name("stop")
    with _patiently(url) as vip, saw.open("a") as kept:
        for number in count():
            if stop.exists():
                return
            commands = list(_commands(chance, name, number))
            ids = [f"{name}-{number}-{n}" for n in range(len(commands))]
            for receipt in _recorded(vip, commands, ids):
                kept.write(json.dumps([receipt.vip_id, receipt.version, receipt.position]) + "\n")
            kept.flush()


def _commands(chance: random.Random, name: str, number: int) -> Iterator[Command]:
    many = chance.random() < 0.1
    for each in range(GROUP if many else 1):
        if chance.random() < 0.5:
            yield invite(vip_id=f"{name}-{number}-{each}".upper(), at=AT)
        else:
            manager = chance.choice(MANAGERS)
            yield AssignManager(vip_id=chance.choice(SHARED), at=AT, managed_by=manager)


def _recorded(vip: VipDomain, commands: list[Command], ids: list[str]) -> Iterator[Receipt]:
    """The receipts that the commands come to, sent again as long as the store is in trouble."""
    while True:
        with suppress(StoreError):
            outcomes = vip.execute_many(commands, actor="soak", command_ids=list(ids))
            yield from (each for each in outcomes if isinstance(each, Receipt) and each.events)
            return
        time.sleep(0.02)


# Following and subscribing.


def follow(url: str, saw: Path, name: str) -> None:
    """Follow all views, and witness which events were folded, until the input ends."""
    del saw, name
    feed = "feed"  # a view's follower calls it in the transaction of its rows and position
    setattr(follower, feed, _witnessing(getattr(follower, feed)))
    with _patiently(url) as vip, vip.follow():
        sys.stdin.read()


def _witnessing(feed: Any) -> Any:
    def witness(connection: Connection, generation: Generation, batch: Any) -> None:
        feed(connection, generation, batch)
        view = generation.projection.name
        rows = [{"view": view, "position": each.position} for each in batch]
        connection.execute(insert(witnessed), rows)

    return witness


def subscribe(url: str, saw: Path, name: str) -> None:
    """Keep the position of each event that came, from where it was killed before."""
    del name
    kept = positions(saw)
    with (
        _patiently(url) as vip,
        vip.subscribe(after=kept[-1] if kept else 0) as subscription,
        saw.open("a") as file,
    ):
        while True:
            with suppress(StoreError):
                for recorded in subscription:
                    file.write(f"{recorded.position}\n")
                    file.flush()
            time.sleep(0.02)


def positions(saw: Path) -> list[int]:
    """What a subscriber kept; a number that was half written when it was killed is cut off."""
    text = saw.read_text() if saw.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        saw.write_text(whole)
    return [int(line) for line in whole.split()]


@contextmanager
def _patiently(url: str) -> Iterator[VipDomain]:
    """The store, as soon as it can be opened."""
    while True:
        with suppress(StoreError):
            vip = vip_domain.open(url)
            break
        time.sleep(0.02)
    with vip:
        yield vip


ROLES = {"write": write, "follow": follow, "subscribe": subscribe}


def main() -> None:
    """Play a role until somebody ends it."""
    role, url, saw, name = sys.argv[1:]
    if os.environ.get("VIP_DOMAIN_SOAK_GAP"):
        from tests.soak.gap import put_back

        put_back()
    ROLES[role](url, Path(saw), name)


if __name__ == "__main__":
    main()
