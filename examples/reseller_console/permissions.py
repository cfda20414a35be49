"""Who may ask for what, and what a refusal may tell of customers that others serve."""

from __future__ import annotations

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
    Command,
    CommandRefused,
    CommitThreeYears,
    DeactivateLicenses,
    DeleteCustomer,
    ExpireLicenses,
    InviteCustomer,
    PlaceOrder,
    PlacePA,
    RefuseReturn,
    RejectOrder,
    RemoveAdministrator,
    RenewAutomatically,
    RequestReturn,
    ResendInvitation,
    ReviewSelectLevel,
    SendResellerChangeCode,
    UnassignLicenses,
)

OF_RESELLERS: tuple[type, ...] = (
    InviteCustomer,
    ResendInvitation,
    DeleteCustomer,
    AssignManager,
    PlacePA,
    CancelPA,
    PlaceOrder,
    RequestReturn,
    CommitThreeYears,
    SendResellerChangeCode,
    ChangeReseller,
)
"""What a reseller asks for."""

OF_OTHERS: tuple[type, ...] = (
    AcceptTerms,
    ChangeAgreementOwner,
    AddAdministrator,
    RemoveAdministrator,
    AssignLicenses,
    UnassignLicenses,
    AcceptOrder,
    RejectOrder,
    AuthorizeReturn,
    RefuseReturn,
    DeactivateLicenses,
    RenewAutomatically,
    ExpireLicenses,
    ReviewSelectLevel,
)
"""What customers and the vendor do elsewhere; the demo's vendor desk plays them."""


class NotYours(CommandRefused):
    """The user may not ask for this; says nothing of what there is elsewhere."""

    code = "NOT_ALLOWED"
    _text = "this is not for you to do"


class NoSuchCode(CommandRefused):
    """One answer for every way in which a code of a customer of others can be wrong."""

    code = "CODE_INVALID"
    _text = "no customer with this VIP ID has this administrator and this code"


class NoSuchAdministrator(CommandRefused):
    """One answer for every way in which somebody else's customer cannot be sent a code."""

    code = "NOT_AN_ADMINISTRATOR"
    _text = "no customer with this VIP ID has an administrator with this e-mail address"


class OwnerElsewhere(CommandRefused):
    """The other agreement is not named: it may be another reseller's."""

    code = "OWNER_TAKEN"
    _text = "this person owns another agreement of the same organisation name"


TELLING = {
    "CUSTOMER_UNKNOWN",
    "CUSTOMER_DELETED",
    "NOT_ACCEPTED",
    "NOT_AN_ADMINISTRATOR",
    "OUT_OF_ORDER",
    "CODE_INVALID",
}
"""Refusals that would tell something of another reseller's customer."""


def told(command: Command, refused: CommandRefused) -> CommandRefused:
    """What the user hears of a refusal."""
    if refused.code == "OWNER_TAKEN":
        return OwnerElsewhere()
    if refused.code not in TELLING:
        return refused
    match command:
        case SendResellerChangeCode():
            return NoSuchAdministrator()
        case ChangeReseller():
            return NoSuchCode()
        case _:
            return refused
