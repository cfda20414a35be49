"""A store whose log ended at some position of another's: what `as_of` has to agree with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from vip_domain import ProgramRules, VipDomain
from vip_domain.events import Event, Recorded
from vip_domain.store.log import EventLog
from vip_domain.store.writer import Writer
from vip_domain.views.memory import MemoryViews

RULES = ProgramRules.current()


def log_of(vip: VipDomain) -> list[Recorded[Event]]:
    """Every event of a store, those of streams that span customers too."""
    return vip._log.read(0, 1_000_000)


@contextmanager
def stopped(events: Sequence[Recorded[Event]]) -> Iterator[VipDomain]:
    """A store in memory that has these events and no more."""
    log = EventLog.in_memory()
    log.append(events, {})
    writer = Writer(log, RULES, lambda: datetime.now(UTC))
    with VipDomain(log, MemoryViews(log, RULES), writer) as vip:
        yield vip
