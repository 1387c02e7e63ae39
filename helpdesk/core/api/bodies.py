"""Bodies of requests: JSON, and said to be it."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class NotJson(Exception):
    """The body is of another type than is taken. Answered with 415."""


class JsonParser(Parser):
    """Takes nothing that a form of another site could send without asking (CORS): its type has to be named."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise NotJson("Send JSON and say so: “Content-Type: application/json”.")
        return super().parse_body(request)
