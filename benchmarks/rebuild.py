"""A rebuild of the customer list against one-event transactions, and against just reading."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

import vip_domain
from benchmarks import logs
from benchmarks.measure import Phases, line, timed, title, verdict
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.store.log import EventLog
from vip_domain.views.follower import Follower
from vip_domain.views.sqlite import sqlite_engine

AT_ONCE = 10_000
PART = 3_000
"""
So many events are fed one by one, from the middle of the log on: there a transaction costs what
it does on average. A million would take a quarter of an hour.
"""


def main() -> None:
    events = _arguments()
    title(f"rebuild of the customer list, {events:,} events")
    with logs.copied(events) as path:
        reading = min(timed(read, path)[0] for _ in range(2))
        total = read(path)
        one = one_by_one(path)
        line("rows of the log", f"{total:,}")
        line("just reading them, position order", f"{reading:.2f} s")
        line(f"one-event transactions, over {PART:,} of them, per event", f"{one * 1e6:.0f} µs")
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


def one_by_one(path: Path) -> float:
    """Seconds an event when the view is fed one at a time, from the middle of the log on."""
    with closing(sqlite3.connect(path)) as connection:
        (total,) = connection.execute("SELECT max(position) FROM stored_events").fetchone()
        connection.execute(
            "CREATE TEMP TABLE later AS SELECT * FROM stored_events "
            "WHERE position > ?1 AND position <= ?1 + ?2",
            (total // 2, PART),
        )
        connection.execute("DELETE FROM stored_events WHERE position > ?", (total // 2,))
        connection.commit()
        with vip_domain.open(logs.url(path)) as vip:
            vip.rebuild("customers")
        connection.execute("INSERT INTO stored_events SELECT * FROM later")
        connection.commit()
    engine, log = sqlite_engine(str(path)), EventLog.in_sqlite(str(path))
    follower = Follower(engine, log, CUSTOMERS, batch=1)
    seconds, _ = timed(lambda: [follower._fold_next() for _ in range(PART)])
    assert follower.position() == total // 2 + PART
    follower.close()
    log.close()
    return seconds / PART


def _arguments() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    return int(parser.parse_args().events)


if __name__ == "__main__":
    main()
