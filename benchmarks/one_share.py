"""Where the time of a rebuild goes: one share, step by step, and its busiest functions."""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar, cast

from benchmarks import logs
from benchmarks.measure import title
from vip_domain import codec
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.views import shares, tables
from vip_domain.views.shares import Plan, Share

T = TypeVar("T")
Stored = tuple[str, int, int, str, bytes]

ROUNDS, BUSIEST = 5, 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    path = str(logs.log(parser.parse_args().events))
    with logs.empty() as folder:
        plan = shares.prepare(path, folder / "plan", CUSTOMERS, 1 << 62, ())
        share = plan.shares[0]
        with closing(shares.open_log(path)) as log:
            stored = log.execute(shares.SHARE, (share.first, share.past, 1 << 62)).fetchall()
        title(f"one share: {len(stored):,} events; processor time, the best of {ROUNDS}")
        gc.disable()
        _steps(path, share, stored, folder, plan)
        gc.enable()
        _busiest(path, folder, plan)


def _steps(path: str, share: Share, stored: list[Stored], folder: Path, plan: Plan) -> None:
    """Each step alone, on what the step before made of the share."""
    histories = {
        stream_id.removeprefix(CUSTOMER): [_recorded(each) for each in rows]
        for stream_id, rows in groupby(stored, key=itemgetter(0))
    }
    facts = {vip_id: CUSTOMERS.fold(None, history) for vip_id, history in histories.items()}
    there = {vip_id: row for vip_id, row in facts.items() if row is not None}
    steps: dict[str, Callable[[], object]] = {
        "read, in the order of streams": lambda: _read(path, share),
        "decode into facts": lambda: _each(_recorded, stored),
        "fold": lambda: _each(lambda history: CUSTOMERS.fold(None, history), histories.values()),
        "columns of rows": lambda: _each(CUSTOMERS.columns, there.values()),
        "columns and state as stored": lambda: [
            tables.rows_of(CUSTOMERS, vip_id, row) for vip_id, row in there.items()
        ],
        "everything, with the file written": lambda: _whole(path, folder, plan),
    }
    for what, step in steps.items():
        seconds = min(_processor(step) for _ in range(ROUNDS))
        print(f"  {what:<40} {seconds / len(stored) * 1e6:6.2f} µs an event", flush=True)


def _read(path: str, share: Share) -> int:
    with closing(shares.open_log(path)) as log:
        rows = log.execute(shares.SHARE, (share.first, share.past, 1 << 62))
        return sum(1 for _ in rows)


def _recorded(stored: Stored) -> Recorded[CustomerEvent]:
    stream_id, version, position, name, state = stored
    recorded = codec.decode(name, state, stream_id=stream_id, version=version, position=position)
    return cast("Recorded[CustomerEvent]", recorded)


def _each(step: Callable[[T], object], values: Iterable[T]) -> None:
    for value in values:
        step(value)


def _whole(path: str, folder: Path, plan: Plan) -> None:
    plan.shares[0].file(folder).unlink(missing_ok=True)
    with shares.FileShares(path, folder, CUSTOMERS, plan).folding() as fold:
        fold(0)


def _processor(step: Callable[[], object]) -> float:
    started = time.process_time()
    step()
    return time.process_time() - started


def _busiest(path: str, folder: Path, plan: Plan) -> None:
    profile = cProfile.Profile()
    profile.runcall(_whole, path, folder, plan)
    statistics = pstats.Stats(profile).get_stats_profile().func_profiles
    total = sum(each.tottime for each in statistics.values())
    print("\n  the busiest functions, their own time under cProfile, which makes calls look dear")
    busiest = sorted(statistics.items(), key=lambda each: each[1].tottime, reverse=True)
    for name, each in busiest[:BUSIEST]:
        where = f"{Path(each.file_name).name}: {name}" if each.line_number else name
        print(f"  {where[:60]:<60} {each.ncalls:>9} calls {each.tottime / total:6.1%}")


if __name__ == "__main__":
    main()
