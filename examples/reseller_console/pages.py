"""The pages for people to read: the list with its filters, and a customer with all its details."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console import words
from examples.reseller_console.asked import Asked
from examples.reseller_console.desk import Desk
from examples.reseller_console.door import form_token, page_desk
from examples.reseller_console.language import shown
from vip_domain.projections.customers import FILTERS, ORDERS

FIELDS = (
    "vip_id", "owner_name", "owner_email", "invitation_status", "offer_type", "market_segment",
    "managed_by", "anniversary_date", "renews_on", "term_type", "select_level",
    "commit_minimum", "commit_ends_on", "invited_on", "accepted_on",
)  # fmt: skip
"""What the details begin with (S63 to S90)."""

pages = APIRouter(include_in_schema=False)
TheDesk = Annotated[Desk, Depends(page_desk)]


def page(request: Request, desk: Desk, asked: Asked, template: str, **values: Any) -> Response:
    """A page for somebody who is signed in."""
    return shown(
        request,
        template,
        values.pop("status", 200),
        desk=desk,
        asked=asked,
        form_token=form_token(request),
        filters=tuple(FILTERS),
        **values,
    )


def asked_of(request: Request, desk: Desk) -> Asked:
    """What this request asks for. Raises `InvalidQuery`."""
    return Asked.of(request.query_params, desk.today)


@pages.get("/")
def home() -> Response:
    return RedirectResponse("/customers", 303)


@pages.get("/customers")
def customers(request: Request, desk: TheDesk) -> Response:
    """The list of one filter, all filters with their counts beside it."""
    asked = asked_of(request, desk)
    found = desk.customers(
        asked.filter,
        on=asked.on,
        mine=asked.mine,
        search=asked.search,
        order_by=asked.order_by,
        after=asked.after,
        as_of=asked.as_of,
    )
    return page(
        request,
        desk,
        asked,
        "customers.html",
        counts=desk.counts(on=asked.on, mine=asked.mine, as_of=asked.as_of),
        orders=tuple(ORDERS),
        rows=found.rows,
        next=found.next,
        days=lambda day: words.days_from(asked.on, day),
    )


@pages.get("/customers.csv")
def download(request: Request, desk: TheDesk) -> Response:
    """The list as a file (S7, S8)."""
    asked = asked_of(request, desk)
    lines = desk.csv(on=asked.on, filter=asked.filter, mine=asked.mine, as_of=asked.as_of)
    headers = {"Content-Disposition": f'attachment; filename="{asked.filter}-{asked.on}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@pages.get("/customers/{vip_id}")
def customer(request: Request, desk: TheDesk, vip_id: str) -> Response:
    """A customer's details, history, and why it is where it is."""
    asked = asked_of(request, desk)
    history = desk.history(vip_id, as_of=asked.as_of)
    return page(
        request,
        desk,
        asked,
        "customer.html",
        customer=desk.customer(vip_id, on=asked.on, as_of=asked.as_of),
        explanations=desk.explain(vip_id, on=asked.on, as_of=asked.as_of),
        history=history[::-1],
        fields=FIELDS,
    )
