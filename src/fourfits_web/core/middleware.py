"""At the door of every request: strangers are refused, and what is refused is said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fourfits import errors
from fourfits_web.core.errors import ConflictError, RefusedError


class StrangersRefused(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless it is marked; the API asks for its keys itself."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> Any:
        """Let the API through to its own authentication."""
        match = request.resolver_match
        if match is not None and match.namespaces[:1] == ["api"]:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class RefusalsInWords:
    """An error that fourfits raises on purpose becomes a page with its sentence and its hint."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for the view."""
        if not isinstance(problem, errors.FourfitsError):
            return None
        context = {"message": problem.message, "hint": problem.hint}
        return render(request, "core/refused.html", context, status=status_of(problem))


def status_of(problem: errors.FourfitsError) -> int:
    """The status of HTTP that says the same."""
    if isinstance(problem, RefusedError):
        return 403
    if isinstance(problem, ConflictError):
        return 409
    return 400 if isinstance(problem, errors.InputError) else 422
