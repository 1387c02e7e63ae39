"""Two programs change the same thing at once: `ETag` tells its edition, `If-Match` says which one is to be changed.

Whoever sends no `If-Match` changes whatever is there, as HTTP has it (RFC 9110, section 13.1.1).
"""

import re
from hashlib import sha256
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from ninja import Schema

from helpdesk.core.errors import Refused
from helpdesk.core.meanwhile import ChangedMeanwhile

FORM = re.compile(r"[ -~]{0,255}")


def with_edition(request: HttpRequest, document: Schema) -> Schema:
    """The document itself; the answer to `request` will tell its edition."""
    request.META["helpdesk.edition"] = _edition_of(document)
    return document


def is_conditional(request: HttpRequest) -> bool:
    """Whether the caller says which edition it is to be. Raises Refused for what can't be one."""
    given = request.headers.get("If-Match")
    if given is not None and not FORM.fullmatch(given):
        raise Refused("If-Match is the ETag that came with the thing, in its quotation marks.")
    return given is not None


def ensure_edition(request: HttpRequest, document: Schema) -> None:
    """`document` is the thing as it is, locked. Raises ChangedMeanwhile when the caller means another edition."""
    wanted = [each.strip() for each in request.headers.get("If-Match", "*").split(",")]
    if "*" not in wanted and _edition_of(document) not in wanted:
        raise ChangedMeanwhile


def tell_edition(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say in the answer which edition it holds, where that is known."""
    edition = cast(str | None, request.META.get("helpdesk.edition"))
    if edition and 200 <= response.status_code < 300:
        response["ETag"] = edition


def _edition_of(document: Schema) -> str:
    return f'"{sha256(document.model_dump_json().encode()).hexdigest()[:20]}"'
