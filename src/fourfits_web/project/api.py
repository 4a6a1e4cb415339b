"""The API: one address for programs, made of what the slices offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema

import fourfits
from fourfits_web.core import api_jobs
from fourfits_web.core.api import PerKey, answer_in_shape
from fourfits_web.members import queries
from fourfits_web.members.api_keys import ByKey
from fourfits_web.project.slices import SLICES

BEARER = "Bearer "


def _members_and_keys(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let in whoever is signed in or shows a key that works."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        header = request.headers.get("Authorization", "")
        has_key = header.startswith(BEARER) and queries.live_key(header.removeprefix(BEARER))
        if has_key or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return api.on_exception(request, AuthenticationError())

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

urlpatterns, app_name, namespace = api.urls
