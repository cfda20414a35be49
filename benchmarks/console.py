"""The reseller console over HTTP at a hundred thousand customers: its pages, and a dialog sent."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from statistics import median
from threading import Thread

import httpx2
import uvicorn
from fastapi import FastAPI

from benchmarks import logs
from benchmarks.measure import line, percentile, timed, title, verdict
from benchmarks.pages import followed
from examples.reseller_console.__main__ import listen
from examples.reseller_console.app import create_app
from examples.reseller_console.users import demo_users
from vip_domain import VipDomain
from vip_domain.projections.customers import FILTERS

ROUNDS = 40
SEE_OTHER = 303
WHO = "anna.lindqvist"
NOW = datetime.combine(logs.TODAY, datetime.min.time(), UTC).replace(hour=18)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    title(f"the console, {logs.customers_in(events):,} customers, one browser, over HTTP")
    line("median, 95 of 100, processor time of one", "")
    with followed(events) as (_, vip):
        for name in ("renewals", "customer_versions"):
            vip.rebuild(name)
        app = create_app(vip, demo_users(), clock=lambda: NOW, play=True)
        with served(app) as site, httpx2.Client(base_url=site, timeout=60) as browser:
            browser.headers["Cookie"] = f"session={app.state.sessions.begin(WHO)}"
            slowest = max(_lists(browser))
            _rest(browser, vip)
    verdict("the slowest first page of a filter", slowest * 1e3, "ms", "tens", "30")


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its address, while it is served in a thread."""
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def _lists(browser: httpx2.Client) -> Iterator[float]:
    for name in FILTERS:
        yield _measure(browser, f"filter {name}", f"/customers?filter={name}")


def _rest(browser: httpx2.Client, vip: VipDomain) -> None:
    rows = vip.customers("ready_for_renewal", reseller_id=logs.RESELLER, on=logs.TODAY).rows
    vip_id = rows[0].vip_id
    _measure(browser, "Managed by me", "/customers?mine=true")
    _measure(browser, "search", f"/customers?search={rows[0].organization_name[:5]}")
    _measure(browser, "on another day", "/customers?filter=ready_for_renewal&on=2027-03-01")
    _measure(browser, "details, history and reasons", f"/customers/{vip_id}")
    _measure(browser, "calendar and ages", "/overview")
    _measure(browser, "a dialog opened", f"/customers/{vip_id}/do/place-order")
    _measure(browser, "the codes left, asked again", "/do/send-code")
    _measure(browser, "JSON, a page of 50", f"/api/v1/customers?on={logs.TODAY}")
    form = browser.get(f"/customers/{vip_id}/do/assign-manager").text
    fields = dict(re.findall(r'name="(form_token|form_key)" value="([^"]+)"', form))
    keys = count()
    managers = iter(["johan.ekstrom", "sofia.bergman"] * (ROUNDS + 1))

    def send() -> None:
        data = {**fields, "managed_by": next(managers), "form_key": str(next(keys))}
        answer = browser.post(f"/customers/{vip_id}/do/assign-manager", data=data)
        assert answer.status_code == SEE_OTHER, answer.text

    _timed(ROUNDS, "a dialog sent and recorded", send)
    last = vip.status()[0].position
    _measure(
        browser, "as of a tenth of the log ago", f"/customers?as_of={last * 9 // 10}", rounds=3
    )
    taken, answer = timed(browser.get, "/customers.csv")
    line(
        f"CSV of {answer.text.count(chr(10)) - 1:,} rows, {len(answer.content) >> 20} MiB",
        f"{taken:.1f} s",
    )


def _measure(browser: httpx2.Client, what: str, path: str, rounds: int = ROUNDS) -> float:
    return _timed(rounds, what, lambda: browser.get(path).raise_for_status())


def _timed(rounds: int, what: str, work: Callable[[], object]) -> float:
    """The median; processor time is the server's and the browser's, which takes little."""
    work()
    busy = time.process_time()
    seconds = [timed(work)[0] for _ in range(rounds)]
    busy = (time.process_time() - busy) / rounds
    most = percentile(seconds, 95) if rounds > 2 else max(seconds)
    line(what, f"{median(seconds) * 1e3:.1f}, {most * 1e3:.1f}, {busy * 1e3:.1f} ms")
    return median(seconds)


if __name__ == "__main__":
    main()
