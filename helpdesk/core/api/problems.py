"""Errors as problem documents (RFC 9457)."""

import json
from http import HTTPStatus

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from helpdesk.core.api.bodies import NotJson
from helpdesk.core.api.rates import WINDOW_SECONDS, rate_of
from helpdesk.core.errors import Away, Locked, NotAllowed, Refused, ToConfirm
from helpdesk.core.meanwhile import ChangedMeanwhile

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
CHANGED = "Somebody changed this in the meantime: read it again, then send your change with the new ETag."
NOT_YOURS = "The role of the token's owner does not allow this."
CHALLENGE = 'Bearer realm="helpdesk"'


class FieldError(Schema):
    """What is wrong with one value: where it stands (`query.limit`, `body.text`) and why it was not taken."""

    where: str
    message: str


class Problem(Schema):
    """`title` is the status in words, `detail` says what is wrong with this request and how to mend it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]


def problem(status: int, detail: str, *, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    """A problem document; `errors` names single values (see `FieldError`)."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    return HttpResponse(json.dumps(document, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)


def add_handlers(api: NinjaAPI) -> None:
    """Every exception that a request can end with has its document."""
    api.add_exception_handler(Http404, lambda request, error: problem(404, "There is no such thing for you."))
    api.add_exception_handler(AuthenticationError, _not_signed_in)
    api.add_exception_handler(Throttled, _too_many)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(PermissionDenied, lambda request, error: problem(403, NOT_YOURS))
    api.add_exception_handler(NotAllowed, lambda request, error: problem(403, str(error)))
    api.add_exception_handler(ToConfirm, lambda request, error: problem(409, str(error)))
    api.add_exception_handler(ChangedMeanwhile, lambda request, error: problem(412, CHANGED))
    api.add_exception_handler(Locked, lambda request, error: problem(423, str(error)))
    api.add_exception_handler(Away, _server_away)
    api.add_exception_handler(Refused, lambda request, error: problem(422, str(error)))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: problem(413, "The request is too large."))
    api.add_exception_handler(SuspiciousOperation, lambda request, error: problem(400, "The request is malformed."))
    api.add_exception_handler(UnreadablePostError, lambda request, error: problem(400, "The request broke off."))
    api.add_exception_handler(OperationalError, _database_away)
    api.add_exception_handler(InterfaceError, _database_away)
    api.add_exception_handler(Exception, _fault)


def _http_error(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    cause = error.__cause__ if isinstance(error, Exception) else None
    return problem(415, str(cause)) if isinstance(cause, NotJson) else problem(_code(error), str(error))


def _code(error: Exception | type[Exception]) -> int:
    return int(getattr(error, "status_code", 500))


def _not_signed_in(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """RFC 6750, section 3: the challenge names the reason only when a token was given at all."""
    has_token = request.headers.get("Authorization", "").lower().startswith("bearer ")
    detail = (
        "This token is unknown, revoked or expired: issue a new one."
        if has_token
        else "Send a token: “Authorization: Bearer hd_…”."
    )
    response = problem(401, detail)
    response["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"' if has_token else CHALLENGE
    return response


def _too_many(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """RFC 6585, section 4; the seconds to wait are those until the counting begins anew."""
    rate = rate_of(request)
    seconds = rate.ends_in if rate else WINDOW_SECONDS
    response = problem(429, f"Too many requests within a minute: wait {seconds} s, then go on more slowly.")
    response["Retry-After"] = str(seconds)
    return response


def _not_valid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    found = getattr(error, "errors", [])
    errors = [
        {"where": ".".join(_clean(part) for part in each["loc"]), "message": _clean(each["msg"])} for each in found
    ]
    return problem(422, "Some values of the request cannot be used; “errors” says which and why.", errors=errors)


def _clean(value: object) -> str:
    """What a client sent may hold halves of surrogate pairs, which no UTF-8 can carry back."""
    return str(value).encode("utf-8", "replace").decode()[:500]


def _database_away(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    log.error("api_database_away", error=str(error).splitlines()[0] if str(error) else "")
    response = problem(503, "The database does not answer at present: try again in a few seconds.")
    response["Retry-After"] = "5"
    return response


def _server_away(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    response = problem(503, str(error))
    response["Retry-After"] = "5"
    return response


def _fault(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Ours: the details go to the log, the client gets the request's id in the header."""
    log.exception("api_fault")
    got_request_exception.send(sender=None, request=request)
    return problem(500, "Something went wrong here. The answer's X-Request-ID finds it in the log.")
