"""One database, opened several times at once: whoever is asked says what a naive model says."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

import vip_domain
from tests.model.histories import RESELLERS, history
from tests.model.naive import FILTERS, NaiveModel
from tests.stores import STORES, url_of
from tests.test_histories import interesting_dates, lists, naive_lists, naive_rows, rows
from vip_domain import (
    Command,
    CommandRefused,
    Following,
    InvalidCommand,
    Receipt,
    StoreError,
    VipDomain,
    command_from_dict,
)

MOST = 3
"""How often the database is open at once."""

which = st.integers(0, MOST - 1)
few = st.integers(1, 6)
far = st.sampled_from((-400, -45, -30, -1, 0, 1, 15, 31, 45, 61))


class OpenStores(RuleBasedStateMachine):
    """Several programs at one database: they write, follow, rebuild, come and go."""

    store = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = url_of(self.store, self.folder)
        self.open: list[VipDomain] = [vip_domain.open(self.url)]
        self.following: dict[int, Following] = {}
        self.model = NaiveModel("current")
        self.said: Iterator[dict[str, Any]] = iter(())
        self.done: list[tuple[Command, str, Receipt]] = []
        self.moments: list[tuple[int, date, Any]] = []
        self.day = date(2026, 1, 1)
        self.sent = 0

    @initialize(seed=st.integers(0, 1_000_000))
    def begins(self, seed: int) -> None:
        self.said = history(seed, 10_000)

    def at(self, number: int) -> VipDomain:
        return self.open[number % len(self.open)]

    def next(self) -> tuple[Command | None, str | None, bool]:
        """The next command, what the model says to it, and whether that changed anything."""
        said = next(self.said)
        before = self.model.changes
        code = self.model.do(said)
        try:
            command = command_from_dict(said)
        except InvalidCommand as invalid:
            return None, code or invalid.code, False
        self.day = command.at.date()
        return command, code, self.model.changes > before

    # What programs do.

    @rule(which=which, count=few)
    def sends(self, which: int, count: int) -> None:
        for _ in range(count):
            command, code, changed = self.next()
            if command is not None:
                self.sent += 1
                command_id = f"id-{self.sent}"
                outcome: Any
                try:
                    outcome = self.at(which).execute(command, actor="a", command_id=command_id)
                except CommandRefused as refused:
                    outcome = refused
                self.compare(outcome, code, changed)
                if isinstance(outcome, Receipt):
                    self.done.append((command, command_id, outcome))
        self.remember(which)

    @rule(which=which, count=few)
    def sends_together(self, which: int, count: int) -> None:
        told = [self.next() for _ in range(count)]
        sent = [command for command, _, _ in told if command is not None]
        outcomes = self.at(which).execute_many(sent, actor="a")
        expected = [(code, changed) for command, code, changed in told if command is not None]
        for outcome, (code, changed) in zip(outcomes, expected, strict=True):
            self.compare(outcome, code, changed)
        self.remember(which)

    def compare(self, outcome: Any, code: str | None, changed: bool) -> None:
        if isinstance(outcome, Receipt):
            assert (None, bool(outcome.events)) == (code, changed)
        else:
            assert (outcome.code, False) == (code, changed)

    def remember(self, which: int) -> None:
        """What the lists say now will be asked for again."""
        last = max(view.position + view.lag_events for view in self.at(which).status())
        on = self.day + timedelta(days=20)
        self.moments.append((last, on, naive_lists(self.model, on)))

    @precondition(lambda self: self.done)
    @rule(which=which, back=st.integers(1, 20))
    def sends_again(self, which: int, back: int) -> None:
        command, command_id, receipt = self.done[-min(back, len(self.done))]
        assert self.at(which).execute(command, actor="b", command_id=command_id) == receipt

    @precondition(lambda self: self.store != "memory" and len(self.open) < MOST)
    @rule()
    def opens(self) -> None:
        self.open.append(vip_domain.open(self.url))

    @precondition(lambda self: self.store != "memory")
    @rule(which=which)
    def closes(self, which: int) -> None:
        vip = self.open.pop(which % len(self.open))
        self.following.pop(id(vip), None)
        vip.close()
        if not self.open:
            self.open.append(vip_domain.open(self.url))

    @rule(which=which)
    def follows_or_stops(self, which: int) -> None:
        vip = self.at(which)
        if (following := self.following.pop(id(vip), None)) is not None:
            following.stop()
        else:
            self.following[id(vip)] = vip.follow()

    @rule(which=which)
    def rebuilds(self, which: int) -> None:
        assert [each.view for each in self.at(which).rebuild() if each.differences] == []

    @rule(which=which)
    def goes_back(self, which: int) -> None:
        with suppress(StoreError):  # there may be nothing to go back to
            self.at(which).roll_back("customers")

    # What they are asked.

    @rule(which=which, days=far)
    def asks(self, which: int, days: int) -> None:
        on = self.day + timedelta(days=days)
        assert lists(self.at(which), on) == naive_lists(self.model, on)

    @precondition(lambda self: self.moments)
    @rule(which=which, back=st.integers(1, 20))
    def asks_as_of(self, which: int, back: int) -> None:
        position, on, told = self.moments[-min(back, len(self.moments))]
        for reseller_id in RESELLERS:
            asked: dict[str, Any] = {"reseller_id": reseller_id, "on": on, "as_of": position}
            assert self.at(which).counts(**asked) == told[reseller_id]
            for name in FILTERS:
                found = {row.vip_id for row in self.at(which).customers(name, **asked).rows}
                assert found == told[f"{reseller_id} {name}"]

    @rule(which=which)
    def checks(self, which: int) -> None:
        assert [each.view for each in self.at(which).verify() if each.differences] == []

    def teardown(self) -> None:
        try:
            for vip in self.open:
                for on in interesting_dates(self.model)[:3]:
                    assert rows(vip, on) == naive_rows(self.model, on)
                assert vip.verify_log().whole
        finally:
            for vip in self.open:
                vip.close()
            shutil.rmtree(self.folder)


class OpenFiles(OpenStores):
    store = "sqlite"


class OpenSchemas(OpenStores):
    store = "postgres"


MACHINES = {each.store: each for each in (OpenStores, OpenFiles, OpenSchemas)}
SHARE = {"memory": 20, "sqlite": 20, "postgres": 40}
"""One in so many of a profile's examples; a server takes its time."""


@pytest.mark.slow
@pytest.mark.parametrize("store", STORES)
def test_whoever_is_asked_says_what_the_naive_model_says(store: str) -> None:
    """
    Whichever of several programs wrote it, whatever was followed, rebuilt, rolled back, closed and
    opened meanwhile; also of what was said before, as of then.
    """
    chosen = settings().max_examples // SHARE[store]
    run_state_machine_as_test(
        MACHINES[store],
        settings=settings(
            max_examples=max(chosen, 2), stateful_step_count=min(settings().stateful_step_count, 50)
        ),
    )
