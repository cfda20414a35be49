"""One store: processes work on it, one is killed, and everything it left is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from random import Random
from typing import Any
from urllib.parse import unquote

import attrs

import vip_domain
from vip_domain import Receipt, StoreError, VipDomain
from vip_domain.arguments import VIEWS
from vip_domain.opening import SQLITE
from vip_domain.testing.crashes.child import Child, Ended
from vip_domain.testing.crashes.promises import broken, left_over
from vip_domain.testing.crashes.roles import GROUP, IMPORT, Numbered, Prepare, command_id, play
from vip_domain.testing.crashes.servers import named, settle
from vip_domain.testing.crashes.undisturbed import Undisturbed

AGAIN, MOST = 3, 25
"""Commands that are sent though they are recorded already, and that are sent at most."""

SILENT = ("rebuild", "roll_back", "verify")
"""Roles in which nothing is recorded: who reads meanwhile sees what it saw before."""


@attrs.frozen(kw_only=True)
class Crash:
    """Who dies: in which role, at which `fault` or `after` how many seconds, beside whom."""

    role: str
    fault: str | None = None
    after: float | None = None
    companion: str | None = None

    def __str__(self) -> str:
        where = f"at {self.fault}" if self.fault else "that nobody kills"
        where = f"after {self.after:.3f} s" if self.after else where
        return f"{self.role} {where}" + (f" beside {self.companion}" if self.companion else "")


@attrs.frozen
class Outcome:
    """Whether somebody was killed, which points it reached if not, and what is broken."""

    killed: bool
    seconds: float
    reached: Counter[str]
    broken: list[str]


class Trial:
    """A store of the first so many of some commands; how many, its log says after each crash."""

    def __init__(
        self,
        new_url: Callable[[], str],
        undisturbed: Undisturbed,
        chance: Random,
        prepare: Prepare,
    ) -> None:
        self._url = new_url()
        self._new_url = new_url
        self._undisturbed = undisturbed
        self._chance = chance
        self._prepare = prepare
        self._taken = 0
        vip_domain.open(self._url).close()

    @property
    def over(self) -> bool:
        """Whether all commands are recorded."""
        return self._taken == len(self._undisturbed.commands)

    def crash(self, crash: Crash) -> Outcome:
        """Let it happen."""
        if crash.role == IMPORT:
            return self._import(crash)
        commands = self._some()
        ended, found = self._lives(crash, commands)
        found += [each.failed for each in ended if each.failed]
        try:
            found += self._findings(crash, commands, ended)
        except StoreError as error:
            found.append(str(error))
        return Outcome(ended[0].killed, ended[0].seconds, ended[0].reached, found)

    def _some(self) -> Numbered:
        """The next commands, and perhaps some before them once more."""
        first = max(0, self._taken - self._chance.randint(0, AGAIN))
        numbered = [*enumerate(self._undisturbed.commands)]
        return numbered[first : first + self._chance.randint(GROUP, MOST)]

    def _lives(self, crash: Crash, commands: Numbered) -> tuple[list[Ended], list[str]]:
        url = named(self._url)
        with ExitStack() as open_meanwhile:
            look, seen = _nobody, list[Any]()
            if crash.role in SILENT and crash.companion is None:
                reader = open_meanwhile.enter_context(vip_domain.open(self._url))
                look = lambda: seen.append(_rows(reader))  # noqa: E731
                look()
            others = [self._child(crash.companion, url, commands)] if crash.companion else []
            victim = self._child(crash.role, url, commands, crash.fault)
            ended = [victim.end(crash.after, look), *(each.end() for each in others)]
        settle(self._url)
        changed = [each for each in seen if each != seen[0]]
        return ended, ["a reader saw other rows meanwhile"] if changed else []

    def _child(self, role: str, url: str, what: Any, fault: str | None = None) -> Child:
        return Child(play, self._prepare, role, url, what, fault=fault)

    def _findings(self, crash: Crash, commands: Numbered, ended: Sequence[Ended]) -> Iterator[str]:
        before = self._taken
        with vip_domain.open(self._url) as vip:
            yield from self._prefix(vip)
            yield from self._acknowledged(vip, ended)
            if crash.role == "execute_many" and crash.companion is None:
                sent = self._taken - commands[0][0]
                if sent % GROUP and self._taken != before and sent != len(commands):
                    yield f"a group was recorded up to command {self._taken} alone"
        yield from broken(self._url)
        with vip_domain.open(self._url) as vip:
            yield from self._goes_on(vip)
        if crash.role in SILENT:
            yield from left_over(self._url)

    def _prefix(self, vip: VipDomain) -> Iterator[str]:
        """The log holds the first so many commands, each once and whole, and their ids alone."""
        before, last, told = self._taken, vip._log.last_position(), self._undisturbed
        self._taken = told.taken(last)
        if told.ends[self._taken] != last:
            yield f"the log ends at {last}, in the middle of command {self._taken}"
        if self._taken < before:
            yield f"{before - self._taken} commands are gone"
        every = [command_id(number) for number in range(len(told.commands))]
        known = {each.command_id for each in vip._log.commands(every)}
        for number, receipt in enumerate(told.receipts):
            recorded = receipt is not None and receipt.events
            if recorded and (command_id(number) in known) != (number < self._taken):
                yield f"command {number} and its id are not there together"

    def _acknowledged(self, vip: VipDomain, ended: Sequence[Ended]) -> Iterator[str]:
        """Receipts are right; sent again, their commands give them again and add nothing."""
        told, last = self._undisturbed, vip._log.last_position()
        said = {number: receipt for each in ended for number, receipt in _receipts(each)}
        for number, receipt in said.items():
            if receipt != told.receipts[number]:
                yield f"the receipt of command {number} is not that of a quiet store"
        ids = [command_id(number) for number in said]
        again = vip.execute_many(
            [told.commands[number] for number in said], actor="again", command_ids=ids
        )
        if [each if isinstance(each, Receipt) else None for each in again] != [*said.values()]:
            yield "commands that were acknowledged have another outcome when they are sent again"
        if vip._log.last_position() != last:
            yield "commands that were acknowledged are recorded again"

    def _goes_on(self, vip: VipDomain) -> Iterator[str]:
        """The next command is recorded, and then everything is as in a quiet store."""
        for number, command in [*enumerate(self._undisturbed.commands)][self._taken :][:1]:
            vip.execute_many([command], actor="crash", command_ids=[command_id(number)])
        self._taken = self._undisturbed.taken(vip._log.last_position())
        yield from self._seen(vip)

    def _seen(self, vip: VipDomain) -> Iterator[str]:
        right = self._undisturbed.seen(self._taken)
        seen = dict(self._undisturbed.look(vip))
        for what in {**right, **seen}:
            if right.get(what) != seen.get(what):
                yield f"{what} is not what it is in a quiet store after {self._taken} commands"

    def _import(self, crash: Crash) -> Outcome:
        url = self._new_url()
        with vip_domain.open(self._url) as vip, vip_domain.open(url):
            lines, size = [*vip.export_log()], vip._log.last_position()
        ended = self._child(IMPORT, named(url), lines, crash.fault).end(crash.after)
        settle(url)
        found = [ended.failed] if ended.failed else []
        try:
            found += self._imported(url, lines, size, ended)
        except StoreError as error:
            found.append(str(error))
        return Outcome(ended.killed, ended.seconds, ended.reached, found)

    def _imported(self, url: str, lines: Sequence[str], size: int, ended: Ended) -> Iterator[str]:
        """All of it, or nothing and then all of it."""
        with vip_domain.open(url, keys=keys_of(self._url)) as vip:
            last = vip._log.last_position()
            every = [command_id(number) for number in range(self._taken)]
            if last not in {0, size} or (
                last == 0 < size and (ended.said or vip._log.commands(every))
            ):
                yield f"{last} of {size} events are imported"
            if not last:
                vip.import_log(lines)
            yield from self._seen(vip)
            if [*vip.export_log()] != lines:
                yield "what was imported is not exported again"
        yield from broken(url)


def keys_of(url: str) -> str:
    """Where a store has its keys, for one that has its log."""
    return f"{unquote(url.removeprefix(SQLITE))}-keys" if url.startswith(SQLITE) else url


def _nobody() -> None:
    """Nobody reads meanwhile."""


def _rows(reader: VipDomain) -> dict[str, str]:
    return {view: reader.digest(view) for view in VIEWS}


def _receipts(ended: Ended) -> Iterator[tuple[int, Receipt | None]]:
    yield from (each for each in ended.said if isinstance(each, tuple))
