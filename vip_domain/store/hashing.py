"""The change codes of a group, hashed beforehand on all cores."""

from __future__ import annotations

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
    coded = [command for command in commands if isinstance(command, WithCode)]
    if len(coded) > 1:
        # Without threads (the interpreter may be about to end) each is hashed when it is decided.
        with suppress(RuntimeError), ThreadPoolExecutor(cpu_count()) as pool:
            pool.map(WithCode.code_hash, coded)
