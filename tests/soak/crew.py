"""The processes of a soak: started, killed without warning, started again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.shell import ROOT, environment


class Member:
    """One process in its role, and the file it keeps."""

    def __init__(self, role: str, url: str, folder: Path, number: int, *, gap: bool) -> None:
        self.role = role
        self.saw = folder / f"{role}-{number}"
        self._arguments = [role, url, str(self.saw), f"{role}-{number}"]
        self._environment = environment(VIP_DOMAIN_SOAK_GAP="1") if gap else environment()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.soak.roles", *self._arguments],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
        )

    def kill(self) -> None:
        """The end, without warning."""
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        """Killed, and begun anew."""
        self.kill()
        self._process = self._start()

    def wait(self) -> None:
        """Until it ends by itself. Raises when it failed."""
        self._process.communicate()
        if self._process.returncode:
            raise ChildProcessError(f"{self._arguments} ended with {self._process.returncode}")

    @property
    def failed(self) -> bool:
        """Whether it ended though nobody said so."""
        return self._process.poll() not in {None, 0}


@contextmanager
def crew(
    url: str, folder: Path, sizes: dict[str, int], *, gap: bool = False
) -> Iterator[list[Member]]:
    """So many processes of each role; none is left behind."""
    members: list[Member] = []
    try:
        for role, size in sizes.items():
            members += [Member(role, url, folder, number, gap=gap) for number in range(size)]
        yield members
    finally:
        for each in members:
            each.kill()
