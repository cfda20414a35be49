"""Whatever happens at any point of the work, the same object goes on, and nothing is by halves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.rebuilding import DAY, digests, more
from tests.stores import url_of
from tests.strategies import last_position
from tests.tampering import KEY
from vip_domain import StoreError, VipDomain
from vip_domain.demo import demo_commands
from vip_domain.faults import Point, listening
from vip_domain.sealing import vault
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.testing.crashes.promises import broken, left_over
from vip_domain.views import shares, shares_postgres

COMMANDS = tuple(demo_commands(25, today=DAY))
IDS = [f"c-{number}" for number, _ in enumerate(COMMANDS)]
SIZE = 2
"""Commands that are recorded together."""

WORKS: dict[str, Callable[[VipDomain], Any]] = {
    "write": digests,
    "rebuild": lambda vip: vip.rebuild("customers"),
    "roll_back": lambda vip: vip.roll_back("customers"),
    "verify": lambda vip: vip.verify("customers"),
    "checkpoint": lambda vip: vip.checkpoint(KEY),
}
"""What is done once there is news."""


def do(vip: VipDomain, work: str, number: int) -> None:
    """Record two commands and do the work; again with the same number, they count once."""
    ids = [f"{number}-{each}" for each in range(SIZE)]
    vip.execute_many(more(number * SIZE, (number + 1) * SIZE), actor="anna", command_ids=ids)
    WORKS[work](vip)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with something in it, of which there are several shares and an earlier generation."""
    monkeypatch.setattr(shares, "EVENTS_A_SHARE", 120)
    monkeypatch.setattr(shares_postgres, "EVENTS_A_SHARE", 120)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    # No keys are left over, so that each time comes by the point where they are made.
    monkeypatch.setattr(vault, "MOST_AHEAD", 1)
    url = url_of(request.param, tmp_path)
    with vip_domain.open(url) as vip:
        vip.execute_many(COMMANDS, actor="anna")
        vip.rebuild("customers")
    return url


def reached(work: Callable[[], object]) -> list[Point]:
    """The points that the work comes by."""
    points: Counter[Point] = Counter()
    with listening(lambda point: points.update([point])):
        work()
    return [*points]


@contextmanager
def happening(at: Point, what: Callable[[], None]) -> Iterator[None]:
    """Let something happen once, when this point is reached for the first time."""
    left = [what]

    def act(point: Point) -> None:
        if point == at and left:
            left.pop()()

    with listening(act):
        yield
    assert not left, f"{at} was not reached"


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_ctrl_c_at_any_point_is_as_if_nothing_had_been(url: str, work: str) -> None:
    """
    Done again through the same object the work succeeds, and counts once.
    """
    numbers = count()
    with vip_domain.open(url) as vip:
        for point in reached(lambda: do(vip, work, next(numbers))):
            number, before = next(numbers), last_position(vip)
            with pytest.raises(KeyboardInterrupt), happening(point, interrupted):
                do(vip, work, number)
            do(vip, work, number)
            assert last_position(vip) == before + SIZE, point
    assert [*broken(url), *left_over(url)] == []


def cut(url: str) -> Callable[[], None]:
    """What ends every connection that this store has to the server."""
    schema = Address.of(url).schema

    def all_of_them() -> None:
        with connect(Address.of(url), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE application_name = %s",
                (schema,),
            )

    return all_of_them


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_connections_cut_at_any_point_are_an_error_or_nothing(url: str, work: str) -> None:
    """
    All of them, at once; the work done again through the same object succeeds, and counts once.
    """
    numbers = count()
    with vip_domain.open(f"{url}&application_name={Address.of(url).schema}") as vip:
        for point in reached(lambda: do(vip, work, next(numbers))):
            number, before = next(numbers), last_position(vip)
            with happening(point, cut(url)):
                try:
                    do(vip, work, number)
                except StoreError as error:
                    assert "\n" not in str(error)  # noqa: PT017  # or it succeeded
            do(vip, work, number)
            assert last_position(vip) == before + SIZE, point
    assert [*broken(url), *left_over(url)] == []


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_an_import_that_is_interrupted_at_any_point_has_not_been(
    tmp_path: Path, store: str
) -> None:
    """
    Until it is committed the store is empty, and takes it the second time.
    """
    with vip_domain.open("memory:") as memory:
        memory.execute_many(COMMANDS, actor="anna", command_ids=IDS)
        memory.checkpoint(KEY)
        lines = [*memory.export_log()]
    with vip_domain.open("memory:") as other:
        points = reached(lambda: other.import_log(lines))
    for number, point in enumerate([*points, "import.written"]):
        (tmp_path / str(number)).mkdir()
        with vip_domain.open(url_of(store, tmp_path / str(number))) as vip:
            with pytest.raises(KeyboardInterrupt), happening(point, interrupted):
                vip.import_log(lines)
            if point != "import.committed":
                assert last_position(vip) == 0
                vip.import_log(lines)
            assert [*vip.export_log()] == lines
