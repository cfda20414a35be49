"""Commands in one word; their defaults carry what a test is not about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from vip_domain import (
    AcceptOrder,
    AcceptTerms,
    AssignLicenses,
    AuthorizeReturn,
    CancelPA,
    ChangeAgreementOwner,
    ChangeReseller,
    CommitThreeYears,
    DeactivateLicenses,
    DeleteCustomer,
    ExpireLicenses,
    InviteCustomer,
    Line,
    PlaceOrder,
    PlacePA,
    RejectOrder,
    RequestReturn,
    ReviewSelectLevel,
    SendResellerChangeCode,
)
from vip_domain.values import OrderType, ReturnReason

VIP = "VIP-0001"
PRODUCT = "Acrobat Pro"
INVITED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
OWNER = "eva.ek@nord.example"


def at(day: str, clock: str = "09:00") -> datetime:
    """An instant of a UTC day."""
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def lines(quantity: int, product: str = PRODUCT) -> tuple[Line, ...]:
    """One line."""
    return (Line(product, quantity),)


def invite(**changes: Any) -> InviteCustomer:
    """Nord AB is invited on 1 March 2026 by Anna of R-1."""
    defaults: dict[str, Any] = {
        "vip_id": VIP,
        "at": INVITED_AT,
        "reseller_id": "R-1",
        "organization_name": "Nord AB",
        "market_segment": "COM",
        "offer_type": "TEAM",
        "country": "SE",
        "region": "Skåne",
        "address": "Storgatan 1",
        "city": "Lund",
        "postal_code": "222 22",
        "contact_name": "Eva Ek",
        "contact_email": OWNER,
        "managed_by": "anna",
    }
    return InviteCustomer(**defaults | changes)


def accept(**changes: Any) -> AcceptTerms:
    """Eva accepts the terms."""
    defaults: dict[str, Any] = {"vip_id": VIP, "at": INVITED_AT, "administrator_email": OWNER}
    return AcceptTerms(**defaults | changes)


def change_owner(email: str, day: str, name: str = "Bo Berg") -> ChangeAgreementOwner:
    return ChangeAgreementOwner(vip_id=VIP, at=at(day), email=email, name=name)


def delete(day: str) -> DeleteCustomer:
    return DeleteCustomer(vip_id=VIP, at=at(day))


def place_pa(day: str, pa_id: str = "PA-1", quantity: int = 5) -> PlacePA:
    return PlacePA(vip_id=VIP, at=at(day), pa_id=pa_id, lines=lines(quantity))


def cancel_pa(day: str, pa_id: str = "PA-1") -> CancelPA:
    return CancelPA(vip_id=VIP, at=at(day), pa_id=pa_id)


def deactivate(day: str, pa_id: str = "PA-1") -> DeactivateLicenses:
    return DeactivateLicenses(vip_id=VIP, at=at(day), pa_id=pa_id)


def place_order(
    day: str, order_id: str = "O-1", quantity: int = 10, pa_ids: tuple[str, ...] = ()
) -> PlaceOrder:
    return PlaceOrder(
        vip_id=VIP,
        at=at(day),
        order_id=order_id,
        order_type=OrderType.NEW,
        lines=lines(quantity),
        pa_ids=pa_ids,
    )


def place_renewal(day: str, order_id: str = "R-1", quantity: int = 10) -> PlaceOrder:
    return PlaceOrder(
        vip_id=VIP,
        at=at(day),
        order_id=order_id,
        order_type=OrderType.RENEWAL,
        lines=lines(quantity),
    )


def accept_order(day: str, order_id: str = "O-1") -> AcceptOrder:
    return AcceptOrder(vip_id=VIP, at=at(day), order_id=order_id)


def reject_order(day: str, order_id: str = "O-1") -> RejectOrder:
    return RejectOrder(vip_id=VIP, at=at(day), order_id=order_id, reason="no purchase order")


def request_return(
    day: str, order_id: str = "O-1", return_id: str = "RT-1", quantity: int | None = None
) -> RequestReturn:
    return RequestReturn(
        vip_id=VIP,
        at=at(day),
        return_id=return_id,
        order_id=order_id,
        lines=None if quantity is None else lines(quantity),
        reason=ReturnReason.OTHER,
    )


def authorize_return(day: str, return_id: str = "RT-1") -> AuthorizeReturn:
    return AuthorizeReturn(vip_id=VIP, at=at(day), return_id=return_id)


def assign(day: str, quantity: int) -> AssignLicenses:
    return AssignLicenses(vip_id=VIP, at=at(day), product=PRODUCT, quantity=quantity)


def review(day: str) -> ReviewSelectLevel:
    return ReviewSelectLevel(vip_id=VIP, at=at(day))


def expire(day: str) -> ExpireLicenses:
    return ExpireLicenses(vip_id=VIP, at=at(day))


def commit(day: str, minimum: int) -> CommitThreeYears:
    return CommitThreeYears(vip_id=VIP, at=at(day), minimum_licenses=minimum)


def send_code(**changes: Any) -> SendResellerChangeCode:
    """R-2 sends Eva a code on 3 March 2026."""
    defaults: dict[str, Any] = {
        "vip_id": VIP,
        "at": at("2026-03-03"),
        "reseller_id": "R-2",
        "administrator_email": OWNER,
        "managed_by": "petra",
        "code": "SECRET-CODE-1",
    }
    return SendResellerChangeCode(**defaults | changes)


def use_code(when: datetime, code: str = "SECRET-CODE-1") -> ChangeReseller:
    return ChangeReseller(vip_id=VIP, at=when, code=code, administrator_email=OWNER)


def on(day: str) -> date:
    return date.fromisoformat(day)
