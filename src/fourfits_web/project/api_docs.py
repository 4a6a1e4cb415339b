"""The page on the API: every operation, made of the API's own description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fourfits_web.core import roles
from fourfits_web.core.pages import may, page


@require_GET
@may("workspace.read")
def docs(request: HttpRequest) -> HttpResponse:
    """The API for people: every operation with what it takes and gives."""
    context = {
        "groups": _groups,
        "scopes": [(name, meaning) for name, (meaning, _) in roles.PERMISSIONS.items()],
        "base": request.build_absolute_uri("/api/v1"),
    }
    return page(request, "project/api_docs.html", context)


def _groups() -> dict[str, list[dict[str, Any]]]:
    """The operations by what they are about; the page asks once as long as the server runs."""
    from fourfits_web.project.api import api

    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_shown(path, method, operation))
    return groups


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
    from fourfits_web.project.api import api

    named = schema.get("$ref", "").rpartition("/")[2]
    known: dict[str, Any] = api.get_openapi_schema()["components"]["schemas"]
    return known[named] if named else schema
