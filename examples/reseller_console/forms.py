"""A dialog's form: what it begins with, what was filled in, and what is wrong with that."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from starlette.datastructures import FormData, QueryParams

from examples.reseller_console.desk import Desk
from examples.reseller_console.dialogs import Dialog, Field
from examples.reseller_console.refusals import said_of, said_of_field
from examples.reseller_console.words import say
from vip_domain import (
    AssignManager,
    CommandRefused,
    CommitThreeYears,
    CustomerDetails,
    InvalidCommand,
    InviteCustomer,
    MarketSegment,
    PAStatus,
    PlaceOrder,
    ProgramRules,
    ResendInvitation,
)
from vip_domain.rules import add_months
from vip_domain.words import Language

KEY = "form_key"
ROWS = 3
"""Of a form's lines; a script adds more, and so does sending it with all of them filled."""

Content = dict[str, Any]
WHOLE = re.compile(r"-?[0-9]{1,12}")

FIELD_OF = {
    "PA_EXISTS": "pa_id",
    "ORDER_EXISTS": "order_id",
    "RETURN_EXISTS": "return_id",
    "ORDER_DOES_NOT_COVER_PA": "lines",
    "NOT_RENEWABLE": "lines",
    "COMMIT_MINIMUM": "minimum_licenses",
    "LICENSES_UNAVAILABLE": "quantity",
    "NOT_AN_ADMINISTRATOR": "administrator_email",
    "CODE_INVALID": "code",
    "CODE_USED": "code",
    "CODE_EXPIRED": "code",
}
"""Where a refusal is shown, in a dialog that asks for that field."""


def begun(
    dialog: Dialog, desk: Desk, customer: CustomerDetails | None, query: QueryParams
) -> Content:
    """What a dialog is opened with."""
    names = {field.name for field in dialog.fields}
    content: Content = {name: query[name] for name in names if name in query}
    if "managed_by" in names:
        content["managed_by"] = desk.user.name
    if dialog.command is InviteCustomer:
        content |= {"country": "SE", "market_segment": "COM", "offer_type": "TEAM"}
    return content if customer is None else content | _of_customer(dialog, customer, names)


def _of_customer(dialog: Dialog, customer: CustomerDetails, names: set[str]) -> Content:
    known: Content = {}
    taken = {
        "pa_id": [pa.pa_id for pa in customer.purchase_authorizations],
        "order_id": [order.order_id for order in customer.orders],
        "return_id": [each.return_id for each in customer.returns],
    }
    for name, prefix in (("pa_id", "PA"), ("order_id", "O"), ("return_id", "RET")):
        if name in names and name not in dialog.hidden:
            known[name] = _next(prefix, taken[name])
    if dialog.command is PlaceOrder:
        known |= _order(dialog, customer)
    if dialog.command is ResendInvitation:
        known |= {"contact_email": customer.owner_email, "contact_name": customer.owner_name}
    if dialog.command is AssignManager:
        known["managed_by"] = customer.managed_by
    if dialog.command is CommitThreeYears:
        known["minimum_licenses"] = customer.licenses_fulfilled
    if dialog.name == "accept-terms":
        known |= {"administrator_email": customer.owner_email}
    return known


def _order(dialog: Dialog, customer: CustomerDetails) -> Content:
    """An order for the pending PAs; a renewal of what is not renewed yet."""
    wanted: dict[str, int] = {}
    if dialog.name == "renew":
        for product, some in customer.licenses.items():
            wanted[product] = some.fulfilled - some.renewed
        return {"lines": _lines(wanted)}
    pending = [pa for pa in customer.purchase_authorizations if pa.status is PAStatus.PENDING]
    for pa in pending:
        for line in pa.lines:
            wanted[line.product] = wanted.get(line.product, 0) + line.quantity
    return {"pa_ids": [pa.pa_id for pa in pending], "lines": _lines(wanted)}


def _lines(wanted: dict[str, int]) -> list[Content]:
    return [
        {"product": product, "quantity": number} for product, number in wanted.items() if number > 0
    ]


def _next(prefix: str, taken: Iterable[str]) -> str:
    used = set(taken)
    return next(text for n in range(1, len(used) + 2) if (text := f"{prefix}-{n}") not in used)


def filled_in(dialog: Dialog, form: FormData) -> Content:
    """A form as the fields of its command; blank ones that may be missing are."""
    content: Content = {}
    for field in dialog.fields:
        value = _value(field, form)
        if value not in ("", [], None) or field.required:
            content[field.name] = value
    return content


def _value(field: Field, form: FormData) -> Any:
    texts = [each for each in form.getlist(field.name) if isinstance(each, str)]
    match field.kind:
        case "ids":
            return texts
        case "lines":
            rows = zip(form.getlist("product"), form.getlist("quantity"), strict=False)
            return [
                {"product": product, "quantity": _number(quantity)}
                for product, quantity in rows
                if product or quantity
            ]
        case "number":
            return _number(texts[0] if texts else "")
        case _:
            return texts[0] if texts else ""


def _number(text: object) -> object:
    return int(text) if isinstance(text, str) and WHOLE.fullmatch(text.strip()) else text


def new_key() -> str:
    """A form's own, so that sending it twice counts once."""
    return secrets.token_urlsafe(12)


def key_of(form: FormData, content: Content) -> str:
    """The idempotency key: of the form as it was filled in, for it may be changed and sent anew."""
    text = json.dumps([str(form.get(KEY, "")), content], sort_keys=True, default=str)
    return f"form-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def term_limits(rules: ProgramRules, on: date, segment: MarketSegment) -> tuple[date, date]:
    """The first and the last AD that can be chosen on a day (S36 to S42)."""
    longest = rules.extended_max_months(segment)
    return add_months(on, rules.extended_min_months), add_months(on, longest)


def problems(
    dialog: Dialog,
    content: Content,
    refused: CommandRefused,
    rules: ProgramRules,
    on: date,
    language: Language,
) -> dict[str, str]:
    """What is wrong with which field, all at once; what concerns none of them is not here."""
    found: dict[str, str] = {}
    if isinstance(refused, InvalidCommand):
        found = {name: said_of_field(text, language) for name, text in refused.errors.items()}
    elif FIELD_OF.get(refused.code) in {each.name for each in dialog.fields}:
        found = {FIELD_OF[refused.code]: said_of(refused, language)}
    if dialog.command is InviteCustomer:
        return _of_invitation(content, rules, on, language) | found
    return found


def _of_invitation(
    content: Content, rules: ProgramRules, on: date, language: Language
) -> dict[str, str]:
    """What the library judges only once every field can be read: here it is told with the rest."""
    found: dict[str, str] = {}
    name, ascii_name = content["organization_name"], content.get("organization_name_ascii", "")
    if not ascii_name.isascii() or not (name.isascii() or ascii_name.strip()):
        found["organization_name_ascii"] = say("ascii_needed", language)
    segment = content["market_segment"]
    try:
        chosen = date.fromisoformat(content.get("anniversary_date", ""))
    except ValueError:
        return found
    if segment in MarketSegment.__members__:
        first, last = term_limits(rules, on, MarketSegment(segment))
        if not first <= chosen <= last:
            found["anniversary_date"] = say("ad_between", language, first=first, last=last)
    return found
