"""Addresses: each slice brings its own, under its name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.urls import include, path
from django.views.generic import RedirectView

from fourfits_web.project import api, health
from fourfits_web.project.slices import SLICES

urlpatterns: list[Any] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/docs/", api.docs, name="api_docs"),
    path("api/v1/", api.api.urls),
    path("sign-in/", include("allauth.urls")),
    path("", include("fourfits_web.core.urls")),
    *(
        path("" if name == "home" else f"{name}/", include(f"fourfits_web.{name}.urls"))
        for name in SLICES
        if find_spec(f"fourfits_web.{name}.urls")
    ),
]

if "home" not in SLICES:
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="members:profile"), name="home"))
