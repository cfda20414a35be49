"""Which language a request is answered in, and pages in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from examples.reseller_console import words
from vip_domain import timeline
from vip_domain.words import LANGUAGES, Language

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
COOKIE = "language"
YEAR = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """The language asked for, the one kept, or the browser's; English otherwise."""
    accepted = request.headers.get("accept-language", "")
    wishes = (request.query_params.get("lang"), request.cookies.get(COOKIE), accepted[:2])
    for wish in wishes:
        for language in LANGUAGES:
            if wish == language:
                return language
    return "en"


def shown(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page in the request's language; a language asked for is kept."""
    language = language_of(request)
    html = TEMPLATES.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        in_language=lambda other: str(request.url.include_query_params(lang=other).query),
        path=request.url.path,
        say=lambda key, **filled: words.say(key, language, **filled),
        cell=lambda value: words.say_value(value, language),
        told=lambda recorded: timeline([recorded])[0].text.said(language),
        **values,
    )
    response = HTMLResponse(html, status)
    if "lang" in request.query_params:
        keep_in_browser(request, response, COOKIE, language, seconds=YEAR)
    return response


def keep_in_browser(
    request: Request, response: Response, name: str, value: str, *, seconds: int
) -> None:
    """A cookie that scripts cannot read and other sites do not send."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)
