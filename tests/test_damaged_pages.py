"""A damaged page of the file is one clear error, or found by a check, and never a crash."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

import vip_domain
from tests.rebuilding import DAY, pages
from tests.tampering import KEY
from vip_domain import CustomerUnknown, StoreError, VipDomain
from vip_domain.demo import demo_commands

PAGE = 4096
COMMANDS = tuple(demo_commands(25, today=DAY))
IDS = [f"c-{number}" for number, _ in enumerate(COMMANDS)]
VIPS = sorted({each.vip_id for each in COMMANDS})
TRIES = 25


def zeros(page: bytearray, chance: Random) -> None:
    del chance
    page[:] = bytes(PAGE)


def noise(page: bytearray, chance: Random) -> None:
    page[:] = chance.randbytes(PAGE)


def one_bit(page: bytearray, chance: Random) -> None:
    page[chance.randrange(PAGE)] ^= 1 << chance.randrange(8)


def some_bytes(page: bytearray, chance: Random) -> None:
    for _ in range(20):
        page[chance.randrange(PAGE)] = chance.randrange(256)


Damage = Callable[[bytearray, Random], None]
DAMAGES: list[Damage] = [zeros, noise, one_bit, some_bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose views were rebuilt, with a checkpoint, all of it in one file."""
    file = tmp_path_factory.mktemp("whole") / "vip.db"
    with vip_domain.open(f"sqlite:///{file}") as vip:
        vip.execute_many(COMMANDS, actor="anna", command_ids=IDS)
        vip.rebuild()
        vip.checkpoint(KEY)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


def answers(vip: VipDomain) -> Iterator[Any]:
    """What people see: every history, every page, and what becomes of commands sent again."""
    for vip_id in VIPS:
        yield vip.history(vip_id)
    yield pages(vip)
    yield vip.execute_many(COMMANDS, actor="bo", command_ids=IDS)


def found(vip: VipDomain) -> bool:
    """Whether a check finds anything."""
    log, views = vip.verify_log(), vip.verify()
    return bool(log.findings) or any(each.differences for each in views)


def asked(file: Path, question: Callable[[VipDomain], Any]) -> Any:
    """The answer, or the one error there may be instead of it."""
    try:
        with vip_domain.open(f"sqlite:///{file}") as vip:
            return question(vip)
    except StoreError:
        return None
    except CustomerUnknown:
        return "nobody"  # a wrong answer, if it is not found


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_page_is_an_error_or_is_found(
    tmp_path: Path, whole: Path, damage: Damage
) -> None:
    """
    Nothing but a `StoreError` is raised, and where an answer is wrong a check says so.
    """
    chance, content = Random(1), whole.read_bytes()
    right = asked(whole, lambda vip: [*answers(vip)])
    for number in range(TRIES):
        file, damaged = tmp_path / str(number) / "vip.db", bytearray(content)
        first = chance.randrange(len(content) // PAGE) * PAGE
        page = damaged[first : first + PAGE]
        damage(page, chance)
        damaged[first : first + PAGE] = page
        file.parent.mkdir()
        file.write_bytes(damaged)
        seen = asked(
            Path(shutil.copy(file, file.with_name("seen.db"))), lambda vip: [*answers(vip)]
        )
        if seen not in (right, None):
            assert asked(file, found) in (True, None), f"page {first // PAGE}"
