"""Which dialogs there are: each is a command, asks for its fields, and is offered where it fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal, get_type_hints

import attrs

from vip_domain import (
    AcceptOrder,
    AcceptTerms,
    AddAdministrator,
    AssignLicenses,
    AssignManager,
    AuthorizeReturn,
    CancelPA,
    ChangeAgreementOwner,
    ChangeReseller,
    CommitThreeYears,
    CustomerDetails,
    DeactivateLicenses,
    DeleteCustomer,
    ExpireLicenses,
    InvitationStatus,
    InviteCustomer,
    OrderStatus,
    OrderType,
    PAStatus,
    PlaceOrder,
    PlacePA,
    ProgramRules,
    RefuseReturn,
    RejectOrder,
    RemoveAdministrator,
    RenewAutomatically,
    RequestReturn,
    ResendInvitation,
    ReturnStatus,
    ReviewSelectLevel,
    SendResellerChangeCode,
    TermType,
    UnassignLicenses,
)

Kind = Literal["text", "email", "date", "number", "choice", "lines", "ids", "hidden"]
Place = Literal["console", "customer", "pa", "order", "return"]

OURS = ("vip_id", "at", "reseller_id")
"""Fields that the console fills in itself."""


@attrs.frozen(kw_only=True)
class Case:
    """Where a dialog may be offered: a customer on a day, perhaps one of its purchases."""

    customer: CustomerDetails
    thing: Any
    on: date
    rules: ProgramRules


@attrs.frozen(kw_only=True)
class Field:
    """One field of a dialog; `choices` are words of the domain, or texts of the customer."""

    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Dialog:
    """
    A command as a dialog called `name`, at a `place` of the page where it `fits`.

    `fixed`: what the command has without being asked for; `hidden`: fields that say which thing
    it is about; `danger`: what cannot be taken back.
    """

    name: str
    command: type[attrs.AttrsInstance]
    place: Place = "customer"
    fits: Callable[[Case], bool] = lambda case: True
    fixed: Mapping[str, Any] = attrs.field(factory=dict)
    hidden: tuple[str, ...] = ()
    danger: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked for, in the command's order."""
        hints = get_type_hints(self.command)
        asked = [each for each in attrs.fields(self.command) if each.name not in self._filled]
        return tuple(
            Field(
                name=each.name,
                kind="hidden" if each.name in self.hidden else _kind(each.name, hints[each.name]),
                required=each.default is attrs.NOTHING,
                choices=_choices(hints[each.name]),
            )
            for each in asked
        )

    @property
    def _filled(self) -> tuple[str, ...]:
        ours = OURS[1:] if self.command in (SendResellerChangeCode, ChangeReseller) else OURS
        made = ("code",) if self.command is SendResellerChangeCode else ()
        return (*ours, *made, *self.fixed)


def _kind(name: str, hint: Any) -> Kind:
    if name == "lines":
        return "lines"
    if hint == tuple[str, ...]:
        return "ids"
    if name == "managed_by" or _choices(hint):
        return "choice"
    if hint == date | None:
        return "date"
    if hint is int:
        return "number"
    return "email" if name.endswith("email") else "text"


def _choices(hint: Any) -> tuple[str, ...]:
    return tuple(hint) if isinstance(hint, type) and issubclass(hint, StrEnum) else ()


def _pending(case: Case) -> bool:
    return case.customer.invitation_status is InvitationStatus.PENDING


def _accepted(case: Case) -> bool:
    return case.customer.invitation_status is InvitationStatus.ACCEPTED


def _without_products(case: Case) -> bool:
    pas, orders = case.customer.purchase_authorizations, case.customer.orders
    pending = any(pa.status is PAStatus.PENDING for pa in pas)
    return not pending and all(order.status is OrderStatus.REJECTED for order in orders)


def _renewable(case: Case) -> bool:
    renews_on, rules = case.customer.renews_on, case.rules
    if renews_on is None:
        return False
    away = (renews_on - case.on).days
    return -rules.renewal_closes_days <= away <= rules.renewal_opens_days


def _reviewable(case: Case) -> bool:
    renews_on = case.customer.renews_on
    return renews_on is not None and (renews_on - case.on).days <= case.rules.select_review_days


def _extended(case: Case) -> bool:
    customer = case.customer
    return customer.term_type is TermType.EXTENDED and customer.renews_on is not None


def _expirable(case: Case) -> bool:
    renews_on = case.customer.renews_on
    return renews_on is not None and not _extended(case) and renews_on < case.on


def _committable(case: Case) -> bool:
    customer = case.customer
    runs = customer.commit_ends_on is not None and case.on <= customer.commit_ends_on
    return customer.select_level > 1 and not runs and not _extended(case)


def _returnable(case: Case) -> bool:
    order, days = case.thing, case.rules.return_window_days
    accepted = order.status is OrderStatus.ACCEPTED and order.order_type is OrderType.NEW
    return accepted and 0 <= (case.on - order.placed_on).days <= days


def _deactivatable(case: Case) -> bool:
    pa = case.thing
    return _is(PAStatus.PENDING)(case) and not pa.deactivated and case.on > pa.deactivate_after


def _is(status: StrEnum) -> Callable[[Case], bool]:
    return lambda case: case.thing.status is status


DIALOGS: Mapping[str, Dialog] = {
    each.name: each
    for each in (
        Dialog(name="invite", command=InviteCustomer, place="console"),
        Dialog(name="send-code", command=SendResellerChangeCode, place="console"),
        Dialog(name="use-code", command=ChangeReseller, place="console"),
        Dialog(name="place-pa", command=PlacePA),
        Dialog(name="place-order", command=PlaceOrder, fixed={"order_type": OrderType.NEW}),
        Dialog(
            name="renew",
            command=PlaceOrder,
            fits=_renewable,
            fixed={"order_type": OrderType.RENEWAL, "pa_ids": ()},
        ),
        Dialog(
            name="commit",
            command=CommitThreeYears,
            fits=_committable,
        ),
        Dialog(name="assign-manager", command=AssignManager),
        Dialog(name="resend-invitation", command=ResendInvitation, fits=_pending),
        Dialog(name="delete", command=DeleteCustomer, fits=_without_products, danger=True),
        Dialog(name="accept-terms", command=AcceptTerms, fits=_pending),
        Dialog(
            name="assign-licenses",
            command=AssignLicenses,
            fits=lambda case: _accepted(case) and case.customer.licenses_available > 0,
        ),
        Dialog(
            name="unassign-licenses",
            command=UnassignLicenses,
            fits=lambda case: case.customer.licenses_assigned > 0,
        ),
        Dialog(name="change-owner", command=ChangeAgreementOwner, fits=_accepted),
        Dialog(name="add-administrator", command=AddAdministrator, fits=_accepted),
        Dialog(name="remove-administrator", command=RemoveAdministrator, fits=_accepted),
        Dialog(name="review-level", command=ReviewSelectLevel, fits=_reviewable),
        Dialog(
            name="renew-automatically",
            command=RenewAutomatically,
            fits=_extended,
        ),
        Dialog(name="expire-licenses", command=ExpireLicenses, fits=_expirable, danger=True),
        Dialog(
            name="cancel-pa",
            command=CancelPA,
            place="pa",
            fits=_is(PAStatus.PENDING),
            hidden=("pa_id",),
            danger=True,
        ),
        Dialog(
            name="deactivate",
            command=DeactivateLicenses,
            place="pa",
            fits=_deactivatable,
            hidden=("pa_id",),
            danger=True,
        ),
        Dialog(
            name="return",
            command=RequestReturn,
            place="order",
            fits=_returnable,
            hidden=("order_id",),
        ),
        Dialog(
            name="accept-order",
            command=AcceptOrder,
            place="order",
            fits=_is(OrderStatus.PLACED),
            hidden=("order_id",),
        ),
        Dialog(
            name="reject-order",
            command=RejectOrder,
            place="order",
            fits=_is(OrderStatus.PLACED),
            hidden=("order_id",),
            danger=True,
        ),
        Dialog(
            name="authorize-return",
            command=AuthorizeReturn,
            place="return",
            fits=_is(ReturnStatus.REQUESTED),
            hidden=("return_id",),
        ),
        Dialog(
            name="refuse-return",
            command=RefuseReturn,
            place="return",
            fits=_is(ReturnStatus.REQUESTED),
            hidden=("return_id",),
            danger=True,
        ),
    )
}
"""By the name in their addresses, in the order they are offered."""
