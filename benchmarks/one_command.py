"""`execute` of one event against stock `Application.save` of one event, and the bare insert."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import vip_domain
from benchmarks import logs
from benchmarks.commands import MANAGERS, assign, invite
from benchmarks.measure import line, medians, title, verdict
from benchmarks.stock import StockCustomer, stock_application
from vip_domain.chain import START
from vip_domain.store.sqlite import INSERT_EVENT
from vip_domain.store.sqlite_schema import EVENTS

ROUNDS = 1_000
STATE = b"x" * 120


def main() -> None:
    title("`execute`, one event; SQLite, WAL, synchronous=FULL; medians, in turns")
    with (
        logs.empty() as folder,
        vip_domain.open(logs.url(folder / "vip.db")) as vip,
        stock_application(folder / "stock.db") as stock,
        closing(_bare(folder / "bare.db")) as bare,
    ):
        vip.execute(invite("VIP-0001"), actor="anna")
        customer = StockCustomer(managed_by=MANAGERS[0])
        stock.save(customer)
        numbers, versions = count(), count(1)

        def save() -> None:
            stock.save(customer)

        def change() -> None:
            customer.assign(MANAGERS[customer.version % 2])

        execute, _, saved, inserted = medians(
            ROUNDS,
            lambda: vip.execute(assign("VIP-0001", next(numbers)), actor="anna"),
            change,
            save,
            lambda: bare.execute(
                INSERT_EVENT, ("customer-1", next(versions), "topic", STATE, START)
            ),
        )
    line("execute", f"{execute * 1e6:.0f} µs")
    line("stock Application.save alone", f"{saved * 1e6:.0f} µs")
    line("a bare INSERT and its commit", f"{inserted * 1e6:.0f} µs")
    verdict("execute of stock save", execute / saved, "×", "≤ 1.5", "≤ 1.1")


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(EVENTS)
    return connection


if __name__ == "__main__":
    main()
