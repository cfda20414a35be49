"""The change codes of a group, hashed beforehand: each code once, on all cores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from os import cpu_count

from vip_domain.commands import Command
from vip_domain.commands.reseller_change import WithCode


def hash_codes(commands: Sequence[Command]) -> None:
    """
    Let these commands know the hashes of their codes before they are decided one by one.

    A hash takes longer than everything else a command does, and holds up no other thread.
    """
    same: dict[tuple[str, str], list[WithCode]] = defaultdict(list)
    for command in commands:
        if isinstance(command, WithCode):
            same[command.vip_id, command.code].append(command)
    if len(same) > 1:
        # Without threads (the interpreter may be about to end) each is hashed when it is decided.
        with suppress(RuntimeError), ThreadPoolExecutor(cpu_count()) as pool:
            pool.map(_hash_once, same.values())
    else:
        for alone in same.values():
            _hash_once(alone)


def _hash_once(same: Sequence[WithCode]) -> None:
    """A code is sent by one command and used by another, often of the same group."""
    first, *others = same
    first.code_hash()
    for each in others:
        each.take_hash(first)
