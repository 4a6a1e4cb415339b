"""Every address of the workspace, found by introspection."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

SAMPLES = {"int": "1", "uuid": str(uuid.UUID(int=1)), "str": "x", "slug": "x", "path": "x"}


@dataclass(frozen=True)
class Address:
    """One address, with sample arguments filled in."""

    name: str
    path: str
    view: Any
    arguments: tuple[str, ...]

    def __repr__(self) -> str:
        return self.name or self.path


def every() -> list[Address]:
    """All of them, in their order."""
    return list(_below(get_resolver().url_patterns))


def _below(
    patterns: list[Any], space: str = "", prefix: str = "", outer: tuple[str, ...] = ()
) -> Iterator[Address]:
    for one in patterns:
        filled, named = _filled(one.pattern)
        route, arguments = prefix + filled, (*outer, *named)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _below(one.url_patterns, inner, route, arguments)
        elif isinstance(one, URLPattern):
            yield Address(f"{space}{one.name or ''}", route, one.callback, arguments)


def _filled(pattern: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(pattern, RoutePattern):
        return "x", ("",)
    route = str(pattern)
    for name, converter in pattern.converters.items():
        kind = next(key for key in SAMPLES if type(converter).__name__.lower().startswith(key[:3]))
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    return route, tuple(pattern.converters)
