"""A real disk that is full: one clear error, nothing by halves, and with room again it goes on."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.postgres import FAST
from tests.rebuilding import DAY, digests, more
from tests.strategies import last_position
from tests.tampering import KEY
from vip_domain import StoreError, VipDomain
from vip_domain.demo import demo_commands
from vip_domain.testing.crashes.promises import broken, left_over
from vip_domain.testing.postgres_server import PostgresServer

COMMANDS = tuple(demo_commands(25, today=DAY))
NOT_HERE = "nobody may mount a small disk here; tests/test_store_failures.py has a limit instead"
KILOBYTE = 1024


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of this size; it is skipped, and says why, where nobody may mount one."""
    with tempfile.TemporaryDirectory(prefix="vip-domain-disk-") as name:
        size = f"size={megabytes}m,mode=755"
        mount = ("mount", "-t", "tmpfs", "-o", size, "vip-domain-test", name)
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip(NOT_HERE)
        try:
            yield Path(name)
        finally:
            subprocess.run(("umount", "--lazy", name), check=True)


@contextmanager
def full(disk: Path, kilobytes: int) -> Iterator[None]:
    """Somebody else's file leaves room for so much."""
    other = disk / "other"
    try:
        with suppress(OSError), other.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(KILOBYTE))
        with other.open("r+b") as file:
            file.truncate(max(other.stat().st_size - kilobytes * KILOBYTE, 0))
        yield
    finally:
        other.unlink()


def write(vip: VipDomain, number: int) -> Any:
    """Five hundred customers at once; sent again with their ids they count once."""
    commands = more(number * 500, (number + 1) * 500)
    ids = [f"{number}-{each}" for each, _ in enumerate(commands)]
    return vip.execute_many(commands, actor="anna", command_ids=ids)


def fill(vip: VipDomain) -> None:
    """Write until nothing more can be written."""
    for number in range(100):
        write(vip, number)


WORKS: dict[str, Callable[[VipDomain, int], Any]] = {
    "write": write,
    "follow": lambda vip, number: (write(vip, number), digests(vip)),
    "rebuild": lambda vip, number: vip.rebuild(),
    "verify": lambda vip, number: vip.verify(),
    "checkpoint": lambda vip, number: vip.checkpoint(KEY),
}


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_a_full_disk_is_one_error_and_with_room_it_goes_on(work: str) -> None:
    """
    Full at once, and soon: through the same object the work succeeds afterwards, and counts once.
    """
    with small_disk(24) as disk:
        url = f"sqlite:///{disk / 'vip.db'}"
        with vip_domain.open(url) as vip:
            vip.execute_many(COMMANDS, actor="anna")
            before, errors = digests(vip), list[str]()
            for number, kilobytes in enumerate((0, 16, 100, 300)):
                with full(disk, kilobytes):
                    last = last_position(vip)
                    try:
                        WORKS[work](vip, number)
                    except StoreError as error:
                        errors.append(str(error))
                    assert last_position(vip) in {last, last + 500}
                WORKS[work](vip, number)
            assert work in {"write", "follow"} or digests(vip) == before
            assert work == "checkpoint" or errors  # which needs little more room than there is
            assert not [each for each in errors if "\n" in each]
        assert [*broken(url), *left_over(url)] == []


@pytest.mark.slow
def test_a_server_whose_disk_is_full_goes_on_when_it_has_room() -> None:
    """
    What was acknowledged is there; what was not is there once after it is sent again.
    """
    with small_disk(200) as disk:
        server = PostgresServer(disk / "server", FAST)
        url = server.start()
        try:
            with vip_domain.open(url) as vip:
                vip.execute_many(COMMANDS, actor="anna")
                last = last_position(vip)
                with full(disk, 0), pytest.raises(StoreError) as refused:
                    fill(vip)
                assert "\n" not in str(refused.value)
                server.start()
                for number in range(3):
                    write(vip, number)
                assert last_position(vip) >= last + 1_500
            assert [*broken(url), *left_over(url)] == []
        finally:
            server.stop()
