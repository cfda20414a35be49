"""`python -m examples.reseller_console`: the console, with demo data on its first start."""

from __future__ import annotations

import argparse
import os
import socket
from contextlib import suppress
from datetime import UTC, date, datetime

import uvicorn

import vip_domain
from examples.reseller_console.app import create_app
from examples.reseller_console.users import DEMO_PASSWORD, DEMO_RESELLER, demo_users
from vip_domain.demo import demo_commands

SECRET = "VIP_CONSOLE_SECRET"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m examples.reseller_console",
        description="The customers page of a reseller, with demo data on its first start.",
        epilog=f"The variable {SECRET} signs sessions; without it they end with this process.",
    )
    parser.add_argument("--db", default="sqlite:///console.db", help="URL of the store")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--customers", type=int, default=200, help="of the demo, if it is new")
    given = parser.parse_args()
    try:
        serve(given.db, given.host, given.port, given.customers)
    except (vip_domain.StoreError, OSError) as error:
        parser.exit(1, f"{error}\n")


def serve(db: str, host: str, port: int, customers: int) -> None:
    """Until it is interrupted."""
    with vip_domain.open(db) as vip, listen(host, port) as listening:
        fill(vip, customers, datetime.now(UTC).date())
        secret = os.environ.get(SECRET, "").encode() or None
        app = create_app(vip, demo_users(), secret=secret, play=True)
        where = f"http://{host}:{listening.getsockname()[1]}"
        print(f"{where} - sign in as anna.lindqvist, password {DEMO_PASSWORD}", flush=True)
        settings = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket at the address; port 0 is any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    # asyncio knows this one not to be TCP's alone, and would let answers wait 40 ms for each other.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def fill(vip: vip_domain.VipDomain, customers: int, today: date) -> None:
    """Play the demo into a store that has no customers of its reseller yet."""
    if not vip.counts(reseller_id=DEMO_RESELLER, on=today)["all_customers"]:
        vip.execute_many(demo_commands(customers, today=today), actor="demo")


if __name__ == "__main__":
    main()
