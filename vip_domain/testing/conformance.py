"""
The promises of every store, held against yours: import `TestStore`, and pytest runs it.

It asks for a fixture `store_url`, the URL of an empty store each time. `plugin` has one that goes
by `--vip-store`; give another in your test module for a store of your own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache

import pytest

import vip_domain
from vip_domain import (
    Command,
    CommandRefused,
    InviteCustomer,
    Receipt,
    ResendInvitation,
    SendResellerChangeCode,
    VipDomain,
)
from vip_domain.demo import demo_commands
from vip_domain.projections.customers import FILTERS
from vip_domain.store.work import Outcome

TODAY = date(2026, 11, 24)
RESELLER = "R-NORDSOFT"
WRITERS = 4
EACH = 8


@cache
def told() -> tuple[Command, ...]:
    """Three years of a believable reseller with 25 customers: some of everything."""
    return tuple(demo_commands(25, today=TODAY, reseller_id=RESELLER))


@contextmanager
def filled(url: str) -> Iterator[VipDomain]:
    """The store, in which all of that happened."""
    with vip_domain.open(url) as vip:
        vip.execute_many(told(), actor="anna", command_ids=[f"c-{n}" for n in range(len(told()))])
        yield vip


def answers(vip: VipDomain, *, as_of: int | None = None) -> dict[str, list[dict[str, object]]]:
    """Every filter's rows, on the demo's day and 40 days later."""
    return {
        f"{name} {on}": [
            row.to_dict()
            for row in vip.customers(
                name, reseller_id=RESELLER, on=on, as_of=as_of, limit=1_000
            ).rows
        ]
        for name in FILTERS
        for on in (TODAY, TODAY + timedelta(days=40))
    }


def outcome(of: Outcome) -> tuple[str, ...]:
    """What came of a command, in any store alike."""
    if isinstance(of, Receipt):
        return of.vip_id, str(of.version), *map(repr, of.events)
    return (of.code,)


def positions(vip: VipDomain) -> list[int]:
    """Every position of the log, as a subscriber gets them."""
    last = max(view.position + view.lag_events for view in vip.status())
    with vip.subscribe() as events:
        return [next(events).position for _ in range(last)]


def at_once(work: Callable[[int], object]) -> None:
    """The same, by as many threads as there are writers."""
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))


class TestStore:
    """What holds for every store."""

    def test_it_answers_as_a_store_in_memory_does(self, store_url: str) -> None:
        """Outcomes, lists on two days; and the same log has the same digest of each view."""
        with filled(store_url) as vip, filled("memory:") as memory:
            assert answers(vip) == answers(memory)
            names = [view.view for view in memory.status()]
            with vip_domain.open("memory:") as copy:
                copy.import_log(vip.export_log())
                assert [vip.digest(name) for name in names] == [copy.digest(name) for name in names]

    def test_many_commands_come_to_what_they_come_to_one_by_one(self, store_url: str) -> None:
        """Receipts, refusals and events; refused ones stop no other."""
        sent = [command for command in told()[:60] for _ in range(2)]
        with vip_domain.open(store_url) as vip, vip_domain.open("memory:") as memory:
            together = [outcome(each) for each in vip.execute_many(sent, actor="anna")]
            assert together == [outcome(_one(memory, command)) for command in sent]

    def test_a_command_id_counts_once_also_after_the_store_was_closed(self, store_url: str) -> None:
        """The first receipt again, whatever came after it, of what counts again without an id."""
        _needs_a_place(store_url)
        with vip_domain.open(store_url) as vip:
            vip.execute(_invitation("VIP-1"), actor="anna")
            first = vip.execute(_reminder("VIP-1"), actor="anna", command_id="once")
        with filled(store_url) as vip:
            before = positions(vip)
            assert vip.execute(_reminder("VIP-1"), actor="anna", command_id="once") == first
            assert positions(vip) == before

    def test_a_command_id_is_bound_to_its_command(self, store_url: str) -> None:
        """Another under the same id is refused, and nothing is recorded."""
        with filled(store_url) as vip:
            before = positions(vip)
            with pytest.raises(CommandRefused) as refused:
                vip.execute(told()[1], actor="anna", command_id="c-0")
            assert (refused.value.code, positions(vip)) == ("COMMAND_ID_REUSED", before)

    def test_what_was_recorded_is_there_when_it_is_opened_again(self, store_url: str) -> None:
        """History by history, and every list."""
        _needs_a_place(store_url)
        with filled(store_url) as vip:
            before = answers(vip), _histories(vip)
        with vip_domain.open(store_url) as vip:
            assert (answers(vip), _histories(vip)) == before

    def test_a_read_sees_what_another_program_wrote_before_it(self, store_url: str) -> None:
        """Whichever of the two is asked."""
        _needs_a_place(store_url)
        with vip_domain.open(store_url) as one, vip_domain.open(store_url) as other:
            for number, command in enumerate(told()[:40]):
                (one, other)[number % 2].execute(command, actor="anna")
                assert _counts(one) == _counts(other)

    def test_positions_have_no_hole_when_several_write(self, store_url: str) -> None:
        """Nor is one given twice; and versions of a customer neither."""
        with vip_domain.open(store_url) as vip:

            def write(writer: int) -> None:
                for number in range(EACH):
                    vip.execute(_invitation(f"VIP-{writer}-{number}"), actor="anna")

            at_once(write)
            assert positions(vip) == list(range(1, WRITERS * EACH + 1))

    def test_one_command_id_records_once_however_many_send_it(self, store_url: str) -> None:
        """Everybody gets the same receipt."""
        with vip_domain.open(store_url) as vip:
            vip.execute(_invitation("VIP-1"), actor="a")
            receipts: list[Receipt] = []

            def write(writer: int) -> None:
                del writer
                receipts.append(vip.execute(_reminder("VIP-1"), actor="a", command_id="once"))

            at_once(write)
            assert len({(each.version, each.position) for each in receipts}) == 1
            assert positions(vip) == [1, 2]

    def test_a_reseller_sends_five_codes_a_day_however_many_try(self, store_url: str) -> None:
        """The sixth is refused under a race too (S62)."""
        with vip_domain.open(store_url) as vip:
            vip.execute_many(_accepted("VIP-1"), actor="anna")
            outcomes: list[tuple[str, ...]] = []

            def write(writer: int) -> None:
                sent = [_code(f"CODE-{writer}-{number}") for number in range(3)]
                outcomes.extend(map(outcome, vip.execute_many(sent, actor="anna")))

            at_once(write)
            assert outcomes.count(("CODE_LIMIT",)) == WRITERS * 3 - 5

    def test_a_rebuild_changes_no_answer_and_a_check_finds_nothing(self, store_url: str) -> None:
        """The rows are those of a fold from the beginning."""
        with filled(store_url) as vip:
            before = answers(vip)
            vip.rebuild()
            assert answers(vip) == before
            assert [each.view for each in vip.verify() if each.differences] == []

    def test_as_of_a_position_it_says_what_a_store_that_ended_there_says(
        self, store_url: str
    ) -> None:
        """At some positions on the way."""
        with filled(store_url) as vip, vip_domain.open("memory:") as memory:
            for command in told()[:60]:
                receipt = memory.execute(command, actor="anna")
                if receipt.version == 1:
                    assert answers(vip, as_of=receipt.position) == answers(memory)

    def test_a_subscriber_gets_every_event_once_and_in_order(self, store_url: str) -> None:
        """From wherever it begins."""
        with filled(store_url) as vip:
            last = positions(vip)[-1]
            with vip.subscribe(after=last - 5) as events:
                assert [next(events).position for _ in range(5)] == list(range(last - 4, last + 1))

    def test_whoever_follows_reaches_a_receipt(self, store_url: str) -> None:
        """Without being asked, and `wait_for` tells when."""
        with vip_domain.open(store_url) as vip, vip.follow():
            receipt = vip.execute(told()[0], actor="anna")
            vip.wait_for(receipt.position, timeout=30)
            assert {each.position for each in vip.status()} == {receipt.position}

    def test_its_log_is_whole_and_the_same_log_elsewhere(self, store_url: str) -> None:
        """Exported, imported into memory and exported again: the same lines."""
        with filled(store_url) as vip, vip_domain.open("memory:") as memory:
            lines = [*vip.export_log()]
            memory.import_log(lines)
            assert (vip.verify_log().whole, [*memory.export_log()]) == (True, lines)


def _one(vip: VipDomain, command: Command) -> Outcome:
    try:
        return vip.execute(command, actor="anna")
    except CommandRefused as refused:
        return refused


def _counts(vip: VipDomain) -> dict[str, int]:
    return vip.counts(reseller_id=RESELLER, on=TODAY)


def _histories(vip: VipDomain) -> list[object]:
    return [vip.history(vip_id) for vip_id in sorted({each.vip_id for each in told()})]


def _needs_a_place(url: str) -> None:
    if url == "memory:":
        pytest.skip("memory is gone when it is closed, and nobody else sees it")


def _invitation(vip_id: str) -> InviteCustomer:
    return InviteCustomer(
        vip_id=vip_id,
        at="2026-03-01T09:00Z",
        reseller_id=RESELLER,
        organization_name=vip_id,
        market_segment="COM",
        offer_type="TEAM",
        country="SE",
        region="Skåne",
        address="Storgatan 1",
        city="Lund",
        postal_code="222 22",
        contact_name="Eva Ek",
        contact_email="eva@nord.example",
        managed_by="anna",
    )


def _reminder(vip_id: str) -> ResendInvitation:
    """What is never already so."""
    return ResendInvitation(vip_id=vip_id, at="2026-03-02T09:00Z", contact_email="eva@nord.example")


def _accepted(vip_id: str) -> list[Command]:
    email = "eva@nord.example"
    accept = vip_domain.AcceptTerms(
        vip_id=vip_id, at="2026-03-01T09:00Z", administrator_email=email
    )
    return [_invitation(vip_id), accept]


def _code(code: str) -> SendResellerChangeCode:
    return SendResellerChangeCode(
        vip_id="VIP-1",
        at="2026-03-02T09:00Z",
        reseller_id="R-OTHER",
        administrator_email="eva@nord.example",
        managed_by="petra",
        code=code,
    )
