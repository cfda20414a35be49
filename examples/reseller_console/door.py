"""Who asks: the user of a request's session, and the desk he or she sits at."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request

from examples.reseller_console.desk import Desk
from examples.reseller_console.security import SAFE
from examples.reseller_console.sessions import Session
from vip_domain import VipDomainError

COOKIE = "session"
FORM_TOKEN = "form_token"
BEARER = "Bearer "


class SignedOut(VipDomainError):
    """Nobody is signed in, or no longer."""


class ForgedForm(VipDomainError):
    """A form that this session did not get from the console."""


async def _form(request: Request) -> FormData:
    """What was sent; files are no part of any form here."""
    return await request.form(max_files=0, max_fields=200)


SentForm = Annotated[FormData, Depends(_form)]


def session_of(request: Request, text: str) -> Session:
    """The session that `text` is. Raises `SignedOut`."""
    session: Session | None = request.app.state.sessions.read(text)
    if session is None:
        raise SignedOut
    return session


def session_of_page(request: Request) -> Session:
    """The session of somebody at a browser. Raises `SignedOut`."""
    return session_of(request, request.cookies.get(COOKIE, ""))


def page_desk(request: Request) -> Desk:
    """The desk of somebody at a browser. Raises `SignedOut`."""
    return _desk(request, session_of_page(request))


def api_desk(request: Request) -> Desk:
    """The desk of a program with a bearer token, or of a script of the console's own page."""
    authorization = request.headers.get("authorization", "")
    if authorization.startswith(BEARER):
        return _desk(request, session_of(request, authorization.removeprefix(BEARER)))
    session = session_of_page(request)
    if request.method not in SAFE:
        _judge(request, session, request.headers.get("x-form-token", ""))
    return _desk(request, session)


def form_desk(request: Request, form: FormData) -> Desk:
    """The desk of somebody who sends a form that this session was given."""
    session = session_of_page(request)
    _judge(request, session, str(form.get(FORM_TOKEN, "")))
    return _desk(request, session)


def form_token(request: Request) -> str:
    """For the forms of a page."""
    token: str = request.app.state.sessions.form_token(session_of_page(request))
    return token


def _judge(request: Request, session: Session, token: str) -> None:
    if not request.app.state.sessions.is_of_a_form(session, token):
        raise ForgedForm


def _desk(request: Request, session: Session) -> Desk:
    state = request.app.state
    user = state.users.known(session.user)
    if user is None:
        raise SignedOut
    return Desk(
        vip=state.vip,
        users=state.users,
        user=user,
        rules=state.rules,
        codes=state.codes,
        secret=state.sessions.secret,
        mail=state.mail,
        clock=state.clock,
        play=state.play,
    )
