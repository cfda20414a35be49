"""The JSON API: the same lists and commands for programs, problems that carry codes and fields."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from tests.console.conftest import ANNA, TODAY, US, Person, visitor
from vip_domain import VipDomain

ON = TODAY.isoformat()
NOW = "2026-11-25T09:00:00Z"
INVITATION = {
    "command": "InviteCustomer",
    "at": NOW,
    "organization_name": "Nord AB",
    "market_segment": "COM",
    "offer_type": "TEAM",
    "country": "SE",
    "region": "Skåne",
    "address": "Storgatan 1",
    "city": "Lund",
    "postal_code": "222 22",
    "contact_name": "Eva Ek",
    "contact_email": "eva.ek@nord.example",
    "managed_by": ANNA,
}


def send(person: Person, command: dict[str, Any], key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return person.program.post("/api/v1/commands", json=command, headers=headers)


def pa_of(vip_id: str, **changes: Any) -> dict[str, Any]:
    lines = [{"product": "Acrobat Pro", "quantity": 4}]
    command = {"command": "PlacePA", "vip_id": vip_id, "at": NOW, "pa_id": "PA-X", "lines": lines}
    return command | changes


def test_a_list_is_the_librarys_page(reader: Person, shelf: VipDomain) -> None:
    """
    Rows with all columns of the contract, and the cursor of the next page.
    """
    page = shelf.customers("all_customers", reseller_id=US, on=TODAY, limit=10)
    answer = reader.program.get("/api/v1/customers", params={"on": ON, "limit": 10})
    rows = [row.to_dict() for row in page.rows]
    assert answer.json() == {"customers": rows, "next": page.next}


def test_counts_details_explanations_history_and_renewals_answer(
    reader: Person, shelf: VipDomain
) -> None:
    """
    Each with what the library says.
    """
    get = reader.program.get
    vip_id = shelf.customers("ready_for_renewal", reseller_id=US, on=TODAY).rows[0].vip_id
    one = f"/api/v1/customers/{vip_id}"
    assert get("/api/v1/counts", params={"on": ON}).json() == shelf.counts(reseller_id=US, on=TODAY)
    assert get(one, params={"on": ON}).json() == shelf.customer(vip_id, on=TODAY).to_dict()
    why = get(f"{one}/explanations", params={"on": ON}).json()
    assert [name for name, each in why.items() if each["listed"]][-1] == "ready_for_renewal"
    assert len(get(f"{one}/history").json()) == len(shelf.history(vip_id))
    months = get("/api/v1/renewals", params={"first": ON, "last": "2027-11-25"}).json()
    assert sum(month["customers"] for month in months) > 0


def test_an_invitation_gets_its_vip_id_here(anna: Person) -> None:
    """
    The reseller is the user's, and the actor is the user.
    """
    receipt = send(anna, INVITATION).json()
    details = anna.program.get(f"/api/v1/customers/{receipt['vip_id']}", params={"on": ON}).json()
    history = anna.program.get(f"/api/v1/customers/{receipt['vip_id']}/history").json()
    assert (details["reseller_id"], history[0]["actor"]) == (US, ANNA)


def test_a_command_with_a_key_counts_once(anna: Person) -> None:
    """
    `Idempotency-Key` is the library's `command_id`: the same answer again, also the VIP ID.
    """
    first, again = (send(anna, INVITATION, key="invite-1").json() for _ in range(2))
    assert first == again


def test_a_key_of_another_command_is_a_conflict(anna: Person) -> None:
    """
    It is bound to the whole command.
    """
    send(anna, INVITATION, key="invite-1")
    answer = send(anna, INVITATION | {"city": "Malmö"}, key="invite-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "COMMAND_ID_REUSED")


def test_a_refusal_is_a_problem_with_its_code(anna: Person) -> None:
    """
    RFC 9457, with the code of the contract beside its members.
    """
    vip_id = send(anna, INVITATION).json()["vip_id"]
    answer = send(anna, {"command": "CancelPA", "vip_id": vip_id, "at": NOW, "pa_id": "PA-1"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:vip-domain:pa-unknown",
        "title": "Conflict",
        "status": 409,
        "code": "PA_UNKNOWN",
        "detail": "there is no PA 'PA-1'",
    }


def test_all_wrong_fields_are_told_at_once(anna: Person) -> None:
    """
    Each with its problem.
    """
    wrong = INVITATION | {"city": " ", "country": "Sweden", "market_segment": "ALL"}
    answer = send(anna, wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"city", "country", "market_segment"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"at": "2026-11-20T09:00Z"}, "at"), ({"managed_by": "petra.holm"}, "managed_by")],
)
def test_what_the_console_asks_beyond_the_library(
    anna: Person, changes: dict[str, str], field: str
) -> None:
    """
    A moment near the clock, and a manager of the own team.
    """
    answer = send(anna, INVITATION | changes)
    assert [*answer.json()["errors"]] == [field]


def test_an_unknown_customer_is_not_found(anna: Person) -> None:
    """
    Whether it is asked about or commanded.
    """
    asked = anna.program.get("/api/v1/customers/NOBODY", params={"on": ON})
    told = send(anna, pa_of("NOBODY"))
    assert [(each.status_code, each.json()["code"]) for each in (asked, told)] == [
        (404, "CUSTOMER_UNKNOWN")
    ] * 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/customers", 422),
        ("/api/v1/customers?on=soon", 422),
        (f"/api/v1/customers?on={ON}&filter=none", 422),
        (f"/api/v1/customers?on={ON}&known_at=2026-01-01T00:00:00", 422),
        (f"/api/v1/customers?on={ON}&position=1000000", 422),
        ("/api/v1/nothing", 404),
    ],
)
def test_an_odd_question_is_a_problem(reader: Person, path: str, status: int) -> None:
    """
    In the same form as a refusal.
    """
    answer = reader.program.get(path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'{"command": "Nothing"}'])
def test_a_body_that_is_no_command_is_a_problem(anna: Person, body: bytes) -> None:
    """
    Never an error of the server.
    """
    headers = {"Content-Type": "application/json"}
    answer = anna.program.post("/api/v1/commands", content=body, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


def test_nobody_is_told_anything_without_a_session(app: FastAPI) -> None:
    """
    Whatever is asked.
    """
    guest = visitor(app)
    answers = [
        guest.get("/api/v1/customers", params={"on": ON}),
        guest.get("/api/v1/counts", headers={"Authorization": "Bearer x.y"}),
        guest.post("/api/v1/commands", json=INVITATION),
        guest.post("/api/v1/session", json={"name": ANNA, "password": "guess"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (401, "NOT_SIGNED_IN")
    ] * 4
