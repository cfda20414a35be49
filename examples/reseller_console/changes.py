"""What changed between two moments: who entered a list and who left it, and what made it so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console.asked import Asked
from examples.reseller_console.desk import Desk, served
from examples.reseller_console.language import language_of
from examples.reseller_console.moments import moment_of
from examples.reseller_console.pages import TheDesk, asked_of, page
from examples.reseller_console.words import say
from vip_domain import ByTime, Change, timeline
from vip_domain.words import Language

changes = APIRouter(include_in_schema=False)

MOST = 200
"""So many of each are told one by one."""


@attrs.frozen(kw_only=True)
class Told:
    """A change in words: when and why it came; `linked` if the customer's page can be opened."""

    vip_id: str
    name: str
    when: str
    why: str
    linked: bool


@changes.get("/changes")
def changed(request: Request, desk: TheDesk) -> Response:
    """From the page of `as_of` on the day `from_on` to that of today, or as of `to` on `on`."""
    query = request.query_params
    asked = asked_of(request, desk)
    earlier = Asked.of({"on": query.get("from_on", ""), "as_of": query.get("as_of", "")}, asked.on)
    later = Asked.of({"as_of": query.get("to", "")}, asked.on)
    end = request.app.state.log_end.position
    said = desk.diff(
        asked.filter,
        since=1 if earlier.as_of is None else earlier.as_of,
        to=None if later.as_of == end else later.as_of,
        on=asked.on,
        from_on=earlier.on,
        mine=asked.mine,
    )
    language = language_of(request)
    return page(
        request,
        desk,
        asked,
        "changes.html",
        said=said,
        end=end,
        earlier=moment_of(desk.vip, said.from_),
        later=None if said.to >= end else moment_of(desk.vip, said.to),
        parts={
            "entered": [*told(desk, said.entered[:MOST], asked.on, language)],
            "left": [*told(desk, said.left[:MOST], asked.on, language)],
        },
    )


def told(desk: Desk, some: tuple[Change, ...], on: date, language: Language) -> Iterator[Told]:
    """Changes for people, without what is another reseller's."""
    for each in some:
        when, why = _cause(desk, each, language)
        yield Told(
            vip_id=each.vip_id,
            name=each.organization_name,
            when=when,
            why=why,
            linked=desk.serves(each.vip_id, on=on),
        )


def _cause(desk: Desk, change: Change, language: Language) -> tuple[str, str]:
    """The day, and the event as its history tells it; what others did is told as no more."""
    cause = change.cause
    if isinstance(cause, ByTime):
        return cause.on.isoformat(), say("by_time", language)
    history = [*served(desk.vip.history(change.vip_id))]
    recorded, _, after = history[cause.version - 1]
    when = recorded.event.at.date().isoformat()
    if after != desk.user.reseller_id:
        return when, say("went_elsewhere", language)
    return when, timeline([recorded])[0].text.said(language)
