"""A soak from its first process to what it came to."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

import attrs

import vip_domain
from tests.builders import invite
from tests.postgres import FAST
from tests.soak import gap
from tests.soak.crew import Member, crew
from tests.soak.findings import Receipts, findings
from tests.soak.roles import AT, SHARED, positions, witnessed
from vip_domain import StoreError, VipDomain
from vip_domain.aggregates.streams import customer_stream
from vip_domain.testing.postgres_server import PostgresServer

PATIENCE = 120.0
"""Seconds for what has to happen at some time."""


Crash = Callable[[], None]
"""Ends the server without warning, and starts it again."""


@attrs.frozen(kw_only=True)
class Soak:
    """
    How many processes there are, and how often one is killed; perhaps with the gap bug.

    Between two kills so many seconds pass, and `growth` events are appended at least.
    """

    store: str
    writers: int
    followers: int = 2
    subscribers: int = 2
    kills: int = 10
    pause: float = 1.0
    growth: int = 20
    gap: bool = False

    def run(self, say: Callable[[str], None]) -> list[str]:
        """Everything that was wrong in the end; nothing should be."""
        with (
            tempfile.TemporaryDirectory(prefix="vip-domain-soak-") as name,
            self._store(Path(name)) as (url, crash),
        ):
            receipts, subscribers = self._played(url, Path(name), crash, say)
            return list(findings(url, subscribers, receipts))

    def _played(
        self, url: str, folder: Path, crash: Crash | None, say: Callable[[str], None]
    ) -> tuple[Receipts, list[Path]]:
        sizes = {"write": self.writers, "follow": self.followers, "subscribe": self.subscribers}
        with vip_domain.open(url) as vip:
            self._prepare(vip)
            with crew(url, folder, sizes, gap=self.gap) as members:
                self._disturb(vip, members, crash, say)
                (folder / "stop").touch()
                for each in members:
                    if each.role == "write":
                        each.wait()
                say(f"{last_position(vip)} events; waiting for all to have them")
                _until(lambda: _all_there(vip, members))
        return _receipts(members), [each.saw for each in members if each.role == "subscribe"]

    @contextmanager
    def _store(self, folder: Path) -> Iterator[tuple[str, Crash | None]]:
        if self.store == "sqlite":
            yield f"sqlite:///{folder / 'vip.db'}", None
            return
        # Another run of pytest would close its folder to the server's user.
        with tempfile.TemporaryDirectory(prefix="vip-domain-soak-server-") as name:
            server = PostgresServer(Path(name), FAST)
            try:
                yield server.start(), lambda: _crash(server)
            finally:
                server.stop()

    def _prepare(self, vip: VipDomain) -> None:
        shared = [invite(vip_id=each, at=AT) for each in SHARED]
        vip.execute_many(shared, actor="soak", command_ids=list(SHARED))
        follower = vip._views.customers.follower  # type: ignore[attr-defined]
        with follower.transaction(writes=True) as connection:
            witnessed.create(connection)
            if self.gap:
                connection.exec_driver_sql(gap.CREATE.format(next=len(SHARED) + 1))

    def _disturb(
        self,
        vip: VipDomain,
        members: list[Member],
        crash: Crash | None,
        say: Callable[[str], None],
    ) -> None:
        """Kill one after the other while the writers write: followers, subscribers, the server."""
        victims = [(each.saw.name, each.restart) for each in members if each.role != "write"]
        if crash is not None:
            victims.append(("the server", crash))
        turns = cycle(victims)
        for _ in range(self.kills):
            self._grow(vip, members)
            name, kill = next(turns)
            kill()
            say(f"{last_position(vip)} events; killed and restarted {name}")
        self._grow(vip, members)

    def _grow(self, vip: VipDomain, members: list[Member]) -> None:
        before = last_position(vip)
        time.sleep(self.pause)
        _until(lambda: last_position(vip) >= before + self.growth)
        failed = [each.saw.name for each in members if each.failed]
        if failed:
            raise ChildProcessError(f"{failed} ended")


def _crash(server: PostgresServer) -> None:
    """The server's end without warning, and its recovery."""
    server.crash()
    server.start()


def last_position(vip: VipDomain) -> int:
    """How long the log is, as soon as the store can be asked."""
    while True:
        with suppress(StoreError):
            return vip._log.last_position()
        time.sleep(0.02)


def _all_there(vip: VipDomain, members: list[Member]) -> bool:
    last = last_position(vip)
    files = (positions(each.saw)[-1:] for each in members if each.role == "subscribe")
    with suppress(StoreError):
        return {each.position for each in vip.status()} == {last} and all(
            file == [last] for file in files
        )
    return False


def _until(holds: Callable[[], bool]) -> None:
    """Wait for it; what does not come in time is found later."""
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)


def _receipts(members: list[Member]) -> Receipts:
    writers = [each.saw for each in members if each.role == "write"]
    kept = (json.loads(line) for saw in writers for line in saw.read_text().splitlines())
    return {(customer_stream(vip_id), version, position) for vip_id, version, position in kept}
