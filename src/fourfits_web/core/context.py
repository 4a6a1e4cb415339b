"""What every template knows: the workspace, who looks, the menu."""

from __future__ import annotations

import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from fourfits_web.core import registry, roles
from fourfits_web.core.actors import Actor


def workspace(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page; a stranger gets the name alone."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    actor = Actor.of(request) if signed_in else None
    return {
        "workspace": settings.WORKSPACE.now(),
        "actor": actor,
        "menu": _menu(actor.role) if actor else (),
        "here": _here(actor.role, request.path) if actor else "",
        "creations": _creations(actor.role) if actor else (),
        "theme": theme(request),
        # Django's own draws 32 random letters for each form of a page.
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
    }


def theme(request: HttpRequest) -> str:
    """Light, dark, or as the system has it."""
    asked = request.COOKIES.get("theme", "auto")
    return asked if asked in {"light", "dark"} else "auto"


# What a role may open stands still while the server runs.


@functools.cache
def _menu(role: str) -> tuple[dict[str, Any], ...]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for item in registry.MENU:
        if roles.may(role, item.permission):
            shown = {"title": item.title, "url": reverse(item.url_name), "icon": item.icon,
                     "keys": item.keys}  # fmt: skip
            sections.setdefault(item.section, []).append(shown)
    return tuple({"title": title, "items": found} for title, found in sections.items())


@functools.lru_cache(maxsize=1_000)
def _here(role: str, path: str) -> str:
    """The address of the menu's item to which the page belongs."""
    urls = [str(item["url"]) for section in _menu(role) for item in section["items"]]
    return max((url for url in urls if _holds(url, path)), key=len, default="")


def _holds(url: str, path: str) -> bool:
    """Whether the page belongs to a menu's item; every path starts with the one of Home."""
    return path == url or (url != "/" and path.startswith(url))


@functools.cache
def _creations(role: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"title": item.title, "url": reverse(item.url_name), "keys": item.keys}
        for item in registry.CREATIONS
        if roles.may(role, item.permission)
    )
