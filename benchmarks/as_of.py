"""First pages as of past positions against the same pages now, every filter; and what they cost."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import vip_domain
from benchmarks import logs
from benchmarks.measure import line, timed, title, verdict
from vip_domain import Page, Recorded, VipDomain
from vip_domain.projections.customers import FILTERS
from vip_domain.rules import utc_date

ROUNDS = 20
TENTHS = (1, 3, 5, 7, 9, 10)
"""Where in the log the past positions are."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        last = vip._log.last_position()
        title(f"pages as of a position of {last:,}; processor time, warm medians, in turns")
        vip.rebuild("customers")
        _build(vip, path)
        positions = [last * tenths // 10 for tenths in TENTHS]
        days = [_day(vip, position) for position in positions]
        asked = list(zip(positions, days, strict=True))
        slowest = max(_compare(vip, name, asked) for name in FILTERS)
        _diff(vip, *asked[-2], *asked[-1])
    verdict("the slowest filter and position: of the same page now", slowest, "×", "≤ 5", "≤ 2")


def _build(vip: VipDomain, path: Path) -> None:
    before = path.stat().st_size
    seconds, _ = timed(vip.rebuild, "customer_versions")
    status = {each.view: each for each in vip.status()}["customer_versions"]
    line("build the view of all versions", f"{seconds:.1f} s")
    line("    versions", f"{status.rows:,}")
    line("    of the file", f"{(path.stat().st_size - before) / 2**20:,.0f} MiB")


def _day(vip: VipDomain, position: int) -> date:
    """The date at a position, in the log's own time."""
    (recorded,) = vip._log.read(position - 1, 1)
    assert isinstance(recorded, Recorded)
    return utc_date(recorded.event.at)


def _compare(vip: VipDomain, name: str, asked: list[tuple[int, date]]) -> float:
    """How much slower the slowest of the past pages is than the page now."""

    def page(on: date, as_of: int | None = None) -> Callable[[], Page]:
        return lambda: vip.customers(name, reseller_id=logs.RESELLER, on=on, as_of=as_of)

    works = [page(logs.TODAY), *(page(on, position) for position, on in asked)]
    totals = [work().total for work in works]
    now, *then = _processor_medians(works)
    line(f"{name}: {totals[0]:,} now, then {', '.join(map(str, totals[1:]))}", "")
    line("    now, then", ", ".join(f"{each * 1e3:.2f}" for each in (now, *then)) + " ms")
    return max(then) / now


def _processor_medians(works: list[Callable[[], Page]]) -> list[float]:
    """Median seconds of each; other programs' work is no part of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for each, work in zip(taken, works, strict=True):
            began = time.process_time()
            work()
            each.append(time.process_time() - began)
    return [median(each) for each in taken]


def _diff(vip: VipDomain, from_: int, from_on: date, to: int, on: date) -> None:
    for name in FILTERS:
        began = time.process_time()
        said = vip.diff(name, from_, to, reseller_id=logs.RESELLER, from_on=from_on, on=on)
        seconds = time.process_time() - began
        changes = len(said.entered) + len(said.left)
        line(f"diff of the last tenth, {name}: {changes:,} changes", f"{seconds:.2f} s")


if __name__ == "__main__":
    main()
