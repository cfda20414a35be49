"""Positions and instants tell one order, whatever the clocks of those who write say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vip_domain
from tests import postgres
from tests.builders import invite
from tests.stopped import all_of, chained, log_of
from tests.strategies import told
from tests.test_concurrency import customers, race_processes
from vip_domain import ProgramRules
from vip_domain.events import Event, Recorded
from vip_domain.store.log import EventLog
from vip_domain.store.postgres import postgres_log
from vip_domain.store.postgres_address import Address
from vip_domain.store.work import Sender, Submission
from vip_domain.store.writer import Writer

RULES = ProgramRules.current()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Sender(actor="anna")
LOGS: dict[str, Callable[[Path], EventLog]] = {
    "memory": lambda folder: EventLog.in_memory(),
    "sqlite": lambda folder: EventLog.in_sqlite(str(folder / "vip.db")),
    "postgres": lambda folder: postgres_log(Address.of(postgres.new_url())),
}
every_log = pytest.mark.parametrize("log", LOGS)


def instants(events: list[Recorded[Event]]) -> list[datetime]:
    """When each event was recorded, in the order of positions."""
    return [each.recorded_at for each in events]


@every_log
@given(st.integers(0, 1_000_000), st.lists(st.integers(-5, 5), min_size=6, max_size=6))
def test_no_event_is_recorded_before_the_one_before_it(
    tmp_path_factory: pytest.TempPathFactory, log: str, seed: int, hours: list[int]
) -> None:
    """
    Three writers in turns, their clocks hours apart: instants never decrease, every link holds.
    """
    folder, turn = tmp_path_factory.mktemp("instants"), iter(hours)
    commands = told(seed, 60)
    with closing(LOGS[log](folder)) as kept:
        writers = [
            Writer(kept, RULES, lambda: NOON + timedelta(hours=next(turn))) for _ in range(3)
        ]
        for number, writer in enumerate(writers * 2):
            some = commands[number * 10 : number * 10 + 10]
            writer.submit([Submission(each, ANNA) for each in some])
        events = all_of(kept)
        assert instants(events) == sorted(instants(events))
        links = {each.originator_id: each.chain for each in chained(events)}
        assert {each.recorded[0].stream_id: each.head for each in kept.streams([*links])} == links


@every_log
def test_a_clock_that_was_put_back_stands_still(tmp_path: Path, log: str) -> None:
    """
    Until it has caught up with the latest event; what is recorded meanwhile has its instant.
    """
    hours = iter((0, 2, -1, 1, 3))
    with closing(LOGS[log](tmp_path)) as kept:
        writer = Writer(kept, RULES, lambda: NOON + timedelta(hours=next(hours)))
        for number in range(5):
            command = invite(vip_id=f"VIP-{number}")
            writer.submit([Submission(command, ANNA)])
        told_hours = [(each - NOON) / timedelta(hours=1) for each in instants(all_of(kept))]
        asked = [kept.position_at(NOON + timedelta(hours=hour)) for hour in range(-1, 4)]
    assert (told_hours, asked) == ([0, 2, 2, 2, 3], [0, 1, 1, 4, 5])


def test_instants_are_in_order_after_a_race(tmp_path: Path) -> None:
    """
    Four processes write a hundred customers, each with the clock as it reads it.
    """
    url = f"sqlite:///{tmp_path / 'vip.db'}"
    race_processes(url, [invite(vip_id=vip_id) for vip_id in customers(100)])
    with vip_domain.open(url) as vip:
        recorded = instants(log_of(vip))
    assert (len(recorded), recorded) == (100, sorted(recorded))
