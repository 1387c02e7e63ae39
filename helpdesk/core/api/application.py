"""django-ninja's application with our errors, our description and no door but its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from helpdesk.core.api.problems import MEDIA_TYPE, Problem, add_handlers, problem
from helpdesk.core.api.rates import tell

View = Callable[..., HttpResponseBase]

DOCUMENTED = {
    "400": "The request is malformed.",
    "401": "No token, or one that does not work (any more).",
    "403": "The token or its owner may not do this.",
    "404": "There is no such thing, or none that the token's owner may see.",
    "422": "Some values cannot be used.",
    "429": "Too many requests within a minute; `Retry-After` says in how many seconds there may be more.",
}


class Api(NinjaAPI):
    """Its views pass the sign-in middleware by: a token is the only way in, a browser's session is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._description: OpenAPISchema | None = None
        add_handlers(self)

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                reads_only = pattern.name in ("openapi-json", "api-root")
                pattern.callback = _as_door(require_safe(pattern.callback) if reads_only else pattern.callback)
        return patterns, app_name, namespace

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description with the problems that every operation may answer; made once."""
        if self._description is not None:
            return self._description
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        definition = Problem.model_json_schema(ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema)
        schema["components"]["schemas"] |= {**definition.pop("$defs", {}), "Problem": definition}
        for operations in schema["paths"].values():
            for operation in operations.values():
                _document_problems(operation)
        self._description = schema
        return schema


@login_not_required
@csrf_exempt
def api_unknown(request: HttpRequest) -> HttpResponse:
    """Below /api/ even an address that leads nowhere answers with a problem document."""
    return problem(404, "There is no such address: /api/v1/openapi.json lists those that are.")


def _document_problems(operation: dict[str, Any]) -> None:
    in_path = any(parameter["in"] == "path" for parameter in operation["parameters"])
    operation["responses"]["414"] = {"description": "The address is too long; said by the web server."}
    for status, description in DOCUMENTED.items():
        if status != "404" or in_path:
            operation["responses"][status] = {
                "description": description,
                "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
            }


def _as_door(view: View) -> View:
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # the root, which ninja keeps only to know its own address
            return api_unknown(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = problem(405, f"This address takes {allowed}.")
            response["Allow"] = allowed
        tell(request, response)
        return response

    return login_not_required(door)
