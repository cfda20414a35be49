"""Facts by chapter: what happened, in the business's words, and the envelope they are filed in."""

from __future__ import annotations

from vip_domain.events.across import CodeCounted, OwnerClaimed, OwnerReleased
from vip_domain.events.envelope import Recorded, Unreadable
from vip_domain.events.erasure import PersonalDataErased
from vip_domain.events.fact import Fact, personal_fields
from vip_domain.events.licences import LicensesAssigned, LicensesUnassigned
from vip_domain.events.membership import (
    Accepted,
    AdministratorAdded,
    AdministratorRemoved,
    AgreementOwnerChanged,
    Deleted,
    InvitationResent,
    Invited,
    ManagerAssigned,
)
from vip_domain.events.purchasing import (
    LicensesDeactivated,
    OrderAccepted,
    OrderPlaced,
    OrderRejected,
    PACancelled,
    PAPlaced,
    ReturnAuthorized,
    ReturnRefused,
    ReturnRequested,
)
from vip_domain.events.reseller_change import ResellerChangeCodeSent, ResellerChanged
from vip_domain.events.terms import (
    AnniversaryDateCleared,
    AnniversaryDateSet,
    CustomerLapsed,
    LicensesExpired,
    SelectLevelReached,
    SelectLevelReviewed,
    TermRenewed,
    TermRolled,
    TermStarted,
    ThreeYearCommitStarted,
)

CustomerChange = (
    InvitationResent
    | Accepted
    | AgreementOwnerChanged
    | AdministratorAdded
    | AdministratorRemoved
    | ManagerAssigned
    | PAPlaced
    | PACancelled
    | LicensesDeactivated
    | OrderPlaced
    | OrderAccepted
    | OrderRejected
    | ReturnRequested
    | ReturnAuthorized
    | ReturnRefused
    | LicensesAssigned
    | LicensesUnassigned
    | AnniversaryDateSet
    | AnniversaryDateCleared
    | TermStarted
    | TermRenewed
    | LicensesExpired
    | TermRolled
    | CustomerLapsed
    | SelectLevelReached
    | SelectLevelReviewed
    | ThreeYearCommitStarted
    | ResellerChangeCodeSent
    | ResellerChanged
    | PersonalDataErased
)
"""What may happen to a customer that is there, and still is after it."""

CustomerEvent = Invited | Deleted | CustomerChange
ClaimEvent = OwnerClaimed | OwnerReleased
Event = CustomerEvent | ClaimEvent | CodeCounted
Logged = Recorded[Event] | Unreadable
"""What stands at a position of the log."""

__all__ = [
    "Accepted",
    "AdministratorAdded",
    "AdministratorRemoved",
    "AgreementOwnerChanged",
    "AnniversaryDateCleared",
    "AnniversaryDateSet",
    "ClaimEvent",
    "CodeCounted",
    "CustomerChange",
    "CustomerEvent",
    "CustomerLapsed",
    "Deleted",
    "Event",
    "Fact",
    "InvitationResent",
    "Invited",
    "LicensesAssigned",
    "LicensesDeactivated",
    "LicensesExpired",
    "LicensesUnassigned",
    "Logged",
    "ManagerAssigned",
    "OrderAccepted",
    "OrderPlaced",
    "OrderRejected",
    "OwnerClaimed",
    "OwnerReleased",
    "PACancelled",
    "PAPlaced",
    "PersonalDataErased",
    "Recorded",
    "ResellerChangeCodeSent",
    "ResellerChanged",
    "ReturnAuthorized",
    "ReturnRefused",
    "ReturnRequested",
    "SelectLevelReached",
    "SelectLevelReviewed",
    "TermRenewed",
    "TermRolled",
    "TermStarted",
    "ThreeYearCommitStarted",
    "Unreadable",
    "personal_fields",
]
