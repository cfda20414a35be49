"""Writers, followers, readers, subscribers, in any order of their steps: each gets what is due."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

import attrs
import pytest

import vip_domain
from tests import peer_bugs
from tests.builders import accept, assign, invite, on, place_pa
from tests.interleaved import far_apart, pause, persistently, play
from tests.peer_bugs import Bug
from tests.soak import gap
from tests.stores import url_of
from vip_domain import Command, CustomerUnknown, Receipt, Recorded, VipDomain
from vip_domain.aggregates.streams import customer_stream
from vip_domain.store import postgres_pool
from vip_domain.store.log import EventLog
from vip_domain.store.postgres_address import Address
from vip_domain.store.subscription import Subscription
from vip_domain.store.wake import Bell, Nobody, Watch
from vip_domain.views.follower import Follower

DAY, ON = "2026-03-03", on("2026-03-03")
WRITERS = ("anna", "bo")
EACH = 3
"""Licences that each writer assigns, one by one, and how often a follower or reader looks."""

PLAYS = 8
IMPATIENCE = 0.02
"""Seconds for a lock that somebody has who was stopped: however long one waits, it is not free."""


@pytest.fixture(autouse=True)
def stepwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actors are far apart, and whoever needs a lock that another has hears so at once."""
    connect = sqlite3.connect
    for name, changed in far_apart().items():
        monkeypatch.setattr(EventLog, name, changed)
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: connect(*a, **k | {"timeout": IMPATIENCE})
    )
    monkeypatch.setattr(postgres_pool, "LOCK_TIMEOUT", IMPATIENCE)


@attrs.frozen
class Company:
    """Who plays: each has the store opened for itself, as another process would."""

    writers: Sequence[VipDomain]
    followers: Sequence[VipDomain]
    reader: VipDomain
    subscription: Subscription


@attrs.define
class Play:
    """Customers with licences to be assigned, and what everybody saw of that."""

    company: Company
    number: int
    chance: Random
    receipts: list[Receipt] = attrs.field(factory=list)
    got: list[Recorded[Any]] = attrs.field(factory=list)
    wrong: list[str] = attrs.field(factory=list)

    @property
    def customers(self) -> list[str]:
        """One for each writer, and one that both write to."""
        return [f"VIP-{self.number:03}-{name.upper()}" for name in (*WRITERS, "both")]

    def begin(self) -> None:
        commands: list[Command] = [
            attrs.evolve(command, vip_id=vip_id)
            for vip_id in self.customers
            for command in (invite(organization_name=vip_id), accept(), place_pa(DAY, quantity=50))
        ]
        self.company.writers[0].execute_many(commands, actor="anna")
        self.company.subscription.batch(0)

    def write(self, vip: VipDomain, number: int) -> None:
        """Assign; now and then the answer is lost, and the command sent again with its id."""
        for turn in range(EACH):
            vip_id = self.customers[(number, 2)[turn % 2]]
            command = attrs.evolve(assign(DAY, 1), vip_id=vip_id)
            for _ in range(self.chance.choice((1, 2))):
                persistently(partial(self._send, vip, command, f"{self.number} {number} {turn}"))

    def _send(self, vip: VipDomain, command: Command, command_id: str) -> None:
        self.receipts.append(vip.execute(command, actor="anna", command_id=command_id))

    def follow(self, vip: VipDomain) -> None:
        follower = cast("Follower", vip._views.followers()["customers"])
        follower._batch = 1
        for _ in range(EACH):
            persistently(follower.catch_up)

    def read(self) -> None:
        for _ in range(EACH):
            written = len({each.command_id for each in self.receipts})
            if persistently(self.assigned) < written:
                self.wrong.append("a reader saw less than was acknowledged before it asked")

    def assigned(self) -> int:
        """How many licences the list says are assigned."""
        vip, found = self.company.reader, 0
        for vip_id in self.customers:
            with suppress(CustomerUnknown):
                found += vip.customer(vip_id, on=ON).licenses_assigned
        return found

    def subscribe(self) -> None:
        for _ in range(EACH * 2):
            pause()
            self.got += persistently(partial(self.company.subscription.batch, 0))

    def findings(self) -> Iterator[str]:
        """What is wrong in the end."""
        vip, commands = self.company.reader, EACH * len(WRITERS)
        log = vip._log._recorder.select_notifications(1, 1_000_000)
        while news := self.company.subscription.batch(0):
            self.got += news
        yield from self.wrong
        if [each.id for each in log] != [*range(1, len(log) + 1)]:
            yield "positions have a hole"
        if [each.position for each in self.got] != [each.id for each in log][-commands:]:
            yield "the subscriber missed an event, or had one twice"
        if self.assigned() != commands:
            yield f"{self.assigned()} licences are assigned by {commands} commands"
        stored = {(str(each.originator_id), each.originator_version, each.id) for each in log}
        told = {
            (customer_stream(each.vip_id), each.version, each.position) for each in self.receipts
        }
        if not told <= stored:
            yield "a receipt tells a position that is another event's"
        for verified in vip.verify("customers"):
            yield from (str(each) for each in verified.differences)


def findings(url: str) -> Generator[str]:
    """What is wrong after one play after the other on one store."""
    with ExitStack() as stage:
        opened = [stage.enter_context(vip_domain.open(url)) for _ in range(5)]
        subscription = stage.enter_context(opened[4].subscribe())
        company = Company(opened[:2], opened[2:4], opened[4], subscription)
        for number in range(PLAYS):
            now = Play(company, number, Random(number))
            now.begin()
            writers = [partial(now.write, vip, n) for n, vip in enumerate(company.writers)]
            followers = [partial(now.follow, vip) for vip in company.followers]
            play([*writers, *followers, now.read, now.subscribe], now.chance)
            yield from now.findings()


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_in_whatever_order_they_go_on_nobody_is_in_the_others_way(
    tmp_path: Path, store: str
) -> None:
    """
    Two write, two follow, one reads and one subscribes, each stopped between any two of its steps.
    """
    assert [*findings(url_of(store, tmp_path))] == []


BUGS: list[tuple[str, Bug, str]] = [
    ("postgres", peer_bugs.reading_past_uncommitted_positions, "missed an event"),
    ("sqlite", peer_bugs.a_position_without_the_lock, "another event's"),
    ("sqlite", peer_bugs.a_position_committed_before_its_rows, "less than was acknowledged"),
    ("sqlite", peer_bugs.two_followers_on_one_view, "licenses"),
    ("postgres", peer_bugs.two_followers_on_one_view, "licenses"),
    ("sqlite", peer_bugs.a_lease_not_checked_at_commit, "licenses"),
    ("sqlite", peer_bugs.a_retry_that_counts_again, "licences are assigned by"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("store", "bug", "words"), BUGS, ids=[each[1].__name__ for each in BUGS])
def test_a_known_bug_of_others_is_found_when_it_is_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str, bug: Bug, words: str
) -> None:
    """
    By the same plays.
    """
    url = url_of(store, tmp_path)
    vip_domain.open(url).close()
    if store == "postgres":
        with postgres_pool.connect(Address.of(url), autocommit=True) as connection:
            connection.execute(gap.CREATE.format(next=1).encode())
    bug(monkeypatch)
    with closing(findings(url)) as found:
        assert any(words in each for each in found)


# Waking up.


def never(self: Bell, heard: int, timeout: float) -> None:
    """Whoever is to hear of something that rang already must not wait for it."""
    if self.rings == heard:
        raise AssertionError("it sleeps, and nobody will wake it")


def heard_between_look_and_wait() -> None:
    """Somebody looks at the log, something is appended, and then it waits for news."""
    bell = Bell()
    watch = Watch(bell, Nobody())
    bell.ring()
    watch.wait(60.0)
    bell.ring()
    watch.wait(60.0)


def test_who_looked_before_an_append_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It rang between the look and the waiting: that ring is not lost.
    """
    monkeypatch.setattr(Bell, "wait", never)
    heard_between_look_and_wait()


def test_a_lost_wake_up_is_found_when_it_is_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Who begins to listen when it begins to wait has not heard what rang before.
    """
    monkeypatch.setattr(Bell, "wait", never)
    wait = Watch.wait

    def deaf(self: Watch, timeout: float) -> None:
        self._heard = self._bell.rings
        wait(self, timeout)

    monkeypatch.setattr(Watch, "wait", deaf)
    with pytest.raises(AssertionError, match="nobody will wake it"):
        heard_between_look_and_wait()
