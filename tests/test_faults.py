"""Fault points: where they are, what they mean, and that one ends a process there."""

from __future__ import annotations

import re
import signal
from collections import Counter
from pathlib import Path

import pytest

import vip_domain
from tests.builders import invite
from tests.shell import ROOT, as_file, shell
from vip_domain.faults import POINTS, VARIABLE, deadly, listening, reach

PACKAGE = ROOT / "vip_domain"
URL = "sqlite:///vip.db"


def test_every_point_is_somewhere_in_the_code() -> None:
    """
    And nothing is said to be reached that is no point: the type checker sees to that too.
    """
    code = "".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    assert set(re.findall(r'\breach\("([a-z.-]+)"\)', code)) == set(POINTS)


def test_every_point_is_explained_once() -> None:
    """
    In the order in which they are listed in the code.
    """
    page = (ROOT / "docs" / "survival.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z.-]+)` \|", page, re.M) == [*POINTS]


@pytest.mark.parametrize(("fault", "recorded"), [("append.written", 0), ("append.committed", 5)])
def test_a_process_ends_at_the_point_its_environment_names(
    tmp_path: Path, fault: str, recorded: int
) -> None:
    """
    Before the commit nothing is recorded, after it everything, though nobody was told.
    """
    file = as_file(tmp_path, [invite(vip_id=f"VIP-{number}000") for number in range(5)])
    killed = shell(tmp_path, "run", file, VIP_DOMAIN_FAULT=fault, VIP_DOMAIN_DB=URL)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, b"")
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}") as vip:
        assert vip._log.last_position() == recorded


@pytest.mark.parametrize("fault", ["", "append", "append.written:x", "append.written:0", ":1"])
def test_what_is_no_point_is_one_clear_error(fault: str) -> None:
    """
    A test whose process never ended would be green for nothing.
    """
    with pytest.raises(ValueError, match=f"{VARIABLE}: .* is no point"):
        deadly(fault)


def test_whoever_listens_hears_of_every_write() -> None:
    """
    For as long as it listens.
    """
    heard: Counter[str] = Counter()
    with listening(lambda point: heard.update([point])), vip_domain.open("memory:") as vip:
        vip.execute(invite(), actor="anna")
    reach("append.committed")
    assert heard == {"append.committed": 1}
