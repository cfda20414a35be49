"""How long after an append a page has it, in the same process."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from statistics import median

from benchmarks import logs
from benchmarks.commands import MANAGERS, assign
from benchmarks.measure import line, percentile, timed, title, verdict
from benchmarks.pages import followed
from vip_domain import Page

ROUNDS = 1_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    title(f"lag of a page behind an append, {events:,} events, the same process")
    appends, lags, pages = [], [], []
    with followed(events) as (_, vip):

        def page() -> Page:
            return vip.customers("all_customers", reseller_id=logs.RESELLER, on=logs.TODAY)

        vip_id = page().rows[0].vip_id
        for n in range(ROUNDS):
            appends.append(timed(vip.execute, assign(vip_id, n, NOW), actor="anna")[0])
            executed = time.perf_counter()
            while page().rows[0].managed_by != MANAGERS[(n + 1) % 2]:
                pass
            lags.append(time.perf_counter() - executed)
            pages.append(timed(page)[0])
    line("execute", f"{median(appends) * 1e3:.2f} ms")
    line("a page without news", f"{median(pages) * 1e3:.2f} ms")
    line("the first page that has the news, median", f"{median(lags) * 1e3:.2f} ms")
    line("    99 of 100", f"{percentile(lags, 99) * 1e3:.2f} ms")
    verdict("lag, the page itself included", median(lags) * 1e3, "ms", "5", "1")


if __name__ == "__main__":
    main()
