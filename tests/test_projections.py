"""The engine behind views: any batches, any store, any version of a view give the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.builders import invite
from tests.given import when
from tests.rebuilding import (
    NAMES,
    digests,
    file,
    following,
    in_memory,
    log_of,
    more,
    opened,
    right,
    tables,
    unsealed,
    vip,
)
from tests.test_rebuild_killed import killed
from vip_domain import StoreError, VipDomain
from vip_domain.aggregates.customer import INITIAL
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.projections.projection import AnyProjection
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.store.log import EventLog
from vip_domain.testing.views import check_view
from vip_domain.views import generations
from vip_domain.views import tables as view_tables
from vip_domain.views.compare import digest
from vip_domain.views.follower import Follower
from vip_domain.views.memory_follower import MemoryFollower

__all__ = ["file", "vip"]  # fixtures

BATCHES = (1, 7, 1_000)
FEWER = settings(max_examples=max(settings().max_examples // 5, 1))
every_view = pytest.mark.parametrize("projection", PROJECTIONS, ids=NAMES)


def test_cells_that_are_not_what_the_schema_says_are_a_clear_error() -> None:
    """
    A view that was written wrongly parks its customers, with this to read.
    """
    row: Any = CUSTOMERS.fold(None, strategies.filed(when(invite(), INITIAL)))
    too_few = attrs.evolve(CUSTOMERS, columns=lambda row: CUSTOMERS.columns(row)[1:])
    with pytest.raises(TypeError, match="cells for"):
        too_few.cells(row)
    numbers = attrs.evolve(CUSTOMERS, columns=lambda row: (7,) * len(CUSTOMERS.schema))
    with pytest.raises(TypeError, match="is int, not str or null"):
        numbers.cells(row)


@every_view
def test_every_view_keeps_the_law_of_views(projection: AnyProjection) -> None:
    """
    It understands any list of facts, its row is stored and read exactly, also on the way, and a
    fold leaves the row it was given as it was.
    """
    check_view(projection)


def digest_of(follower: Follower) -> str:
    follower.catch_up()
    with follower.transaction() as connection:
        return digest(generations.all_rows(connection, view_tables.live(follower.projection)))


@every_view
@pytest.mark.parametrize("batch", BATCHES)
def test_batches_of_any_size_give_the_same_digest(
    file: Path, tmp_path: Path, projection: AnyProjection, batch: int
) -> None:
    """
    In memory and in SQLite, one event at a time or all at once.
    """
    with log_of(file) as log:
        memory = MemoryFollower(log, projection, batch)
        memory.catch_up()
        with following(tmp_path / "view.db", log, projection, batch) as follower:
            found = {digest_of(follower), digest(memory.stored())}
    assert found == {right()[projection.name]}


@given(st.integers(0, 1_000_000))
@FEWER
def test_random_histories_have_one_digest_in_every_store(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """
    Odd histories too: followed, rebuilt and verified, memory and SQLite agree.
    """
    commands = strategies.told(seed, 100)
    file = tmp_path_factory.mktemp("digests") / "vip.db"
    with unsealed("memory:") as memory, opened(file) as sqlite:
        for vip in (memory, sqlite):
            vip.execute_many(commands, actor="anna")
        followed = digests(sqlite)
        sqlite.rebuild()
        verified = {each.view: each.digest for each in sqlite.verify()}
        assert [followed, digests(sqlite), verified] == [digests(memory)] * 3


@every_view
def test_a_digest_tells_one_row_from_another(projection: AnyProjection) -> None:
    """
    One event more, and it is another digest; without it, the same again.
    """
    assert in_memory(*more(1))[projection.name] != right()[projection.name]


# Versions.


def evolved(version: int) -> AnyProjection:
    """The customers of another version, with one column less."""
    customers = PROJECTIONS[0]
    schema = dict(customers.schema)
    schema.pop("version")
    return attrs.evolve(
        customers,
        version=customers.version + version,
        schema=schema,
        columns=lambda row: customers.columns(row)[:-1],
    )


@pytest.fixture
def log(file: Path) -> Iterator[EventLog]:
    with log_of(file) as log:
        yield log


def test_a_higher_version_is_folded_anew_when_the_store_is_opened(
    file: Path, log: EventLog
) -> None:
    """
    Nothing is kept of the rows of the version before, whose shape they had.
    """
    with following(file, log, evolved(1)) as follower:
        fresh = MemoryFollower(log, evolved(1))
        fresh.catch_up()
        assert follower.position() == 0
        assert digest_of(follower) == digest(fresh.stored()) != right()["customers"]
    assert tables(file) == ["customer_versions_1", "customers_2", "renewals_1"]


def test_a_higher_version_is_folded_anew_whatever_was_left(file: Path, log: EventLog) -> None:
    """
    Rows to go back to, and those of a rebuild that was killed, are in nobody's way.
    """
    with opened(file) as vip:
        vip.rebuild("customers")
    killed(file, "workshop._tell", 1)
    others = ["customer_versions_1", "renewals_1"]
    assert tables(file) == sorted(["customers_1", "customers_2", "customers_3", *others])
    with following(file, log, evolved(1)) as follower:
        fresh = MemoryFollower(log, evolved(1))
        fresh.catch_up()
        assert digest_of(follower) == digest(fresh.stored())
    assert tables(file) == sorted(["customers_3", *others])


def test_a_lower_version_is_refused(file: Path, log: EventLog) -> None:
    """
    An old program does not write into rows it does not know, and leaves them alone.
    """
    with following(file, log, evolved(1)) as follower:
        follower.catch_up()
    with pytest.raises(StoreError, match="a newer version keeps customers"):
        opened(file)
    with following(file, log, evolved(1)) as follower:
        assert follower.position() == log.last_position()


def test_a_program_that_follows_notices_a_switch_by_another(vip: VipDomain, file: Path) -> None:
    """
    Two programs have the store open; whatever one switches to, the other reads and feeds.
    """
    with opened(file) as other:
        seen = []
        changes: list[Callable[[str], object]] = [vip.rebuild, vip.roll_back, vip.rebuild]
        for number, change in enumerate(changes):
            change("customers")
            other.execute_many(more(number), actor="bo")
            seen.append(digests(other) == digests(vip) == in_memory(*more(0, number + 1)))
    assert seen == [True, True, True]
