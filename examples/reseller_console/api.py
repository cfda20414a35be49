"""The JSON API: the same questions and commands, for programs of the reseller."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import attrs
from fastapi import APIRouter, Body, Depends, Header, Query, Request
from pydantic import BaseModel, Field

from examples.reseller_console.changes import Told, told
from examples.reseller_console.desk import AsOf, Desk
from examples.reseller_console.door import api_desk
from examples.reseller_console.problems import problem
from examples.reseller_console.schema import any_command
from vip_domain import Receipt, timeline
from vip_domain.words import Language

MOST_POSITION = 2**63 - 1

Answer = dict[str, Any]
TheDesk = Annotated[Desk, Depends(api_desk)]
Position = Annotated[int | None, Query(ge=0, le=MOST_POSITION)]
Known = Annotated[datetime | None, Query(description="An instant with its offset from UTC.")]
Key = Annotated[str | None, Header(min_length=1, max_length=200)]


class Problem(BaseModel):
    """RFC 9457, with the refusal's code and the problems of single fields."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, str] = Field(default_factory=dict)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for status, text in (
        (400, "The body is no JSON."),
        (401, "Nobody is signed in."),
        (403, "Not for this user."),
        (404, "There is no such customer."),
        (409, "Refused: `code` says why."),
        (422, "Some fields are wrong: `errors` says which."),
        (503, "The store cannot be used."),
    )
}

api = APIRouter(prefix="/api/v1", responses=PROBLEMS)


class Credentials(BaseModel):
    """Whom to begin a session for."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=200)


def moment(position: int | None, known: datetime | None) -> AsOf:
    """What a question is as of."""
    return known if position is None else position


@api.post("/session", status_code=201)
def begin(request: Request, credentials: Credentials) -> Any:
    """A bearer token for `Authorization`, good for eight hours."""
    user = request.app.state.users.signed_in(credentials.name, credentials.password)
    if user is None:
        return problem(401, "NOT_SIGNED_IN", "Name or password is wrong.")
    return {"token": request.app.state.sessions.begin(user.name), "reseller_id": user.reseller_id}


@api.get("/customers")
def customers(
    desk: TheDesk,
    on: date,
    filter: str = "all_customers",
    mine: bool = False,
    search: str | None = None,
    order_by: str = "organization_name",
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    after: str | None = None,
    position: Position = None,
    known_at: Known = None,
) -> Answer:
    """One page of a filter; `next` is the cursor of the page after it."""
    page = desk.customers(
        filter,
        on=on,
        mine=mine,
        search=search,
        order_by=order_by,
        limit=limit,
        after=after,
        as_of=moment(position, known_at),
    )
    return {"customers": [row.to_dict() for row in page.rows], "next": page.next}


@api.get("/counts")
def counts(
    desk: TheDesk,
    on: date,
    mine: bool = False,
    position: Position = None,
    known_at: Known = None,
) -> dict[str, int]:
    """How many customers each filter has."""
    return desk.counts(on=on, mine=mine, as_of=moment(position, known_at))


@api.get("/customers/{vip_id}")
def customer(
    desk: TheDesk, vip_id: str, on: date, position: Position = None, known_at: Known = None
) -> Answer:
    """All details of a customer."""
    return desk.customer(vip_id, on=on, as_of=moment(position, known_at)).to_dict()


@api.get("/customers/{vip_id}/explanations")
def explanations(
    desk: TheDesk,
    vip_id: str,
    on: date,
    position: Position = None,
    known_at: Known = None,
    language: Language = "en",
) -> Answer:
    """For every filter whether the customer is in it, and why."""
    found = desk.explain(vip_id, on=on, as_of=moment(position, known_at))
    return {
        name: {
            "listed": each.listed,
            "rule": each.rule.said(language),
            "reasons": [reason.text.said(language) for reason in each.deciding],
        }
        for name, each in found.items()
    }


@api.get("/customers/{vip_id}/history")
def history(desk: TheDesk, vip_id: str, language: Language = "en") -> list[Answer]:
    """What happened, the earliest first."""
    return [
        {
            "version": each.version,
            "position": each.position,
            "event": type(each.event).__name__,
            "at": each.event.at.isoformat(),
            "actor": each.actor,
            "text": timeline([each])[0].text.said(language),
        }
        for each in desk.history(vip_id)
    ]


@api.get("/changes")
def changes(
    desk: TheDesk,
    on: date,
    since: Annotated[int, Query(ge=0, le=MOST_POSITION)],
    to: Position = None,
    from_on: date | None = None,
    filter: str = "all_customers",
    mine: bool = False,
    language: Language = "en",
) -> Answer:
    """Who entered a list since a log position and who left it, when and why."""
    said = desk.diff(filter, since=since, to=to, on=on, from_on=from_on or on, mine=mine)
    return {
        "from": said.from_,
        "to": said.to,
        "entered": [_change(each) for each in told(desk, said.entered, on, language)],
        "left": [_change(each) for each in told(desk, said.left, on, language)],
    }


def _change(each: Told) -> Answer:
    return {
        "vip_id": each.vip_id,
        "organization_name": each.name,
        "on": each.when,
        "why": each.why,
    }


@api.get("/renewals")
def renewals(desk: TheDesk, first: date, last: date, mine: bool = False) -> list[Answer]:
    """Per month who renews, and how many licences."""
    return [attrs.asdict(each) for each in desk.renewals(first=first, last=last, mine=mine)]


@api.post(
    "/commands",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": any_command()}}}},
)
def execute(
    desk: TheDesk,
    command: Annotated[dict[str, Any], Body()],
    idempotency_key: Key = None,
) -> Answer:
    """
    Execute a command of the contract; with an `Idempotency-Key` as often as you like.

    The reseller is the user's. `InviteCustomer` has no `vip_id`: it is issued.
    """
    return _receipt(desk.execute(command, key=idempotency_key))


def _receipt(receipt: Receipt) -> Answer:
    return {
        "vip_id": receipt.vip_id,
        "version": receipt.version,
        "position": receipt.position,
        "events": [type(event).__name__ for event in receipt.events],
    }
