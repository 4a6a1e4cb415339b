"""The API: one address for programs, made of what the slices offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

import fourfits
from fourfits_web.core import api_jobs, roles
from fourfits_web.core.api import PerKey, answer_in_shape
from fourfits_web.core.pages import may, page
from fourfits_web.members import queries
from fourfits_web.members.api_keys import ByKey
from fourfits_web.project.slices import SLICES

BEARER = "Bearer "


def _members_and_keys(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let in whoever is signed in or shows a key that works."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        header = request.headers.get("Authorization", "")
        if header.startswith(BEARER) and queries.live_key(header.removeprefix(BEARER)):
            return view(request, *args, **kwargs)
        return login_required(view)(request, *args, **kwargs)

    return guarded


RETRY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 128},
    "description": "Sent again with the same key, the request is done once.",
}


class Api(NinjaAPI):
    """Describes itself once, and says of every POST that it can be sent again."""

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """The description of every operation; its addresses hold nothing that changes."""
        return self._described

    @cached_property
    def _described(self) -> OpenAPISchema:
        schema = super().get_openapi_schema()
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                if method == "post":
                    operation["parameters"] = [*operation.get("parameters", []), RETRY]
        return schema


api = Api(
    title="fourfits",
    version=fourfits.__version__,
    description="Customers, feedback, needs, features, roadmap, reports, decisions, imports.",
    urls_namespace="api",
    docs_url=None,
    docs_decorator=_members_and_keys,
    openapi_url="/openapi.json",
    auth=ByKey(),
    throttle=[PerKey()],
)
answer_in_shape(api)

for _name in SLICES:
    if find_spec(f"fourfits_web.{_name}.api"):
        api.add_router("", import_module(f"fourfits_web.{_name}.api").router, tags=[_name])
api.add_router("", api_jobs.router, tags=["background work"])


@require_GET
@may("workspace.read")
def docs(request: HttpRequest) -> HttpResponse:
    """The API for people: every operation with what it takes and gives."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_shown(path, method, operation))
    context = {
        "groups": groups,
        "scopes": [(name, meaning) for name, (meaning, _) in roles.PERMISSIONS.items()],
        "base": request.build_absolute_uri("/api/v1"),
    }
    return page(request, "project/api_docs.html", context)


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    taken = [kind["schema"] for kind in body.values()]
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("description") or operation.get("summary", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "needed": one.get("required", False),
                "type": _type(one["schema"]),
                "meaning": one.get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "fields": _fields(taken[0]) if taken else [],
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found = _followed(schema)
    needed = set(found.get("required", []))
    return [
        {
            "name": name,
            "needed": name in needed,
            "type": _type(one),
            "meaning": one.get("description", ""),
        }
        for name, one in found.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """What a value is, in words: its type, or the words to choose from."""
    found = _followed(schema)
    if "enum" in found or "const" in found:
        return ", ".join(map(str, found.get("enum", [found.get("const")])))
    if "anyOf" in found:
        return " or ".join(_type(one) for one in found["anyOf"])
    if found.get("type") == "array":
        return f"list of {_type(found.get('items', {}))}"
    return str(found.get("format") or found.get("type", "anything"))


def _followed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to."""
    named = schema.get("$ref", "").rpartition("/")[2]
    known: dict[str, Any] = api.get_openapi_schema()["components"]["schemas"]
    return known[named] if named else schema
