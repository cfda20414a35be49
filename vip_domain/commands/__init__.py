"""Intents: one class for everything that can be asked of a customer, valid or not there at all."""

from __future__ import annotations

from typing import get_args

from vip_domain.commands.erasure import ErasePersonalData
from vip_domain.commands.intent import Intent
from vip_domain.commands.licences import AssignLicenses, UnassignLicenses
from vip_domain.commands.membership import (
    AcceptTerms,
    AddAdministrator,
    AssignManager,
    ChangeAgreementOwner,
    DeleteCustomer,
    InviteCustomer,
    RemoveAdministrator,
    ResendInvitation,
)
from vip_domain.commands.purchasing import (
    AcceptOrder,
    AuthorizeReturn,
    CancelPA,
    DeactivateLicenses,
    PlaceOrder,
    PlacePA,
    RefuseReturn,
    RejectOrder,
    RequestReturn,
)
from vip_domain.commands.reseller_change import ChangeReseller, SendResellerChangeCode
from vip_domain.commands.terms import (
    CommitThreeYears,
    ExpireLicenses,
    RenewAutomatically,
    ReviewSelectLevel,
)

Command = (
    InviteCustomer
    | ResendInvitation
    | DeleteCustomer
    | AcceptTerms
    | ChangeAgreementOwner
    | AddAdministrator
    | RemoveAdministrator
    | AssignManager
    | PlacePA
    | CancelPA
    | DeactivateLicenses
    | PlaceOrder
    | AcceptOrder
    | RejectOrder
    | RequestReturn
    | AuthorizeReturn
    | RefuseReturn
    | AssignLicenses
    | UnassignLicenses
    | RenewAutomatically
    | ExpireLicenses
    | ReviewSelectLevel
    | CommitThreeYears
    | SendResellerChangeCode
    | ChangeReseller
    | ErasePersonalData
)

COMMANDS: tuple[type[Intent], ...] = tuple(
    command for command in get_args(Command) if command is not ErasePersonalData
)
"""What is asked for by name; an erasure is asked for by `forget`."""

__all__ = [
    "COMMANDS",
    "AcceptOrder",
    "AcceptTerms",
    "AddAdministrator",
    "AssignLicenses",
    "AssignManager",
    "AuthorizeReturn",
    "CancelPA",
    "ChangeAgreementOwner",
    "ChangeReseller",
    "Command",
    "CommitThreeYears",
    "DeactivateLicenses",
    "DeleteCustomer",
    "ErasePersonalData",
    "ExpireLicenses",
    "Intent",
    "InviteCustomer",
    "PlaceOrder",
    "PlacePA",
    "RefuseReturn",
    "RejectOrder",
    "RemoveAdministrator",
    "RenewAutomatically",
    "RequestReturn",
    "ResendInvitation",
    "ReviewSelectLevel",
    "SendResellerChangeCode",
    "UnassignLicenses",
]
