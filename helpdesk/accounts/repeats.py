"""A request that comes again is done once: `Idempotency-Key` on everything that is posted.

The answer is kept by the transaction of the write itself, so there is never one without the other. Two at once: the
second waits for the first and gets its answer. What was refused wrote nothing and may come again.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import uuid4

from django.db import transaction
from django.http import HttpResponse
from ninja import Schema, Status

from helpdesk.accounts.models import KeptAnswer
from helpdesk.accounts.requests import ApiRequest
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import retrying

HEADER = "Idempotency-Key"
FORM = re.compile(r"[!-~]{0,255}")
View = TypeVar("View", bound=Callable[..., Any])


def once(view: View) -> View:
    """A view that writes: done again from its start when it loses a race, and once for one key of one person."""

    @wraps(view)
    def done_once(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        if not FORM.fullmatch(given):
            raise Refused(f"An {HEADER} has at most 255 characters of ASCII, without spaces.")
        request.META["helpdesk.once"] = given or str(uuid4())
        asked = _all_of(request) if given else ""

        @transaction.atomic
        def work() -> HttpResponse:
            kept = _claim(request, asked) if given else None
            if kept is not None and kept.status:
                return HttpResponse(kept.content, status=kept.status, content_type="application/json; charset=utf-8")
            response = _as_response(view(request, *args, **kwargs))
            if kept is not None:
                kept.status, kept.content = response.status_code, response.content.decode()
                kept.save(update_fields=["status", "content"])
            return response

        return retrying(work)

    return cast(View, done_once)


def key_of(request: ApiRequest) -> str:
    """One key of one person for one address; when none was given one of this request alone, for it may be done again
    after a commit whose answer was lost."""
    return hashlib.sha256(f"api {request.user.pk} {request.path} {request.META['helpdesk.once']}".encode()).hexdigest()


def _claim(request: ApiRequest, asked: str) -> KeptAnswer:
    """The row of this key, ours or that of the first time, once whoever writes it is done. Raises Refused when the key
    was used for something else."""
    row = KeptAnswer(user=request.user, key=key_of(request), asked=asked)
    KeptAnswer.objects.bulk_create([row], ignore_conflicts=True)
    found = KeptAnswer.objects.select_for_update(of=("self",)).get(user=request.user, key=row.key)
    if found.asked != asked:
        raise Refused(f"This {HEADER} was used for another request: take a new one for each.")
    return found


def _all_of(request: ApiRequest) -> str:
    """A hash of what was sent."""
    content = hashlib.sha256()
    if request.content_type == "multipart/form-data":
        for name, file in sorted(request.FILES.items(), key=lambda each: str(each[0])):
            content.update(f"{name} {getattr(file, 'name', '')} ".encode())
            for chunk in getattr(file, "chunks", lambda: ())():
                content.update(chunk)
    else:
        content.update(request.body)
    return content.hexdigest()


def _as_response(result: Any) -> HttpResponse:
    """As the description of the operation says, which the view's types are held to."""
    if isinstance(result, HttpResponse):
        return result
    status, document = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    if document is None:
        return HttpResponse(status=204)
    body = cast(Schema, document).model_dump_json(by_alias=True)
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
