"""How long after an append the follower in another process has it in its rows."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

import vip_domain
from benchmarks import logs, postgres
from benchmarks.commands import assign, invite
from benchmarks.measure import line, percentile, timed, title, verdict

ROUNDS, CUSTOMERS = 500, 1_000
APART = 0.02
"""Seconds between two appends: the follower sleeps when the next one comes."""

PAUSE = 0.0005
"""Seconds between two looks: to look all the time would take the other one's processor."""

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FOLLOW = """
import sys, vip_domain
with vip_domain.open(sys.argv[1]) as vip, vip.follow("customers"):
    sys.stdin.read()
"""


def main() -> None:
    with logs.empty() as folder:
        lag("SQLite", logs.url(folder / "vip.db"))
    with postgres.server() as url:
        lag("PostgreSQL", url)


@contextmanager
def follower(url: str) -> Iterator[None]:
    """Another process that follows the customer list."""
    command = [sys.executable, "-c", FOLLOW, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.communicate()


def lag(database: str, url: str) -> None:
    title(f"lag of a follower in another process, {CUSTOMERS:,} customers; {database}")
    lags, looks = [], []
    with vip_domain.open(url) as vip:
        vip_ids = [f"VIP-{number:04}" for number in range(CUSTOMERS)]
        last = vip.execute_many(map(invite, vip_ids), actor="anna")[-1]
        # Whoever asks for a list or waits folds too; this looks at how far the other one is.
        position = vip._views.customers.follower.position  # type: ignore[attr-defined]
        assert isinstance(last, vip_domain.Receipt)
        with follower(url):
            while position() < last.position:
                time.sleep(APART)
            for number in range(ROUNDS):
                time.sleep(APART)
                receipt = vip.execute(assign(vip_ids[number], 0, NOW), actor="anna")
                executed = time.perf_counter()
                while position() < receipt.position:
                    time.sleep(PAUSE)
                lags.append(time.perf_counter() - executed)
                looks.append(timed(position)[0])
    line("a look at how far it is", f"{median(looks) * 1e3:.2f} ms")
    line("rows have the event, 99 of 100", f"{percentile(lags, 99) * 1e3:.2f} ms")
    verdict("rows have the event, median", median(lags) * 1e3, "ms", "none", "none")


if __name__ == "__main__":
    main()
