"""What every template knows: the workspace, who looks, the menu."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from fourfits_web.core import registry
from fourfits_web.core.actors import Actor


def workspace(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page; a stranger gets the name alone."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    actor = Actor.of(request) if signed_in else None
    return {
        "workspace": settings.WORKSPACE,
        "actor": actor,
        "menu": _menu(request, actor) if actor else [],
        "creations": _creations(actor) if actor else [],
        "theme": theme(request),
    }


def theme(request: HttpRequest) -> str:
    """Light, dark, or as the system has it."""
    asked = request.COOKIES.get("theme", "auto")
    return asked if asked in {"light", "dark"} else "auto"


def _menu(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    items = [
        {"title": item.title, "url": reverse(item.url_name), "icon": item.icon, "keys": item.keys,
         "section": item.section, "active": False}
        for item in registry.MENU
        if actor.may(item.permission)
    ]  # fmt: skip
    here = [item for item in items if _holds(str(item["url"]), request.path)]
    if here:
        max(here, key=lambda item: len(str(item["url"])))["active"] = True
    for item in items:
        sections.setdefault(str(item["section"]), []).append(item)
    return [{"title": title, "items": found} for title, found in sections.items()]


def _holds(url: str, path: str) -> bool:
    """Whether the page belongs to a menu's item; every path starts with the one of Home."""
    return path == url or (url != "/" and path.startswith(url))


def _creations(actor: Actor) -> list[dict[str, Any]]:
    return [
        {"title": item.title, "url": reverse(item.url_name), "keys": item.keys}
        for item in registry.CREATIONS
        if actor.may(item.permission)
    ]
