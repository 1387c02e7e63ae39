"""What the description says of every operation beside what its own code does: problems, scopes, headers."""

from collections.abc import Mapping
from typing import Any

from ninja.openapi.schema import REF_TEMPLATE
from ninja.schema import NinjaGenerateJsonSchema

from helpdesk.core.api.problems import MEDIA_TYPE, Problem

EVERYWHERE = {
    "400": "The request is malformed.",
    "401": "No token, or one that does not work (any more).",
    "403": "The token lacks a scope, which `detail` names, or its owner may not do this.",
    "406": "The answer would be JSON, which was not asked for.",
    "422": "Some values cannot be used.",
    "429": "Too many requests within a minute; `Retry-After` says in how many seconds there may be more.",
    "503": "The database is away: try again in a few seconds.",
}
IN_PATHS = {"404": "There is no such thing, or none that the token's owner may see."}
WHERE_WRITTEN = {
    "409": "It has to be confirmed; `detail` says why.",
    "412": "Somebody changed it since the edition that `If-Match` names.",
    "413": "The request is too large.",
    "415": "The body is of another type than is taken.",
    "423": "Somebody else has the ticket to themselves for now.",
}
KEPT_ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]*$"},
    "required": False,
    "description": "The same key with the same request writes once, and answers alike for three days.",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
    "required": False,
    "description": "The `ETag` of the edition that is to be changed; without it, whatever is there.",
}
HEADERS = {
    "RateLimit": {"description": "What is left within this minute.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How often a token may ask.", "schema": {"type": "string"}},
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}}


def complete(schema: dict[str, Any], *, scopes: Mapping[str, list[str]]) -> None:
    """Add to ninja's description, in place, what is the same for all. `scopes` are those that an operation needs, by
    its id."""
    definition = Problem.model_json_schema(ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema)
    schema["components"]["schemas"] |= {**definition.pop("$defs", {}), "Problem": definition}
    for operations in schema["paths"].values():
        operations.pop("head", None)  # goes without saying where GET is
        for method, operation in operations.items():
            needed = scopes[operation["operationId"]]
            operation["security"] = [{"BearerToken": needed}]
            words = f"Needs the scope `{needed[0]}`."
            operation["description"] = "\n\n".join(filter(None, [operation.get("description", ""), words]))
            _add_headers(method, operation)
            _add_answers(method, operation)


def _add_headers(method: str, operation: dict[str, Any]) -> None:
    if method == "post":
        operation["parameters"].append(KEPT_ONCE)
    if method in ("put", "patch"):
        operation["parameters"].append(IF_MATCH)


def _add_answers(method: str, operation: dict[str, Any]) -> None:
    in_path = any(parameter["in"] == "path" for parameter in operation["parameters"])
    known = EVERYWHERE | (IN_PATHS if in_path else {}) | (WHERE_WRITTEN if method != "get" else {})
    for answer in operation["responses"].values():
        answer["headers"] = HEADERS | answer.get("headers", {})
    operation["responses"]["414"] = {"description": "The address is too long; said by the web server."}
    for status, description in known.items():
        operation["responses"][status] = {
            "description": description,
            "headers": HEADERS | (RETRY_AFTER if status in ("429", "503") else {}),
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}},
        }
