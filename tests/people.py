"""Everybody who can be named with a customer, and everything that could give them away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import vip_domain
from tests.builders import INVITED_AT, VIP, accept, at, change_owner, invite, place_pa, send_code
from vip_domain import (
    AddAdministrator,
    AssignManager,
    ChangeReseller,
    Command,
    Receipt,
    RemoveAdministrator,
    ResendInvitation,
    VipDomain,
)

RESELLER = "R-2"
"""Who serves the customer in the end."""
AFTER = date(2026, 3, 20)
LATER = date(2900, 1, 1)
"""After the day these tests run on, when people are erased."""

NEW = "new.one@nord.example"

INVITED = ("Ulla Ängström-Quist", "ulla.quist@invited.example")
RESENT = ("Qvintus Dämvall", "qvintus@resent.example")
ACCEPTED = ("Zaida Öhqvist", "zaida.o@accepted.example")
CHANGED = ("Xerxes Zångberg", "xerxes@changed.example")
ADDED, REMOVED = "Wilma.Wåhl@added.example", "yngve.ytter@removed.example"
PEOPLE = frozenset({*INVITED, *RESENT, *ACCEPTED, *CHANGED, ADDED, REMOVED})


def add(email: str, day: date) -> AddAdministrator:
    """One more administrator."""
    return AddAdministrator(vip_id=VIP, at=at(day.isoformat()), email=email)


def assign_manager(name: str) -> AssignManager:
    """Somebody else looks after the customer, after whatever else."""
    return AssignManager(vip_id=VIP, at=at(LATER.isoformat()), managed_by=name)


def naming_everybody() -> list[Command]:
    """Every command that names somebody, each by another name."""
    return [
        invite(contact_name=INVITED[0], contact_email=INVITED[1]),
        ResendInvitation(
            vip_id=VIP, at=INVITED_AT, contact_name=RESENT[0], contact_email=RESENT[1]
        ),
        accept(
            at=at("2026-03-02"), administrator_name=ACCEPTED[0], administrator_email=ACCEPTED[1]
        ),
        add(ADDED, date(2026, 3, 2)),
        add(REMOVED, date(2026, 3, 2)),
        change_owner(CHANGED[1], "2026-03-02", CHANGED[0]),
        send_code(administrator_email=ADDED),
        RemoveAdministrator(vip_id=VIP, at=at("2026-03-04"), email=REMOVED),
        ChangeReseller(
            vip_id=VIP, at=at("2026-03-04"), code="SECRET-CODE-1", administrator_email=ADDED
        ),
        place_pa("2026-03-05"),
    ]


def forget(vip: VipDomain) -> Receipt:
    """Erase them."""
    return vip.forget(VIP, actor="dpo", reason="asked for")


@contextmanager
def opened_beside(vip: VipDomain, url: str) -> Iterator[VipDomain]:
    """The same store as another process has it; in memory there is no other."""
    if url == "memory:":
        yield vip
        return
    with vip_domain.open(url) as other:
        yield other


def whatever_names_people(vip: VipDomain) -> dict[str, str]:
    """What the library says of the customer, by the way it was asked."""
    end = vip._log.last_position()
    said: dict[str, Any] = {
        "page": vip.customers("all_customers", reseller_id=RESELLER, on=AFTER).rows,
        "csv": [*vip.csv(reseller_id=RESELLER, on=AFTER)],
        "details": vip.customer(VIP, on=AFTER),
        "history": vip.history(VIP),
        "report": vip.report(VIP, on=AFTER),
        "pages as of": [
            vip.customers("all_customers", reseller_id=reseller, on=AFTER, as_of=position).rows
            for position in range(1, end + 1)
            for reseller in ("R-1", RESELLER)
        ],
        "details as of": [
            vip.customer(VIP, on=AFTER, as_of=position) for position in range(1, end + 1)
        ],
    }
    with vip.subscribe() as events:
        said["subscription"] = events.batch(timeout=5)
    return {name: str(each) for name, each in said.items()}


def texts_of(said: str) -> set[str]:
    """Who is named in it, however it is written."""
    return {each for each in PEOPLE if each.casefold() in said.casefold()}
