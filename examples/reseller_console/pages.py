"""The pages for people to read: the list with its filters, and a customer with all its details."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import attrs
from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console import charts, words
from examples.reseller_console.asked import Asked
from examples.reseller_console.desk import Desk
from examples.reseller_console.dialogs import DIALOGS, Case, Dialog
from examples.reseller_console.door import form_token, page_desk
from examples.reseller_console.language import shown
from examples.reseller_console.moments import Moment, moment_of
from examples.reseller_console.permissions import OF_RESELLERS
from vip_domain import Recorded
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
        offered=lambda place, customer=None, thing=None: offered(
            desk, place, asked.on, customer, thing
        ),
        **values,
    )


def offered(desk: Desk, place: str, on: date, customer: Any, thing: Any) -> list[Dialog]:
    """The dialogs that fit at a place of the page, for this user."""
    case = Case(customer=customer, thing=thing, on=on, rules=desk.rules)
    return [
        each
        for each in DIALOGS.values()
        if each.place == place and desk.may(each.command) and each.fits(case)
    ]


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
    end = request.app.state.log_end.position
    if asked.as_of == end:
        asked = attrs.evolve(asked, as_of_text="")
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
        end=end,
        moment=_moment(desk, asked),
        deleted=request.query_params.get("done") == "deleted",
    )


@pages.get("/overview")
def overview(request: Request, desk: TheDesk) -> Response:
    """The renewal calendar, and how old requests are, as pictures and as tables."""
    asked = asked_of(request, desk)
    return page(
        request,
        desk,
        asked,
        "overview.html",
        renewals=charts.bars(charts.renewals(desk, asked.on, mine=asked.mine)),
        ages=charts.bars(charts.ages(desk, asked.on, mine=asked.mine)),
        box=(charts.WIDTH, charts.HEIGHT, charts.FLOOR),
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
        done=[each for each in history if _is_of(request, desk, each)],
        fields=FIELDS,
        ours=OF_RESELLERS,
    )


def _moment(desk: Desk, asked: Asked) -> Moment | None:
    return moment_of(desk.vip, asked.as_of) if isinstance(asked.as_of, int) else None


def _is_of(request: Request, desk: Desk, recorded: Recorded[Any]) -> bool:
    """Whether it is what the dialog before this page came to."""
    key = request.query_params.get("done")
    return key is not None and recorded.command_id == desk.filed(key)
