"""The console as one ASGI application over one store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from examples.reseller_console.acts import acts
from examples.reseller_console.api import api
from examples.reseller_console.changes import changes
from examples.reseller_console.codes import SentCodes
from examples.reseller_console.desk import now
from examples.reseller_console.door import ForgedForm, SignedOut
from examples.reseller_console.doors import doors
from examples.reseller_console.language import shown
from examples.reseller_console.live import Changes, live
from examples.reseller_console.moments import LogEnd, moments
from examples.reseller_console.pages import pages
from examples.reseller_console.problems import as_problem, problem, status_of
from examples.reseller_console.security import Guard
from examples.reseller_console.sessions import Sessions
from examples.reseller_console.users import Users
from vip_domain import ProgramRules, VipDomain, VipDomainError

API = "/api/"


def not_at_all(address: str, code: str) -> None:
    """The demo sends no e-mail: it shows the code to whoever may play the customer."""


def create_app(
    vip: VipDomain,
    users: Users,
    *,
    secret: bytes | None = None,
    rules: ProgramRules | None = None,
    clock: Callable[[], datetime] = now,
    mail: Callable[[str, str], None] = not_at_all,
    play: bool = False,
) -> FastAPI:
    """
    The console of all resellers that `users` know.

    `secret` signs sessions: without one they end with the process. `rules` are those the store
    was opened with. `mail` sends a change code to an administrator's address. `play` is for demos
    and tests: what is done from the page of another day happens on that day, and commands of the
    API may have any `at`.
    """
    hub = Changes(vip)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        Thread(target=app.state.codes.warm, daemon=True).start()
        yield
        hub.close()

    app = FastAPI(
        lifespan=lifespan,
        title="Reseller console",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.vip, app.state.users = vip, users
    app.state.rules = rules or ProgramRules.current()
    app.state.changes, app.state.log_end = hub, LogEnd(vip)
    app.state.codes, app.state.mail = SentCodes(vip), mail
    app.state.clock, app.state.play = clock, play
    app.state.sessions = Sessions(secret or secrets.token_bytes(32))
    app.add_middleware(Guard)
    for router in (api, doors, pages, acts, changes, live, moments):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for error in (VipDomainError, RequestValidationError):
        app.add_exception_handler(error, _say)
    app.add_exception_handler(HTTPException, _say_status)
    return app


def _say(request: Request, error: Exception) -> Response:
    """In JSON to programs, as a page to people."""
    for_programs = request.url.path.startswith(API)
    match error:
        case SignedOut() if for_programs:
            return problem(401, "NOT_SIGNED_IN", "Sign in first.")
        case SignedOut():
            return RedirectResponse("/sign-in", 303)
        case ForgedForm() if for_programs:
            return problem(403, "NOT_ALLOWED", "The form's token is missing.")
        case ForgedForm():
            return shown(request, "problem.html", 403, what="forged")
        case _ if for_programs:
            return as_problem(error)
        case _:
            status = status_of(error)
            return shown(request, "problem.html", status, what=WHAT.get(status, "problem"))


WHAT = {403: "not_allowed", 404: "not_found", 422: "bad_question", 503: "unavailable"}


def _say_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith(API):
        return problem(status, f"HTTP_{status}", "There is nothing like that here.")
    return shown(request, "problem.html", status, what=WHAT.get(status, "not_found"))
