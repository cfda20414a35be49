"""What is already so records nothing and succeeds, on every store, whatever its instant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

import vip_domain
from tests.builders import (
    OWNER,
    VIP,
    accept,
    accept_order,
    authorize_return,
    cancel_pa,
    change_owner,
    deactivate,
    delete,
    invite,
    place_order,
    place_pa,
    reject_order,
    request_return,
    send_code,
)
from tests.stores import store_url
from vip_domain import AddAdministrator, AssignManager, Command, Line, RefuseReturn

__all__ = ["store_url"]  # a fixture

EARLIER, LATER = datetime(2020, 2, 29, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC)
SENT = datetime(2026, 3, 3, 9, tzinfo=UTC)
JOINED = (invite(), accept())
BOUGHT = (*JOINED, place_order("2026-03-10"), accept_order("2026-03-10"))
RETURNING = (*BOUGHT, request_return("2026-03-11"))
PLACED = (*JOINED, place_pa("2026-03-04"))


def refuse_return(day: str) -> RefuseReturn:
    return RefuseReturn(vip_id=VIP, at=datetime.fromisoformat(f"{day}T09:00Z"), return_id="RT-1")


def assign_manager(managed_by: str) -> AssignManager:
    return AssignManager(vip_id=VIP, at=SENT, managed_by=managed_by)


def add_administrator(email: str) -> AddAdministrator:
    return AddAdministrator(vip_id=VIP, at=SENT, email=email)


ALREADY_SO: dict[str, tuple[tuple[Command, ...], Command]] = {
    "an invitation repeated": ((invite(),), invite()),
    "a deleted customer": ((invite(), delete("2026-03-02")), delete("2026-03-02")),
    "the owner accepts again": (JOINED, accept(administrator_name="E. Ek")),
    "the owner, in capitals": (JOINED, accept(administrator_email=OWNER.upper())),
    "the same owner": (JOINED, change_owner(OWNER, "2026-03-02", name="Eva Ek")),
    "an administrator": ((*JOINED, add_administrator("b@a.se")), add_administrator("B@A.se")),
    "the same manager": (JOINED, assign_manager("anna")),
    "a PA repeated": (PLACED, place_pa("2026-03-04")),
    "a cancelled PA repeated": ((*PLACED, cancel_pa("2026-03-05")), place_pa("2026-03-04")),
    "a PA cancelled": ((*PLACED, cancel_pa("2026-03-05")), cancel_pa("2026-03-05")),
    "a PA deactivated": ((*PLACED, deactivate("2026-05-04")), deactivate("2026-05-04")),
    "an order repeated": ((*JOINED, place_order("2026-03-10")), place_order("2026-03-10")),
    "an order accepted": (BOUGHT, accept_order("2026-03-10")),
    "an order rejected": (
        (*JOINED, place_order("2026-03-10"), reject_order("2026-03-11")),
        reject_order("2026-03-11"),
    ),
    "a return repeated": (RETURNING, request_return("2026-03-11")),
    "a return authorized": (
        (*RETURNING, authorize_return("2026-03-12")),
        authorize_return("2026-03-12"),
    ),
    "a return refused": ((*RETURNING, refuse_return("2026-03-12")), refuse_return("2026-03-12")),
}


@pytest.mark.parametrize("at", [EARLIER, LATER], ids=["earlier", "later"])
@pytest.mark.parametrize("what", ALREADY_SO)
def test_what_is_already_so_adds_nothing(store_url: str, what: str, at: datetime) -> None:
    """
    The contract's list, with an instant before the whole history and one after it.
    """
    done, again = ALREADY_SO[what]
    with vip_domain.open(store_url) as vip:
        vip.execute_many(done, actor="anna")
        before = vip.history(VIP)
        receipt = vip.execute(attrs.evolve(again, at=at), actor="anna")
        assert (receipt.events, receipt.version, vip.history(VIP)) == ((), len(before), before)


@pytest.mark.parametrize("at", [EARLIER, SENT], ids=["earlier", "the same instant"])
def test_a_live_code_sent_again_adds_nothing(store_url: str, at: datetime) -> None:
    """
    Nor does it count for the day.
    """
    with vip_domain.open(store_url) as vip:
        vip.execute_many([*JOINED, send_code()], actor="anna")
        for _ in range(9):
            assert vip.execute(send_code(at=at), actor="anna").events == ()


def test_the_order_of_lines_and_pas_does_not_matter(store_url: str) -> None:
    """
    The same lines the other way round are the same order.
    """
    lines: tuple[Line, ...] = (Line("Acrobat Pro", 5), Line("Photoshop", 6))
    pas: list[Any] = [place_pa("2026-03-04", "PA-1", 2), place_pa("2026-03-04", "PA-2", 3)]
    order = attrs.evolve(place_order("2026-03-10", pa_ids=("PA-1", "PA-2")), lines=lines)
    turned = attrs.evolve(order, lines=lines[::-1], pa_ids=("PA-2", "PA-1"))
    with vip_domain.open(store_url) as vip:
        vip.execute_many([*JOINED, *pas, order], actor="anna")
        assert vip.execute(turned, actor="anna").events == ()


def test_a_read_sees_everything_written_before_it(store_url: str) -> None:
    """
    After each single write, without waiting.
    """
    on, seen = date(2026, 3, 1), []
    with vip_domain.open(store_url) as vip:
        for number in range(20):
            vip.execute(invite(vip_id=f"VIP-{number}"), actor="anna")
            seen.append(vip.counts(reseller_id="R-1", on=on)["all_customers"])
    assert seen == list(range(1, 21))


def test_a_read_sees_what_another_process_wrote(tmp_path: Any) -> None:
    """
    Two objects on one file stand for two processes: neither knows of the other's memory.
    """
    url, on = f"sqlite:///{tmp_path / 'vip.db'}", date(2026, 3, 1)
    with vip_domain.open(url) as writer, vip_domain.open(url) as reader:
        for number in range(5):
            writer.execute(invite(vip_id=f"VIP-{number}"), actor="anna")
            reader.execute(assign_manager_of(f"VIP-{number}"), actor="bo")
            page = writer.customers("all_customers", reseller_id="R-1", on=on, managed_by="bo")
            assert len(page.rows) == number + 1


def assign_manager_of(vip_id: str) -> AssignManager:
    return AssignManager(vip_id=vip_id, at=SENT, managed_by="bo")
