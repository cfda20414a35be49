"""What a soak came to: everything that is wrong with it, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

import vip_domain
from tests.soak.roles import positions, witnessed
from vip_domain import StoreError, VipDomain
from vip_domain.arguments import VIEWS

Receipts = set[tuple[str, int, int]]
"""Streams with versions, and the positions these are at."""


def findings(url: str, subscribers: Sequence[Path], receipts: Receipts) -> Iterator[str]:
    """What is wrong with the log, with what views and subscribers saw, with rows; if anything."""
    with vip_domain.open(url) as vip:
        log = _log(vip)
        last = max((position for _, _, position in log), default=0)
        yield from _exactly_once("the log", sorted(position for *_, position in log), last)
        yield from (f"the receipt {each} is not in the log" for each in sorted(receipts - log))
        for view, seen in _witnessed(vip).items():
            yield from _exactly_once(f"the view {view}", seen, last)
        for file in subscribers:
            yield from _exactly_once(file.name, positions(file), last)
        try:
            yield from _wrong_rows(vip)
        except StoreError as error:
            yield str(error)


def _log(vip: VipDomain) -> Receipts:
    """Every event: its stream, version and position. Past our reader, which stops at a hole."""
    found = vip._log._recorder.select_notifications(0, 10_000_000)
    return {(str(each.originator_id), each.originator_version, each.id) for each in found}


def _witnessed(vip: VipDomain) -> dict[str, list[int]]:
    """The positions of the events that each view was fed with, in the order in which it was."""
    follower = vip._views.customers.follower  # type: ignore[attr-defined]
    seen: dict[str, list[int]] = {view: [] for view in VIEWS}
    with follower.transaction() as connection:
        for _, view, position in connection.execute(select(witnessed).order_by(witnessed.c.number)):
            seen[view].append(position)
    return seen


def _wrong_rows(vip: VipDomain) -> Iterator[str]:
    for verified in vip.verify():
        if verified.differences or verified.digest != vip.digest(verified.view):
            yield f"the rows of {verified.view} are not those of a fresh rebuild"


def _exactly_once(who: str, seen: Sequence[int], last: int) -> Iterator[str]:
    times = Counter(seen)
    missed = [position for position in range(1, last + 1) if position not in times]
    twice = [position for position, number in times.items() if number > 1]
    if missed:
        yield f"{who} misses {len(missed)} of {last} events, the first at position {missed[0]}"
    if twice:
        yield f"{who} has {len(twice)} of {last} events again, the first at position {twice[0]}"
    if list(seen) != sorted(seen):
        yield f"{who} has events out of order"
