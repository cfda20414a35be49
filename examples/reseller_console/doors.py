"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console.door import COOKIE, SentForm, form_desk, session_of_page
from examples.reseller_console.language import keep_in_browser, shown
from examples.reseller_console.sessions import SECONDS

doors = APIRouter(include_in_schema=False)


@doors.get("/sign-in")
def door(request: Request) -> Response:
    return shown(request, "sign_in.html", wrong=False)


@doors.post("/sign-in")
def sign_in(request: Request, form: SentForm) -> Response:
    """Begin a session; a wrong name and a wrong password are answered alike."""
    state = request.app.state
    user = state.users.signed_in(str(form.get("name", "")), str(form.get("password", "")))
    if user is None:
        return shown(request, "sign_in.html", 401, wrong=True)
    response = RedirectResponse("/customers", 303)
    session = state.sessions.begin(user.name)
    keep_in_browser(request, response, COOKIE, session, seconds=SECONDS)
    return response


@doors.post("/sign-out")
def sign_out(request: Request, form: SentForm) -> Response:
    form_desk(request, form)
    request.app.state.sessions.end(session_of_page(request))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    return response
