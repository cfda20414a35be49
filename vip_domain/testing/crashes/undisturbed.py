"""What commands come to in a store that nobody disturbs, after any number of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import vip_domain
from vip_domain import Command, Receipt, VipDomain
from vip_domain.projections.customers import FILTERS
from vip_domain.testing.crashes.roles import command_id


class Undisturbed:
    """
    Commands in their order, the receipt of each, and where the log ends after it.

    However often they are sent, and by however many: each of them counts once, and none before
    the one before it. So every store they are sent to holds what comes of the first so many.
    """

    def __init__(self, commands: Sequence[Command]) -> None:
        self.commands = commands
        self.receipts: list[Receipt | None] = []
        self.ends = [0]
        self.begin()
        with vip_domain.open("memory:") as whole:
            for number, command in enumerate(commands):
                (outcome,) = whole.execute_many(
                    [command], actor="crash", command_ids=[command_id(number)]
                )
                self.receipts.append(outcome if isinstance(outcome, Receipt) else None)
                self.ends.append(whole._log.last_position())

    def begin(self) -> None:
        """Begin at the first command again, beside a new store."""
        self._done = 0
        self._vip = vip_domain.open("memory:")

    def close(self) -> None:
        """Forget it."""
        self._vip.close()

    def taken(self, position: int) -> int:
        """How many commands are in a log that ends here, those that record nothing with them."""
        return bisect_right(self.ends, position) - 1

    def seen(self, count: int) -> dict[str, Any]:
        """What can be seen of a store after so many commands; never fewer than before."""
        some = self.commands[self._done : count]
        ids = [command_id(number) for number in range(self._done, count)]
        self._vip.execute_many(some, actor="crash", command_ids=ids)
        self._done = count
        return dict(self.look(self._vip))

    def look(self, vip: VipDomain) -> Iterator[tuple[str, Any]]:
        """Every history, and every page of every reseller."""
        known = dict.fromkeys(each.vip_id for each in self.commands)
        for vip_id in known:
            try:
                history = vip.history(vip_id)
            except vip_domain.CustomerUnknown:
                continue
            yield (
                f"the history of {vip_id}",
                [(each.version, each.position, each.event, each.command_id) for each in history],
            )
        on = max(each.at for each in self.commands).date()
        for reseller_id in self._resellers():
            scope: dict[str, Any] = {"reseller_id": reseller_id, "on": on}
            yield f"the counts of {reseller_id}", vip.counts(**scope)
            for name in FILTERS:
                page = vip.customers(name, **scope, limit=1_000)
                yield f"{name} of {reseller_id}", page.rows

    def _resellers(self) -> list[str]:
        named = (getattr(each, "reseller_id", None) for each in self.commands)
        return [*dict.fromkeys(each for each in named if each is not None)]
