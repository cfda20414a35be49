"""Which streams a command touches: the customer's, and where a rule spans customers one more."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import assert_never, cast

import attrs

from vip_domain import commands, events
from vip_domain.aggregates import customer as customers
from vip_domain.aggregates import daily_codes, owner_claim
from vip_domain.aggregates.customer import Customer, CustomerState
from vip_domain.aggregates.daily_codes import NONE_SENT, DailyCodes
from vip_domain.aggregates.owner_claim import FREE, OwnerClaim
from vip_domain.commands import Command
from vip_domain.events import ClaimEvent, CodeCounted, CustomerEvent, Event
from vip_domain.rules import ProgramRules, utc_date
from vip_domain.values import email_key

CUSTOMER, OWNER, CODES = "customer-", "owner-", "codes-"

StreamState = CustomerState | OwnerClaim | DailyCodes


@attrs.frozen
class Claim:
    """The customer needs the owner's claim in `stream_id`."""

    stream_id: str


@attrs.frozen
class Release:
    """The customer gives the owner's claim in `stream_id` back."""

    stream_id: str


@attrs.frozen
class CountCode:
    """The reseller sends one more code of its day."""

    stream_id: str
    reseller_id: str
    day: date


Reservation = Claim | Release | CountCode


def customer_stream(vip_id: str) -> str:
    """The history of one customer."""
    return CUSTOMER + vip_id


def owner_stream(email: str, organization: str, secret: bytes = b"") -> str:
    """
    The claim of one person on one organisation name; its id tells neither.

    Without a secret, who guesses both can see that they are right.
    """
    person = email_key(email)
    if "\n" in person:
        # No two pairs share a claim, and those on record, whose addresses have none, keep theirs.
        person = f"\n{len(person)}\n{person}"
    key = f"{person}\n{organization}".encode()
    if not secret:
        return OWNER + sha256(key).hexdigest()
    return f"{OWNER}k{hmac.digest(secret, key, 'sha256').hex()}"


def codes_stream(reseller_id: str, day: date) -> str:
    """The codes one reseller sent on one UTC day."""
    return f"{CODES}{day.isoformat()}-{reseller_id}"


def initial(stream_id: str) -> StreamState:
    """The state of a stream nothing was recorded in."""
    if stream_id.startswith(CUSTOMER):
        return customers.INITIAL
    return FREE if stream_id.startswith(OWNER) else NONE_SENT


def fold(state: StreamState, facts: Iterable[Event]) -> StreamState:
    """The state of any stream after `facts`."""
    match state:
        case OwnerClaim():
            return owner_claim.fold(cast("Iterable[ClaimEvent]", facts), state)
        case DailyCodes():
            return daily_codes.fold(cast("Iterable[CodeCounted]", facts), state)
        case _:
            return customers.fold(cast("Iterable[CustomerEvent]", facts), state)


RESERVING = frozenset(
    {
        events.Accepted,
        events.AgreementOwnerChanged,
        events.Deleted,
        events.PersonalDataErased,
        events.ResellerChangeCodeSent,
    }
)
"""Facts that concern more than the customer; most do not, and are passed over at once."""


def reservations(
    state: CustomerState, facts: Sequence[CustomerEvent], secret: bytes = b""
) -> Iterable[Reservation]:
    """What `facts` about the customer in `state` need of the streams that span customers."""
    if not isinstance(state, Customer) or RESERVING.isdisjoint(map(type, facts)):
        return ()
    return _reservations(state, facts, secret)


def _reservations(
    state: Customer, facts: Sequence[CustomerEvent], secret: bytes
) -> Iterator[Reservation]:
    for fact in facts:
        match fact:
            case events.Accepted() | events.AgreementOwnerChanged():
                wanted = owner_stream(fact.owner_email, state.organization, secret)
                held = _held(state, secret)
                if held is not None and held != wanted:
                    yield Release(held)
                yield Claim(wanted)
            case events.Deleted() | events.PersonalDataErased():
                if (held := _held(state, secret)) is not None:
                    yield Release(held)
            case events.ResellerChangeCodeSent(reseller_id=reseller_id):
                day = utc_date(fact.at)
                yield CountCode(codes_stream(reseller_id, day), reseller_id, day)
            case _:
                pass


def _held(customer: Customer, secret: bytes) -> str | None:
    owner = customer.owner
    return None if owner is None else owner_stream(owner.email, customer.organization, secret)


def foreseen(
    some: Iterable[Command], known: Callable[[str], StreamState], secret: bytes = b""
) -> Iterator[str]:
    """
    The streams that commands will probably need beside their customers', as these are now.

    `known` gives the state of a stream as far as it was read. It is for reading them together, so
    it may miss some and name others that are not needed.
    """
    invited: dict[str, str] = {}
    for command in some:
        match command:
            case commands.InviteCustomer():
                invited[command.vip_id] = command.organization_name.strip()
            case (
                commands.AcceptTerms(administrator_email=email)
                | commands.ChangeAgreementOwner(email=email)
            ):
                state = known(customer_stream(command.vip_id))
                if isinstance(state, Customer):
                    yield owner_stream(email, state.organization, secret)
                elif command.vip_id in invited:
                    yield owner_stream(email, invited[command.vip_id], secret)
            case commands.SendResellerChangeCode(reseller_id=reseller_id):
                yield codes_stream(reseller_id, utc_date(command.at))
            case _:
                pass


def reserve(
    reservation: Reservation,
    command: Command,
    state: StreamState,
    rules: ProgramRules,
) -> tuple[Event, ...]:
    """The facts a reservation records; raises `OwnerTaken` or `CodeLimit`."""
    match reservation:
        case Claim():
            return owner_claim.claim(command.vip_id, command.at, cast(OwnerClaim, state))
        case Release():
            return owner_claim.release(command.vip_id, command.at, cast(OwnerClaim, state))
        case CountCode(reseller_id=reseller_id, day=day):
            codes = cast(DailyCodes, state)
            return daily_codes.count_code(
                reseller_id, day, command.vip_id, command.at, codes, rules
            )
        case _:
            assert_never(reservation)
