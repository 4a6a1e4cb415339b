"""Addresses: each slice brings its own, under its name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

from fourfits_web.project import api_docs, health
from fourfits_web.project.slices import SLICES


class Later(URLResolver):
    """Addresses of a module that is loaded when somebody first asks for one of them.

    The API takes longer to load than all pages together, and most processes never serve it.
    """

    def _populate(self) -> None:
        """Nothing needs the names of its addresses before they are loaded: they have their own space."""
        if "url_patterns" in self.__dict__:
            super()._populate()


NOT_OFFERED = [
    ("email", "account_email"),
    ("confirm-email", "account_email_verification_sent"),
    ("3rdparty", "socialaccount_connections"),
]
"""Pages of allauth by which members could change under which address they are known, past our
actions and their log. Whoever comes there is led to the profile."""

handler500 = "fourfits_web.core.views.broken"

urlpatterns: list[Any] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/docs/", api_docs.docs, name="api_docs"),
    Later(RoutePattern("api/v1/"), "fourfits_web.project.api", app_name="ninja", namespace="api"),
    *(
        path(f"sign-in/{address}/", RedirectView.as_view(pattern_name="members:profile"), name=name)
        for address, name in NOT_OFFERED
    ),
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
