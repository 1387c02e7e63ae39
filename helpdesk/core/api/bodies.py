"""What requests bring: bodies of JSON that are said to be it, and parameters that there are."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from helpdesk.core.errors import Refused


class NotJson(Exception):
    """The body is of another type than is taken. Answered with 415."""


class JsonParser(Parser):
    """Takes nothing that a form of another site could send without asking (CORS): its type has to be named. A parameter
    that is not known is an error, not a wish that is passed over; `known` gives the names of those that are."""

    def __init__(self, known: Callable[[HttpRequest], Collection[str]]) -> None:
        self._known = known

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise NotJson("Send JSON and say so: “Content-Type: application/json”.")
        return super().parse_body(request)

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> Any:
        if data is request.GET and (unknown := sorted(set(data) - set(self._known(request)))):
            name = unknown[0].encode("utf-8", "replace").decode()[:100]
            raise Refused(f"There is no parameter “{name}” here.")
        return super().parse_querydict(data, list_fields, request)
