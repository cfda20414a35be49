"""The way of a command: load, decide, append at once; on conflict load and decide anew."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from vip_domain.codec import NAMES, command_fingerprint
from vip_domain.commands import Command
from vip_domain.errors import StoreError
from vip_domain.events import Invited, Recorded
from vip_domain.events.sealed import token_parts
from vip_domain.rules import ProgramRules
from vip_domain.sealing.vault import Vault, keyed, unsealed
from vip_domain.store.log import Conflict, EventLog
from vip_domain.store.streams import Streams
from vip_domain.store.work import Outcome, Submission, Work

ATTEMPTS = 50
LONGEST_PAUSE = 0.05


class Writer:
    """Takes commands of any number of threads; other processes may write at the same time."""

    def __init__(
        self,
        log: EventLog,
        rules: ProgramRules,
        clock: Callable[[], datetime],
        vault: Vault | None = None,
    ) -> None:
        self._log = log
        self._rules = rules
        self._clock = clock
        self._vault = vault or unsealed()
        self._streams = Streams(log, self._vault)
        self._lock = RLock()

    def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """
        One outcome a submission, in order; what is recorded is recorded together.

        Raises `StoreError` when the store cannot be used, or others write all the time.
        """
        with self._lock:
            for attempt in range(ATTEMPTS):
                try:
                    # Around the attempt: what it made is gone before anybody looks for cycles.
                    with collector_at_rest():
                        return self._attempt(submissions)
                except Conflict:
                    self._streams.forget()
                    time.sleep(random.uniform(0, LONGEST_PAUSE * attempt / ATTEMPTS))
        raise StoreError(f"{self._log.where}: others wrote first, {ATTEMPTS} times in a row")

    def _attempt(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self._streams.refresh()
        self._begin()
        work = Work(self._log, self._vault, self._streams, self._rules, self._clock())
        return work.outcomes(submissions)

    def fingerprint(self, command: Command) -> str:
        """What is the same for the same command in this store, and tells nobody what it is of."""
        with self._lock:
            self._begin()
            return keyed(command_fingerprint(command), self._vault.secret)

    def _begin(self) -> None:
        """Make a place for keys before the first of them; not where they were left behind."""
        if self._vault.ready:
            return
        last = self._log.last_position()
        # Another process may have begun just now, and sealed somebody.
        if last and holds_sealed(self._log) and not self._vault.begun:
            raise StoreError(f"{self._log.where}: the keys that its names are sealed with are gone")
        self._vault.begin(last)


def holds_sealed(log: EventLog) -> bool:
    """Whether anybody invited is sealed; looks at every invitation."""
    return any(
        token_parts(each.event.contact_name)
        for each in log.named(NAMES[Invited])
        if isinstance(each, Recorded) and isinstance(each.event, Invited)
    )


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Deciding makes no cycles; looking for them among what stays takes a third of a group."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Of several threads at least the first found it running, so it runs after the last.
        if running:
            gc.enable()
