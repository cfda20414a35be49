"""A refusal carries its reason as data: whom, how many, until when; and a sentence made of it."""

from __future__ import annotations

import attrs
import pytest

import vip_domain
from tests.builders import (
    INVITED_AT,
    OWNER,
    VIP,
    accept,
    accept_order,
    assign,
    at,
    authorize_return,
    cancel_pa,
    change_owner,
    commit,
    deactivate,
    delete,
    expire,
    invite,
    lines,
    place_order,
    place_pa,
    place_renewal,
    reject_order,
    request_return,
    review,
    send_code,
    use_code,
)
from tests.given import RULES, given
from vip_domain import (
    AddAdministrator,
    Command,
    CommandRefused,
    RefuseReturn,
    RemoveAdministrator,
    RenewAutomatically,
    ResendInvitation,
    UnassignLicenses,
)
from vip_domain.aggregates.customer import decide

Story = tuple[tuple[Command, ...], Command]

INVITED = (invite(),)
JOINED = (invite(), accept())
PLACED = (*JOINED, place_pa("2026-03-04"))
ORDERED = (*PLACED, place_order("2026-03-10", pa_ids=("PA-1",)))
BOUGHT = (*JOINED, place_order("2026-03-10"), accept_order("2026-03-10"))
RENEWING = (*BOUGHT, place_renewal("2027-02-20", quantity=4))
RETURNING = (*BOUGHT, request_return("2026-03-11", quantity=4))
EXTENDED = (
    invite(anniversary_date="2027-06-01"),
    place_order("2026-03-10"),
    accept_order("2026-03-10"),
)
STRANGER = {"administrator_email": "bo@nord.example"}
COMMITTED = (*BOUGHT, commit("2026-03-11", 10))


def unassign(day: str, quantity: int) -> UnassignLicenses:
    return UnassignLicenses(vip_id=VIP, at=at(day), product="Acrobat Pro", quantity=quantity)


def remove(email: str) -> RemoveAdministrator:
    return RemoveAdministrator(vip_id=VIP, at=INVITED_AT, email=email)


def add(email: str) -> AddAdministrator:
    return AddAdministrator(vip_id=VIP, at=INVITED_AT, email=email)


def resend() -> ResendInvitation:
    return ResendInvitation(vip_id=VIP, at=INVITED_AT, contact_email="bo@nord.example")


def renew(day: str) -> RenewAutomatically:
    return RenewAutomatically(vip_id=VIP, at=at(day))


def refuse_return(return_id: str) -> RefuseReturn:
    return RefuseReturn(vip_id=VIP, at=at("2026-03-12"), return_id=return_id)


SAID: dict[str, tuple[Story, str]] = {
    "nobody was invited": (((), accept()), "CUSTOMER_UNKNOWN: there is no customer 'VIP-0001'"),
    "invited again, otherwise": (
        (INVITED, invite(city="Ystad")),
        "CUSTOMER_EXISTS: the VIP ID 'VIP-0001' is taken",
    ),
    "invited again after deletion": (
        ((*INVITED, delete("2026-03-02")), invite()),
        "CUSTOMER_EXISTS: the VIP ID 'VIP-0001' is taken",
    ),
    "deleted": (
        ((*INVITED, delete("2026-03-02")), accept()),
        "CUSTOMER_DELETED: customer 'VIP-0001' is deleted",
    ),
    "a step back": (
        (PLACED, place_pa("2026-03-02", "PA-2")),
        "OUT_OF_ORDER: 2026-03-02 09:00:00+00:00 is earlier than 2026-03-04 09:00:00+00:00,"
        " the latest moment of this customer's history",
    ),
    "a name with other letters": (
        ((), invite(organization_name="Åkeri AB")),
        "ASCII_NAME_REQUIRED: 'Åkeri AB' needs an organization_name_ascii in ASCII",
    ),
    "a far anniversary": (
        ((), invite(anniversary_date="2029-03-02")),
        "TERM_OUT_OF_RANGE: for COM the anniversary date lies from 2027-04-01 to 2029-03-01",
    ),
    "a farther one of a school": (
        ((), invite(market_segment="EDU", anniversary_date="2030-03-02")),
        "TERM_OUT_OF_RANGE: for EDU the anniversary date lies from 2027-04-01 to 2030-03-01",
    ),
    "resent after acceptance": (
        (JOINED, resend()),
        "NOT_PENDING: the invitation of 'VIP-0001' was accepted",
    ),
    "accepted by another": (
        (JOINED, accept(administrator_email="bo@nord.example")),
        "NOT_PENDING: the invitation of 'VIP-0001' was accepted",
    ),
    "a new owner before there is one": (
        (INVITED, change_owner("bo@nord.example", "2026-03-02")),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "an administrator too early": (
        (INVITED, add("bo@nord.example")),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "no administrator yet to remove": (
        (INVITED, remove("bo@nord.example")),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "licences assigned too early": (
        ((*INVITED, place_pa("2026-03-04")), assign("2026-03-05", 1)),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "a code too early": (
        (INVITED, send_code()),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "a code used too early": (
        (INVITED, use_code(at("2026-03-03"))),
        "NOT_ACCEPTED: the invitation of 'VIP-0001' was not accepted yet",
    ),
    "deleted with products": (
        (PLACED, delete("2026-03-05")),
        "HAS_PRODUCTS: customer 'VIP-0001' has products or requests",
    ),
    "the owner removed": (
        (JOINED, remove(OWNER)),
        "OWNER_IS_ADMINISTRATOR: the agreement owner of 'VIP-0001' cannot be removed as"
        " administrator",
    ),
    "a stranger removed": (
        (JOINED, remove("bo@nord.example")),
        "NOT_AN_ADMINISTRATOR: no administrator of 'VIP-0001' has this e-mail address",
    ),
    "a code for a stranger": (
        (JOINED, send_code(administrator_email="bo@nord.example")),
        "NOT_AN_ADMINISTRATOR: no administrator of 'VIP-0001' has this e-mail address",
    ),
    "a code used by a stranger": (
        ((*JOINED, send_code()), attrs.evolve(use_code(at("2026-03-04")), **STRANGER)),
        "NOT_AN_ADMINISTRATOR: no administrator of 'VIP-0001' has this e-mail address",
    ),
    "a code of the own reseller": (
        (JOINED, send_code(reseller_id="R-1")),
        "SAME_RESELLER: reseller 'R-1' serves this customer already",
    ),
    "a code that expired": (
        ((*JOINED, send_code()), use_code(at("2026-03-07"))),
        "CODE_EXPIRED: the code expired at 2026-03-06 09:00:00+00:00",
    ),
    "a PA after an overdue one": (
        (PLACED, place_pa("2026-03-19", "PA-2")),
        "PA_OVERDUE: PA 'PA-1' is overdue since its due date 2026-03-18",
    ),
    "another PA of the same id": (
        (PLACED, place_pa("2026-03-04", quantity=6)),
        "PA_EXISTS: PA 'PA-1' exists with other content",
    ),
    "no such PA": ((JOINED, cancel_pa("2026-03-05")), "PA_UNKNOWN: there is no PA 'PA-1'"),
    "an ordered PA cancelled": (
        (ORDERED, cancel_pa("2026-03-11")),
        "PA_NOT_PENDING: PA 'PA-1' is ORDERED",
    ),
    "a PA that is not due": (
        (PLACED, deactivate("2026-05-03")),
        "PA_NOT_DUE: PA 'PA-1' is deactivated after 2026-05-03, not before",
    ),
    "a PA whose licences are assigned": (
        ((*PLACED, assign("2026-03-05", 3)), cancel_pa("2026-03-06")),
        "LICENSES_ASSIGNED: 5 unassigned licences of 'Acrobat Pro' are needed, 2 are there",
    ),
    "a return of assigned licences": (
        ((*RETURNING, assign("2026-03-12", 8)), authorize_return("2026-03-12")),
        "LICENSES_ASSIGNED: 4 unassigned licences of 'Acrobat Pro' are needed, 2 are there",
    ),
    "more assigned than available": (
        (PLACED, assign("2026-03-05", 6)),
        "LICENSES_UNAVAILABLE: 6 licences of 'Acrobat Pro' are needed, 5 are there",
    ),
    "assigned without any": (
        (JOINED, assign("2026-03-05", 6)),
        "LICENSES_UNAVAILABLE: 6 licences of 'Acrobat Pro' are needed, 0 are there",
    ),
    "more unassigned than assigned": (
        ((*PLACED, assign("2026-03-05", 3)), unassign("2026-03-06", 4)),
        "LICENSES_UNAVAILABLE: 4 licences of 'Acrobat Pro' are needed, 3 are there",
    ),
    "unassigned without any": (
        (JOINED, unassign("2026-03-06", 4)),
        "LICENSES_UNAVAILABLE: 4 licences of 'Acrobat Pro' are needed, 0 are there",
    ),
    "another order of the same id": (
        (BOUGHT, place_order("2026-03-10", quantity=9)),
        "ORDER_EXISTS: order 'O-1' exists with other content",
    ),
    "no such order": (
        (JOINED, accept_order("2026-03-10")),
        "ORDER_UNKNOWN: there is no order 'O-1'",
    ),
    "an accepted order rejected": (
        (BOUGHT, reject_order("2026-03-11")),
        "ORDER_NOT_PLACED: order 'O-1' is ACCEPTED",
    ),
    "an order too small for its PA": (
        (PLACED, place_order("2026-03-10", quantity=4, pa_ids=("PA-1",))),
        "ORDER_DOES_NOT_COVER_PA: the order has 4 of 'Acrobat Pro', its PAs have 5",
    ),
    "an order without a product of its PA": (
        (
            (*JOINED, attrs.evolve(place_pa("2026-03-04"), lines=lines(1, "Photoshop"))),
            place_order("2026-03-10", pa_ids=("PA-1",)),
        ),
        "ORDER_DOES_NOT_COVER_PA: the order has 0 of 'Photoshop', its PAs have 1",
    ),
    "an order of an unknown PA beside one that is ordered": (
        (ORDERED, place_order("2026-03-11", "O-2", pa_ids=("PA-1", "PA-9"))),
        "PA_UNKNOWN: there is no PA 'PA-9'",
    ),
    "a renewal without a term": (
        (JOINED, place_renewal("2026-03-10")),
        "NOT_RENEWABLE: there is no term to renew",
    ),
    "a renewal too early": (
        (BOUGHT, place_renewal("2027-02-07")),
        "NOT_RENEWABLE: renewal is open from 2027-02-08 to 2027-04-09",
    ),
    "a renewal too late": (
        (BOUGHT, place_renewal("2027-04-10")),
        "NOT_RENEWABLE: renewal is open from 2027-02-08 to 2027-04-09",
    ),
    "a renewal of more than there is, less what waits": (
        (RENEWING, place_renewal("2027-02-21", "R-2", 7)),
        "NOT_RENEWABLE: 'Acrobat Pro' has 6 left to renew",
    ),
    "a renewal of what waits already": (
        ((*BOUGHT, place_renewal("2027-02-20")), place_renewal("2027-02-21", "R-2", 1)),
        "NOT_RENEWABLE: 'Acrobat Pro' has 0 left to renew",
    ),
    "an annual term renewed by itself": (
        (BOUGHT, renew("2027-03-10")),
        "NOT_RENEWABLE: only an extended term renews by itself",
    ),
    "no term to renew by itself": (
        (JOINED, renew("2027-03-10")),
        "NOT_RENEWABLE: there is no term",
    ),
    "an extended term renewed too early": (
        (EXTENDED, renew("2027-05-31")),
        "NOT_RENEWABLE: the extended term runs to 2027-06-01",
    ),
    "an extended term expired": (
        (EXTENDED, expire("2027-07-02")),
        "NOT_RENEWABLE: an extended term renews by itself",
    ),
    "a term expired too early": (
        (BOUGHT, expire("2027-04-09")),
        "NOT_RENEWABLE: renewal is open up to 2027-04-09",
    ),
    "a term expired while a renewal waits": (
        (RENEWING, expire("2027-04-10")),
        "NOT_RENEWABLE: a renewal order waits for the vendor",
    ),
    "a level reviewed without a term": (
        (JOINED, review("2027-02-07")),
        "NOT_REVIEWABLE: there is no term",
    ),
    "a level reviewed too early": (
        (BOUGHT, review("2027-02-06")),
        "NOT_REVIEWABLE: the level is reviewed from 2027-02-07",
    ),
    "a level reviewed again": (
        ((*BOUGHT, review("2027-02-07")), review("2027-02-08")),
        "NOT_REVIEWABLE: the level was reviewed in this term",
    ),
    "a commitment at level 1": (
        (
            (*JOINED, place_order("2026-03-10", quantity=9), accept_order("2026-03-10")),
            commit("2026-03-11", 9),
        ),
        "NOT_SELECT: a three-year commit needs VIP Select level 2, this customer has 1",
    ),
    "a commitment in an extended term": (
        (EXTENDED, commit("2026-03-11", 10)),
        "EXTENDED_TERM: a three-year commit waits until the extended term is over (2027-06-01)",
    ),
    "a commitment to more than there is": (
        (BOUGHT, commit("2026-03-11", 11)),
        "COMMIT_MINIMUM: 11 licences do not fit a commitment, which takes 10 to 10",
    ),
    "a second commitment": (
        (COMMITTED, commit("2026-03-12", 10)),
        "COMMIT_EXISTS: a three-year commit runs through 2029-03-09",
    ),
    "a return below the commitment": (
        (COMMITTED, request_return("2026-03-12", quantity=1)),
        "COMMIT_MINIMUM: 9 licences would be left of a commitment to 10",
    ),
    "a renewal below the commitment": (
        (COMMITTED, place_renewal("2027-02-20", quantity=9)),
        "COMMIT_MINIMUM: 9 licences would be left of a commitment to 10",
    ),
    "another return of the same id": (
        (RETURNING, request_return("2026-03-11", quantity=5)),
        "RETURN_EXISTS: return 'RT-1' exists with other content",
    ),
    "a return of no order": (
        (JOINED, request_return("2026-03-11")),
        "ORDER_UNKNOWN: there is no order 'O-1'",
    ),
    "a return of an order that waits": (
        (ORDERED, request_return("2026-03-11")),
        "NOT_RETURNABLE: order 'O-1': the vendor has not accepted it",
    ),
    "a return of a renewal": (
        ((*RENEWING, accept_order("2027-02-21", "R-1")), request_return("2027-02-22", "R-1")),
        "NOT_RETURNABLE: order 'R-1': only a NEW order can be returned",
    ),
    "a return too late": (
        (BOUGHT, request_return("2026-03-25")),
        "NOT_RETURNABLE: order 'O-1': it could be returned up to 2026-03-24",
    ),
    "a return of what is requested already": (
        ((*BOUGHT, request_return("2026-03-11")), request_return("2026-03-12", return_id="RT-2")),
        "NOT_RETURNABLE: order 'O-1': nothing is left to return",
    ),
    "a return of more than is left": (
        (RETURNING, request_return("2026-03-12", return_id="RT-2", quantity=7)),
        "NOT_RETURNABLE: order 'O-1': 6 of 'Acrobat Pro' are left",
    ),
    "a return of another product than was ordered": (
        (BOUGHT, attrs.evolve(request_return("2026-03-12"), lines=lines(1, "Photoshop"))),
        "NOT_RETURNABLE: order 'O-1': 0 of 'Photoshop' are left",
    ),
    "no such return": (
        (BOUGHT, refuse_return("RT-9")),
        "RETURN_UNKNOWN: there is no return 'RT-9'",
    ),
    "an authorized return refused": (
        ((*RETURNING, authorize_return("2026-03-12")), refuse_return("RT-1")),
        "RETURN_NOT_REQUESTED: return 'RT-1' is AUTHORIZED",
    ),
}


@pytest.mark.parametrize("what", SAID)
def test_a_refusal_says_whom_it_is_about_and_why(what: str) -> None:
    (done, asked), said = SAID[what]
    customer = given(*done)
    with pytest.raises(CommandRefused) as refused:
        decide(asked, customer, RULES)
    assert str(refused.value) == said


def test_a_sixth_code_of_a_day_is_refused_with_the_day_and_how_many_there_may_be() -> None:
    """
    S62: whichever customer they are for.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many(JOINED, actor="anna")
        vip.execute_many([send_code(code=f"SECRET-{n}") for n in range(5)], actor="petra")
        with pytest.raises(CommandRefused) as refused:
            vip.execute(send_code(code="SECRET-6"), actor="petra")
    assert str(refused.value) == "CODE_LIMIT: reseller 'R-2' has sent its 5 codes of 2026-03-03"


def test_an_owner_that_is_taken_is_refused_with_the_agreement_they_own() -> None:
    """
    S89: of exactly the same organisation name.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many([*JOINED, invite(vip_id="VIP-2")], actor="anna")
        with pytest.raises(CommandRefused) as refused:
            vip.execute(accept(vip_id="VIP-2"), actor="anna")
    assert str(refused.value) == (
        "OWNER_TAKEN: this person owns 'VIP-0001', another agreement of the same organisation name"
    )
