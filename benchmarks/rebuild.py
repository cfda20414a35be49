"""A rebuild of the customer list against one-event transactions, and against just reading."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import mean

import vip_domain
from benchmarks import logs
from benchmarks.measure import Phases, line, timed, title, verdict
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.store.log import EventLog
from vip_domain.views.follower import Follower
from vip_domain.views.sqlite import sqlite_engine

AT_ONCE = 10_000
PARTS, PART = 5, 1_500
"""
So many parts of the log, from its first events to its last, and so many events of each are fed
one by one, into a view that stands right there. All of it would take a quarter of an hour.
"""


def main() -> None:
    events = _arguments()
    title(f"rebuild of the customer list, {events:,} events")
    with logs.copied(events) as path:
        reading = min(timed(read, path)[0] for _ in range(2))
        total = read(path)
    line("rows of the log", f"{total:,}")
    line("just reading them, position order", f"{reading:.2f} s")
    costs = []
    for position, cost in one_by_one(logs.log(events), total):
        line(f"one-event transactions from {position:,} on, per event", f"{cost * 1e6:.0f} µs")
        costs.append(cost)
    one = mean(costs)
    line(f"    the mean of these {PARTS} parts", f"{one * 1e6:.0f} µs")
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        for what in ("first rebuild of an empty view", "rebuild beside the live view, compared"):
            phases = Phases()
            seconds, _ = timed(vip.rebuild, "customers", on_progress=phases)
            line(what, f"{seconds:.2f} s")
            line("    per second", f"{total / seconds:,.0f} events")
            print(f"      {phases}")
            verdict("faster than one-event transactions", one * total / seconds, "×", "100", "250")
            verdict("of just reading", seconds / reading, "×", "≤ 6", "≤ 3")


def read(path: Path) -> int:
    """Every row of the log into Python, and nothing else."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT position, originator_id, originator_version, topic, state "
            "FROM stored_events ORDER BY position"
        )
        return sum(len(some) for some in iter(lambda: rows.fetchmany(AT_ONCE), []))


def one_by_one(whole: Path, total: int) -> Iterator[tuple[int, float]]:
    """Positions all over the log, and seconds an event when a view is fed one at a time there."""
    with logs.empty() as folder:
        path = str(folder / "growing.db")
        with closing(EventLog.in_sqlite(path)) as log:
            follower = Follower(sqlite_engine(path), log, CUSTOMERS, batch=AT_ONCE)
            one_at_a_time = Follower(sqlite_engine(path), log, CUSTOMERS, batch=1)
            for number in range(PARTS):
                position = number * (total - PART) // (PARTS - 1)
                _grow(path, whole, position)
                follower.catch_up()
                _grow(path, whole, position + PART)
                seconds, stands = timed(one_at_a_time.catch_up)
                assert stands == position + PART
                yield position, seconds / PART
            follower.close()
            one_at_a_time.close()


def _grow(path: str, whole: Path, position: int) -> None:
    """Let the log in a file go on, as the whole one does, up to a position."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS whole", (str(whole),))
        connection.execute(
            "INSERT INTO stored_events SELECT * FROM whole.stored_events "
            "WHERE position <= ? "
            "AND position > (SELECT coalesce(max(position), 0) FROM stored_events)",
            (position,),
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _arguments() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    return int(parser.parse_args().events)


if __name__ == "__main__":
    main()
