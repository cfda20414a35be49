"""Clocks and lines: runs things in turns, and prints both sides with their ratio."""

from __future__ import annotations

import platform
import sqlite3
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import ParamSpec, TypeVar

from vip_domain import Progress

P = ParamSpec("P")
T = TypeVar("T")


def timed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    """How many seconds it took, and what came of it."""
    started = time.perf_counter()
    result = work(*args, **kwargs)
    return time.perf_counter() - started, result


def medians(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each; they take turns, so that a busy moment hits all of them."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for taken, work in zip(seconds, works, strict=True):
            taken.append(timed(work)[0])
    return [median(taken) for taken in seconds]


def percentile(seconds: Sequence[float], percent: int) -> float:
    """So many percent took no longer."""
    return quantiles(seconds, n=100)[percent - 1]


class Phases:
    """Listens to a rebuild, and knows how long each of its phases took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        self.seconds[progress.phase] = progress.seconds

    def __str__(self) -> str:
        return ", ".join(f"{phase} {taken:.2f} s" for phase, taken in self.seconds.items())


def title(what: str) -> None:
    """What is measured, and on what."""
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    print(f"\n{what}  (Python {python}, SQLite {sqlite})", flush=True)


def line(what: str, value: str) -> None:
    """One measured value."""
    print(f"  {what:<58} {value:>16}", flush=True)


def verdict(what: str, value: float, unit: str, least: str, aim: str) -> None:
    """The number that stands in the table, beside what it must reach and what it aims for."""
    print(f"= {what:<58} {value:>12.2f} {unit:<3}  at least {least}, aim {aim}", flush=True)
