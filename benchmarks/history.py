"""Load and fold a history of 1,000 events, against `repository.get` of a stock aggregate."""

from __future__ import annotations

import vip_domain
from benchmarks import logs
from benchmarks.commands import MANAGERS, assign, invite
from benchmarks.measure import line, medians, title, verdict
from benchmarks.stock import StockCustomer, stock_application
from vip_domain.aggregates import streams
from vip_domain.store.log import EventLog

EVENTS, ROUNDS = 1_000, 30


def main() -> None:
    title(f"load and fold a history of {EVENTS:,} events; medians, in turns")
    with logs.empty() as folder, stock_application(folder / "stock.db") as stock:
        path = folder / "vip.db"
        with vip_domain.open(logs.url(path)) as vip:
            vip.execute(invite("VIP-0001"), actor="anna")
            many = (assign("VIP-0001", n) for n in range(EVENTS - 1))
            vip.execute_many(many, actor="anna")
        customer = StockCustomer(managed_by=MANAGERS[0])
        for n in range(EVENTS - 1):
            customer.assign(MANAGERS[(n + 1) % 2])
        stock.save(customer)
        log = EventLog.in_sqlite(str(path))
        stream_id = streams.customer_stream("VIP-0001")

        def load() -> streams.StreamState:
            facts = (each.event for each in log.stream(stream_id))
            return streams.fold(streams.initial(stream_id), facts)

        assert len(log.stream(stream_id)) == customer.version == EVENTS
        ours, theirs = medians(ROUNDS, load, lambda: stock.repository.get(customer.id))
        log.close()
    line("EventLog.stream and streams.fold", f"{ours * 1e3:.2f} ms")
    line("stock repository.get", f"{theirs * 1e3:.2f} ms")
    verdict("faster than repository.get", theirs / ours, "×", "5", "15")


if __name__ == "__main__":
    main()
