"""The dialogs: each opens as a page of its own too, and tells everything wrong with it at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import attrs
from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console.asked import Asked
from examples.reseller_console.desk import Desk
from examples.reseller_console.dialogs import DIALOGS, Dialog
from examples.reseller_console.door import SentForm, form_desk, page_desk
from examples.reseller_console.forms import (
    KEY,
    ROWS,
    Content,
    begun,
    filled_in,
    key_of,
    new_key,
    problems,
    term_limits,
)
from examples.reseller_console.language import language_of
from examples.reseller_console.pages import asked_of, page
from examples.reseller_console.permissions import NotYours
from examples.reseller_console.refusals import said_of
from vip_domain import (
    ChangeReseller,
    CommandRefused,
    CustomerDetails,
    CustomerUnknown,
    DeleteCustomer,
    InvalidCommand,
    MarketSegment,
    PAStatus,
    SendResellerChangeCode,
)
from vip_domain.demo.words import PRODUCTS

acts = APIRouter(include_in_schema=False)
TheDesk = Annotated[Desk, Depends(page_desk)]

REPEATED = "COMMAND_ID_REUSED"
BLANK = {"product": "", "quantity": ""}


@attrs.frozen(kw_only=True)
class Open:
    """A dialog that somebody has open, about a customer or none."""

    request: Request
    desk: Desk
    asked: Asked
    dialog: Dialog
    customer: CustomerDetails | None

    @classmethod
    def at(cls, request: Request, desk: Desk, name: str, vip_id: str | None) -> Open:
        """Raises what a customer of others raises, and for a dialog that is none of the user's."""
        dialog = DIALOGS.get(name)
        if dialog is None or (dialog.place == "console") is not (vip_id is None):
            raise HTTPException(404)
        if not desk.may(dialog.command):
            raise NotYours
        asked = asked_of(request, desk)
        customer = None if vip_id is None else desk.customer(vip_id, on=asked.on)
        return cls(request=request, desk=desk, asked=asked, dialog=dialog, customer=customer)

    def shown(
        self,
        content: Content,
        key: str,
        *,
        refusal: str = "",
        errors: dict[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        """The dialog with what is filled in, and what is wrong with it."""
        lines = [*content.get("lines", [])]
        return page(
            self.request,
            self.desk,
            self.asked,
            "dialog.html",
            status=status,
            dialog=self.dialog,
            customer=self.customer,
            content=content | {"lines": lines + [BLANK] * max(1, ROWS - len(lines))},
            form_key=key,
            refusal=refusal,
            errors=errors or {},
            **self._hints(),
        )

    def _hints(self) -> dict[str, Any]:
        """What a dialog says beside its fields."""
        desk, day = self.desk, self.desk.at(self.asked.on).date()
        left = None
        if self.dialog.command is SendResellerChangeCode:
            left = desk.rules.change_codes_per_day - desk.codes.sent(desk.user.reseller_id, day)
        pas = () if self.customer is None else self.customer.purchase_authorizations
        owned = () if self.customer is None else tuple(self.customer.licenses)
        return {
            "codes_left": left,
            "limits": {each: term_limits(desk.rules, day, each) for each in MarketSegment},
            "products": owned or PRODUCTS,
            "pas": [pa for pa in pas if pa.status is PAStatus.PENDING],
        }


@acts.get("/do/{name}")
def open_of_console(request: Request, desk: TheDesk, name: str) -> Response:
    return _open(Open.at(request, desk, name, None))


@acts.get("/customers/{vip_id}/do/{name}")
def open_of_customer(request: Request, desk: TheDesk, vip_id: str, name: str) -> Response:
    return _open(Open.at(request, desk, name, vip_id))


def _open(opened: Open) -> Response:
    query = opened.request.query_params
    return opened.shown(begun(opened.dialog, opened.desk, opened.customer, query), new_key())


@acts.post("/do/{name}")
def send_of_console(request: Request, form: SentForm, name: str) -> Response:
    return _send(Open.at(request, form_desk(request, form), name, None), form)


@acts.post("/customers/{vip_id}/do/{name}")
def send_of_customer(request: Request, form: SentForm, vip_id: str, name: str) -> Response:
    return _send(Open.at(request, form_desk(request, form), name, vip_id), form)


def _send(opened: Open, form: SentForm) -> Response:
    """Do it and show what came of it, or the dialog again with all that is wrong."""
    dialog, desk = opened.dialog, opened.desk
    content = filled_in(dialog, form)
    key = key_of(form, content)
    at = desk.at(opened.asked.on)
    command = {"command": dialog.command.__name__, "at": at.isoformat(), **dialog.fixed, **content}
    if opened.customer is not None:
        command["vip_id"] = opened.customer.vip_id
    if dialog.command is SendResellerChangeCode:
        command["code"] = desk.code_of(key)
    try:
        desk.execute(command, key=key)
    except CommandRefused as refused:
        # The same form again, a moment later: it was done the first time.
        if refused.code != REPEATED:
            return _refused(opened, content, str(form.get(KEY, "")), refused, at.date())
    if dialog.command is SendResellerChangeCode:
        return _code_sent(opened, str(command["code"]), content)
    vip_id = command.get("vip_id") or desk.issued(key)
    return _done(opened, str(vip_id), key)


def _refused(
    opened: Open, content: Content, key: str, refused: CommandRefused, day: date
) -> Response:
    language = language_of(opened.request)
    errors = problems(opened.dialog, content, refused, opened.desk.rules, day, language)
    whole = "" if errors else said_of(refused, language)
    status = 422 if isinstance(refused, InvalidCommand) else 409
    return opened.shown(content, key, refusal=whole, errors=errors, status=status)


def _done(opened: Open, vip_id: str, key: str) -> Response:
    """To the customer's page, which says what was recorded; to the list where there is none."""
    asked, desk = opened.asked, opened.desk
    if opened.dialog.command is DeleteCustomer:
        return RedirectResponse(asked.link("/customers", done="deleted"), 303)
    if opened.dialog.command is ChangeReseller:
        try:
            desk.customer(vip_id, on=asked.on)
        except CustomerUnknown:
            return RedirectResponse(asked.link("/customers"), 303)
    return RedirectResponse(asked.of_customer(vip_id, done=key), 303)


def _code_sent(opened: Open, code: str, content: Content) -> Response:
    """The library knows the code as a hash alone; whoever sends e-mail sends it here."""
    opened.desk.mail(content["administrator_email"], code)
    return page(
        opened.request,
        opened.desk,
        opened.asked,
        "code_sent.html",
        email=content["administrator_email"],
        vip_id=content["vip_id"],
        code=code if opened.desk.user.vendor_desk else "",
    )
