"""What goes wrong, as problem+json (RFC 9457) with the refusal's code and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.responses import Response

from vip_domain import CommandRefused, InvalidCommand, InvalidQuery, StoreError

STATUS = {"INVALID_COMMAND": 422, "CUSTOMER_UNKNOWN": 404, "NOT_ALLOWED": 403}
"""Every other refusal is a conflict with what is so."""


def problem(
    status: int, code: str, detail: str, errors: Mapping[str, str] | None = None
) -> JSONResponse:
    """One problem; `errors` maps each field to what is wrong with it."""
    content: dict[str, Any] = {
        "type": f"urn:vip-domain:{code.lower().replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        content["errors"] = dict(errors)
    return JSONResponse(content, status, media_type="application/problem+json")


def status_of(error: Exception) -> int:
    """The HTTP status that says the same."""
    match error:
        case CommandRefused():
            return STATUS.get(error.code, 409)
        case InvalidQuery() | RequestValidationError():
            return 422
        case StoreError():
            return 503
        case _:
            return 500


def as_problem(error: Exception) -> Response:
    """Any error of the library or of the request."""
    status = status_of(error)
    match error:
        case InvalidCommand():
            return problem(status, error.code, "The command has problems.", error.errors)
        case CommandRefused():
            return problem(status, error.code, error.message)
        case InvalidQuery():
            return problem(status, "INVALID_QUERY", "The question has problems.", error.errors)
        case RequestValidationError():
            errors = {".".join(map(str, each["loc"][1:])): each["msg"] for each in error.errors()}
            return problem(status, "INVALID_REQUEST", "The request has problems.", errors)
        case _:
            return problem(status, "UNAVAILABLE", "The store cannot be used just now.")
