"""Peak memory of a rebuild, all its processes together."""

from __future__ import annotations

import argparse
import os
import resource
import threading
from pathlib import Path

import attrs

import vip_domain
from benchmarks import logs
from benchmarks.measure import Phases, line, timed, title, verdict

EVERY = 0.02
GIB = 1 << 30
KIB = 1 << 10


@attrs.define
class Peak:
    """The most that was seen at one moment, in bytes, summed over processes."""

    anonymous: int = 0
    resident: int = 0
    processes: int = 0

    def look(self) -> None:
        """Look at this process and those it started."""
        family = _family(os.getpid())
        states = [_status(each) for each in family]
        self.anonymous = max(self.anonymous, sum(each.get("RssAnon", 0) for each in states))
        self.resident = max(self.resident, sum(each.get("VmRSS", 0) for each in states))
        self.processes = max(self.processes, len(family))

    def watch(self, over: threading.Event) -> None:
        """Look again and again until it is over."""
        while not over.wait(EVERY):
            self.look()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    events = parser.parse_args().events
    title(f"peak memory of a rebuild, {events:,} events, {logs.customers_in(events):,} customers")
    peak, over, phases = Peak(), threading.Event(), Phases()
    watching = threading.Thread(target=peak.watch, args=(over,), daemon=True)
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        peak.look()
        line("before", f"{peak.anonymous / GIB:.3f} GiB")
        watching.start()
        for what in ("first rebuild", "rebuild beside the live view, compared"):
            seconds, _ = timed(vip.rebuild, "customers", on_progress=phases)
            line(what, f"{seconds:.1f} s")
            print(f"      {phases}")
            line("    anonymous until then", f"{peak.anonymous / GIB:.3f} GiB")
        over.set()
        watching.join()
    line("processes at most", str(peak.processes))
    line("resident, file pages that are mapped counted too", f"{peak.resident / GIB:.2f} GiB")
    line("ru_maxrss of this process", f"{_most(resource.RUSAGE_SELF):.2f} GiB")
    line("ru_maxrss of the largest child", f"{_most(resource.RUSAGE_CHILDREN):.2f} GiB")
    verdict("peak of all processes, anonymous", peak.anonymous / GIB, "GiB", "2", "1")


def _most(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss * KIB / GIB


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = " ".join((task / "children").read_text() for task in tasks)
    except OSError:
        return []
    return [pid, *(each for child in children.split() for each in _family(int(child)))]


def _status(pid: int) -> dict[str, int]:
    """What the kernel says of a process's memory, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    sizes = (each.split() for each in lines if each.endswith(" kB"))
    return {name.rstrip(":"): int(size) * KIB for name, size, _ in sizes}


if __name__ == "__main__":
    main()
