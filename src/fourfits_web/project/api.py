"""The API: one address for programs, made of what the slices offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

import fourfits
from fourfits_web.core import roles
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


api = NinjaAPI(
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
    named = [next(iter(kind.values()))["schema"].get("$ref", "") for kind in [body] if kind]
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("description") or operation.get("summary", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "needed": one.get("required", False),
                "type": one["schema"].get("type", "text"),
            }
            for one in operation.get("parameters", [])
        ],
        "fields": _fields(named[0]) if named else [],
    }


def _fields(reference: str) -> list[dict[str, Any]]:
    schema = api.get_openapi_schema()["components"]["schemas"].get(reference.rpartition("/")[2], {})
    needed = set(schema.get("required", []))
    return [
        {
            "name": name,
            "needed": name in needed,
            "type": one.get("type") or " or ".join(p.get("type", "") for p in one.get("anyOf", [])),
            "meaning": one.get("description", ""),
        }
        for name, one in schema.get("properties", {}).items()
    ]
