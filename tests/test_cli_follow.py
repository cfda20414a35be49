"""`follow` as a process: it follows others' appends, stands by, takes over, and ends when told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.builders import invite
from tests.rebuilding import NAMES
from tests.shell import VIP_DOMAIN, environment, here
from tests.stores import url_of
from vip_domain import open as open_store

BETWEEN_PROCESSES = ("sqlite", "postgres")
PATIENCE = 60.0
"""Seconds until a test gives up; nothing takes nearly as long."""

Line = dict[str, Any]


@pytest.fixture(params=BETWEEN_PROCESSES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that several processes can use, with one customer."""
    url = url_of(request.param, tmp_path)
    with open_store(url) as vip:
        vip.execute(invite(vip_id="VIP-1000"), actor="anna")
    return url


class Follower:
    """A process that follows, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def says(self, wanted: Callable[[Line], bool]) -> Line:
        """The next line that is wanted. Fails when the process ends before it."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            line = json.loads(text)
            if wanted(line):
                return dict(line)
        raise AssertionError(self.process.returncode)

    def ends(self, number: signal.Signals) -> tuple[int, str]:
        """How it ends on a signal, and what it says of errors."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def following(url: str, *arguments: str) -> Iterator[Follower]:
    """`vip-domain follow` as a process."""
    command = [*VIP_DOMAIN, "follow", "--db", url, "--json", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(), text=True, **pipes) as process:
        # What a test waits for does not always come, and a process that waits says nothing.
        giving_up = Timer(PATIENCE, process.kill)
        giving_up.start()
        try:
            yield Follower(process)
        finally:
            giving_up.cancel()
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_follower_sees_what_other_processes_append_and_ends_when_told(
    url: str, number: signal.Signals
) -> None:
    """
    It says where each view stands, and its end is exit code 0 without a word.
    """
    with following(url, "customers") as follower:
        first = follower.says(lambda line: line["position"] == 1)
        with open_store(url) as vip:
            receipt = vip.execute(invite(vip_id="VIP-2000"), actor="anna")
            then = follower.says(lambda line: line["position"] == receipt.position)
            stand = {each.view: each.position for each in vip.status()}
        assert follower.ends(number) == (0, "")
    assert stand == dict.fromkeys(NAMES, 0) | {"customers": 2}
    assert (first["view"], first["active"], first["error"]) == ("customers", True, None)
    assert (then["position"], then["last"]) == (2, 2)


@pytest.mark.slow
def test_when_the_active_follower_is_killed_the_next_one_takes_over(url: str) -> None:
    """
    Nobody has to tell it.
    """
    with following(url) as first:
        first.says(lambda line: line["active"] and line["view"] == NAMES[0])
        with following(url) as second:
            second.says(lambda line: not line["active"] and line["last"] == 1)
            first.process.kill()
            second.says(lambda line: line["active"])
            with open_store(url) as vip:
                vip.execute(invite(vip_id="VIP-2000"), actor="anna")
                second.says(lambda line: line["position"] == 2)


@pytest.mark.slow
def test_another_process_can_wait_for_what_a_follower_folds(url: str) -> None:
    """
    A receipt's position is all it needs to know.
    """
    program = (
        "import sys, vip_domain\n"
        "with vip_domain.open(sys.argv[1]) as vip:\n"
        "    sys.stdin.read(1)\n"
        "    vip.wait_for(2, timeout=60)\n"
        "    print(sorted({each.position for each in vip.status()}))\n"
    )
    with (
        following(url),
        subprocess.Popen(
            [sys.executable, "-c", program, url],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as waiting,
        open_store(url) as vip,
    ):
        assert waiting.stdin is not None
        waiting.stdin.write("!")
        waiting.stdin.flush()
        vip.execute(invite(vip_id="VIP-2000"), actor="anna")
        assert waiting.communicate(timeout=PATIENCE)[0] == "[2]\n"


def test_what_cannot_be_followed_is_one_clear_line(tmp_path: Path) -> None:
    """
    A view there is not, and a store there is not.
    """
    absent = here(tmp_path, "follow")
    with open_store(f"sqlite:///{tmp_path / 'vip.db'}"):
        unknown = here(tmp_path, "follow", "nothing")
    assert (absent.code, unknown.code, unknown.out) == (2, 2, "")
    assert unknown.err == f"vip-domain: name: must be one of {', '.join(NAMES)}\n"
