"""Erasing people: what stays on record, and what commands say of people nobody can name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import (
    INVITED_AT,
    OWNER,
    VIP,
    accept,
    at,
    change_owner,
    delete,
    invite,
    place_pa,
    send_code,
    use_code,
)
from tests.given import customer, given, names, refusal, when
from vip_domain import AddAdministrator, Command, RemoveAdministrator, ResendInvitation
from vip_domain.aggregates.customer import Customer, fold
from vip_domain.aggregates.streams import Release, owner_stream, reservations
from vip_domain.commands import ErasePersonalData
from vip_domain.events import Accepted, PersonalDataErased
from vip_domain.events.sealed import ERASED

LATER = at("2026-03-05")
NEW = "bo.berg@nord.example"


def erase(day: str = "2026-03-04") -> ErasePersonalData:
    return ErasePersonalData(vip_id=VIP, at=at(day), reason="asked for")


def add(email: str) -> AddAdministrator:
    return AddAdministrator(vip_id=VIP, at=LATER, email=email)


ERASED_ACCEPTED = given(invite(), accept(), add(OWNER), erase())
ERASED_PENDING = given(invite(), erase())


def test_an_erasure_says_when_and_why() -> None:
    assert when(erase(), given(invite(), accept())) == (
        PersonalDataErased(at=at("2026-03-04"), reason="asked for"),
    )


@pytest.mark.parametrize(
    "done", [(invite(),), (invite(), accept()), (invite(), accept(), delete("2026-03-02"))]
)
def test_people_of_any_customer_can_be_erased_once(done: tuple[Command, ...]) -> None:
    """
    Pending, accepted or deleted; the second time there is nobody left to erase.
    """
    assert names(when(erase(), given(*done))) == ["PersonalDataErased"]
    assert when(erase(), given(*done, erase())) == ()


def test_a_customer_deleted_after_its_people_were_erased_has_nobody_left_to_erase() -> None:
    assert when(erase(), given(invite(), erase(), delete("2026-03-05"))) == ()


def test_who_was_never_invited_cannot_be_erased() -> None:
    assert refusal(erase(), given()) == "CUSTOMER_UNKNOWN"


def test_an_erasure_is_never_late() -> None:
    """
    A history may be ahead of the clock; people are erased all the same, and time goes on.
    """
    ahead = given(invite(at=INVITED_AT + timedelta(days=400)))
    (erased,) = when(erase(), ahead)
    assert erased.at == INVITED_AT + timedelta(days=400)


@pytest.mark.parametrize(
    "naming",
    [
        ResendInvitation(vip_id=VIP, at=LATER, contact_email=NEW, contact_name="Bo Berg"),
        accept(at=LATER, administrator_email=NEW, administrator_name="Bo Berg"),
    ],
)
def test_a_pending_customer_goes_on_with_somebody_new(naming: Command) -> None:
    """
    Who is named after an erasure can be erased again.
    """
    named = fold(when(naming, ERASED_PENDING), ERASED_PENDING)
    assert names(when(erase(), named)) == ["PersonalDataErased"]


def test_who_accepts_for_an_erased_contact_without_a_name_has_none() -> None:
    (accepted,) = when(accept(at=LATER, administrator_email=NEW), ERASED_PENDING)
    assert accepted == Accepted(at=LATER, owner_name=ERASED, owner_email=NEW)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (accept(at=LATER), "NOT_PENDING"),
        (ResendInvitation(vip_id=VIP, at=LATER, contact_email=NEW), "NOT_PENDING"),
        (RemoveAdministrator(vip_id=VIP, at=LATER, email=OWNER), "NOT_AN_ADMINISTRATOR"),
        (send_code(at=LATER), "NOT_AN_ADMINISTRATOR"),
        (use_code(LATER), "NOT_AN_ADMINISTRATOR"),
        (invite(), "CUSTOMER_EXISTS"),
    ],
)
def test_an_erased_address_is_nobodys(command: Command, code: str) -> None:
    """
    The customer stays accepted; whom it was accepted by nobody knows.
    """
    assert refusal(command, ERASED_ACCEPTED) == code


def test_an_erased_customer_goes_on_with_a_new_owner() -> None:
    """
    The owner of before may be it again: nobody can tell that it is the same person.
    """
    owned = fold(when(change_owner(OWNER, "2026-03-05"), ERASED_ACCEPTED), ERASED_ACCEPTED)
    assert isinstance(owned, Customer)
    assert owned.is_owner(OWNER)
    assert owned.administrators == {OWNER}


def test_a_new_administrator_may_use_a_code_sent_before() -> None:
    """
    S53: any administrator may; the code says nothing about whom it was sent to.
    """
    sent = given(invite(), accept(), send_code(), erase(), add(OWNER))
    assert names(when(use_code(LATER), sent)) == ["ResellerChanged"]


def test_everything_else_goes_on() -> None:
    """
    Licences, orders and dates are the organisation's.
    """
    assert names(when(place_pa("2026-03-06"), ERASED_ACCEPTED))[0] == "PAPlaced"


def test_the_claim_of_the_owner_is_freed() -> None:
    """
    S89: afterwards nobody could say whose it was.
    """
    state = customer(invite(), accept())
    freed = list(reservations(state, when(erase(), state)))
    assert freed == [Release(owner_stream(OWNER, "Nord AB"))]


def test_what_is_known_is_what_would_be_read_anew() -> None:
    """
    A state kept in memory names nobody either.
    """
    kept = customer(invite(), accept(), send_code(), erase())
    told = (kept.invited.contact_name, kept.invited.contact_email, kept.contact_name)
    assert told == (ERASED, ERASED, ERASED)
    assert not [word for word in ("Eva", "Ek", OWNER, OWNER.upper()) if word in repr(kept)]
