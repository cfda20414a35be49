"""A store whose log ended at some position of another's: what `as_of` has to agree with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import cast

from tests.strategies import envelope
from vip_domain import ProgramRules, VipDomain
from vip_domain.chain import START, linked
from vip_domain.codec import encode, stored_name
from vip_domain.events import Event, Recorded
from vip_domain.store.log import EventLog
from vip_domain.store.recorder import ChainedEvent
from vip_domain.store.writer import Writer
from vip_domain.views.memory import MemoryViews

RULES = ProgramRules.current()


def log_of(vip: VipDomain) -> list[Recorded[Event]]:
    """Every event of a store, those of streams that span customers too."""
    return all_of(vip._log)


def all_of(log: EventLog) -> list[Recorded[Event]]:
    """Every event of a log in which all can be read."""
    return cast("list[Recorded[Event]]", log.read(0, 1_000_000))


def chained(events: Sequence[Recorded[Event]]) -> Iterator[ChainedEvent]:
    """The same events, ready to be appended to an empty log."""
    heads: dict[str, bytes] = {}
    for each in events:
        topic, state = stored_name(each.event), encode(each.event, **envelope(each))
        head = heads.get(each.stream_id, START)
        head = heads[each.stream_id] = linked(head, each.stream_id, each.version, topic, state)
        yield ChainedEvent(each.stream_id, each.version, topic, state, head)


def stopped(events: Sequence[Recorded[Event]], of: VipDomain) -> VipDomain:
    """A store in memory that has these events and no more, and shares the keys of another."""
    log = EventLog.in_memory()
    log.append(list(chained(events)))
    vault = of._vault
    writer = Writer(log, RULES, lambda: datetime.now(UTC), vault)
    return VipDomain(log, MemoryViews(log, RULES), writer, RULES, vault)
