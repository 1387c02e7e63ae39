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
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from helpdesk.core.api.bodies import JsonParser
from helpdesk.core.api.describing import complete
from helpdesk.core.api.editions import tell_edition
from helpdesk.core.api.problems import add_handlers, problem
from helpdesk.core.api.rates import tell

View = Callable[..., HttpResponseBase]
JSON = ("application/json", "application/problem+json")


class Api(NinjaAPI):
    """Its views pass the sign-in middleware by: a token is the only way in, a browser's session is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=JsonParser(self.parameters_of), **options)
        self._parameters: dict[tuple[str, str], frozenset[str]] = {}
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

    def operations(self) -> dict[str, Operation]:
        """Every operation by its id."""
        return {
            self.get_openapi_operation_id(operation): operation
            for router in self._get_bound_routers()
            for path in router.path_operations.values()
            for operation in path.operations
        }

    def parameters_of(self, request: HttpRequest) -> frozenset[str]:
        """The names that may stand in the query of this address, asked by this method."""
        if not self._parameters:
            self._parameters = {
                (operation.url_name, method): _query_names(operation)
                for operation in self.operations().values()
                for method in operation.methods
            }
        match = request.resolver_match
        return self._parameters[(match.url_name or "") if match else "", request.method or ""]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the view: it stays, and programs that are made from the description read well."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description with all that every operation may answer; made once."""
        if self._description is None:
            schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
            complete(schema, scopes={name: _scopes_of(each) for name, each in self.operations().items()})
            self._description = schema
        return self._description


@login_not_required
@csrf_exempt
def api_unknown(request: HttpRequest) -> HttpResponse:
    """Below /api/ even an address that leads nowhere answers with a problem document."""
    return problem(404, "There is no such address: /api/v1/openapi.json lists those that are.")


def _query_names(operation: Operation) -> frozenset[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def _scopes_of(operation: Operation) -> list[str]:
    return [str(auth.scope) for auth in operation.auth_callbacks if hasattr(auth, "scope")]


def _as_door(view: View) -> View:
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.path.endswith("/content/") and not any(request.accepts(kind) for kind in JSON):
            return problem(406, "This address answers in JSON: accept “application/json”.")
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # the root, which ninja keeps only to know its own address
            return api_unknown(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = problem(405, f"This address takes {allowed}.")
            response["Allow"] = allowed
        tell(request, response)
        tell_edition(request, response)
        return response

    return login_not_required(door)
