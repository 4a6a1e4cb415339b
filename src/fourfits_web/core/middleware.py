"""At the door of every request: strangers are refused, and what is refused is said in words."""

from __future__ import annotations

import contextlib
import functools
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import get_urlconf, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from fourfits import errors
from fourfits_web.core import display, registry
from fourfits_web.core.errors import ConflictError, RefusedError

API = "/api/"
BY_PROVIDER = "/sign-in/oidc/"
log = logging.getLogger(__name__)
_SENTENCE = re.compile(r"\||(?<=[.?])\s+")
SIGNED_OUT = "You were signed out meanwhile, so nothing was stored. Sign in and send it again."


class StrangersRefused(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless it is marked; the API asks for its keys itself."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> Any:
        """Let the API through to its own authentication, and what is open to all without a question.

        Whether the workspace is alive is asked while nobody can be looked up, too.
        """
        if not getattr(view_func, "login_required", True):
            return None
        match = request.resolver_match
        if match is not None and match.namespaces[:1] == ["api"]:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        """Ask for a sign-in; whoever sent a form hears that it was not kept, and comes back to it."""
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        if request.COOKIES.get(settings.CSRF_COOKIE_NAME):  # a browser that had a page of ours
            messages.warning(request, SIGNED_OUT)
        return redirect_to_login(_page_before(request), self.get_login_url(view_func))


def _page_before(request: HttpRequest) -> str:
    """The page that held the form: its own address may take nothing but forms."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return request.path
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class Policy:
    """What an answer may load, who may frame it, who may keep it: the same for all, worded once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.words = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, say it in the answer."""
        answer = self.get_response(request)
        answer.headers.setdefault(HEADER, self.words)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


class BodiesBounded:
    """A body that is too large is refused by its length, before any of it is read.

    One that is small is read, also where the answer does not depend on it: a refusal that leaves
    it lying ends the connection, on which the client's next request is lost.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is small enough."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or length == "0":
            return self.get_response(request)
        takes_files = request.path in _large(get_urlconf(), of_api=request.path.startswith(API))
        limit = settings.UPLOAD_LIMIT_BYTES if takes_files else settings.BODY_LIMIT_BYTES
        if int(length) > limit:
            return _too_large(request, int(length), limit)
        if not takes_files:
            with contextlib.suppress(UnreadablePostError):  # who needs the body hears of it again
                _ = request.body
        return self.get_response(request)


@functools.cache
def _large(urlconf: str | None, *, of_api: bool) -> frozenset[str]:
    """Addresses that take files; those of the API are found only when it is asked: it loads long."""
    names = [name for name in registry.LARGE_BODIES if name.startswith("api:") == of_api]
    return frozenset(reverse(name, urlconf) for name in names)


def _too_large(request: HttpRequest, length: int, limit: int) -> HttpResponse:
    message = f"That is {display.size(length)}; at most {display.size(limit)} can be sent here."
    hint = "send less at once, or let the owner raise FOURFITS_UPLOAD_MIB"
    if request.path.startswith(API):
        return refusal(413, "too_large", message, {"hint": hint})
    context = {"message": message, "hint": hint}
    return render(request, "core/refused.html", context, status=413)


class ApiInShape:
    """Every refusal of the API has its one shape, also where nothing of the API was reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what no database can keep; put what others refused in shape."""
        if not request.path.startswith(API):
            return self.get_response(request)
        if (
            b"\x00" in unquote_to_bytes(request.META.get("QUERY_STRING", ""))
            or "\x00" in request.path
        ):
            return refusal(400, "invalid", "The address holds the character U+0000.")
        answer = self.get_response(request)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code < 400 or kind.startswith("application/json"):
            return answer
        status = HTTPStatus(answer.status_code)
        reference = answer.headers.get("X-Reference")
        details = {"reference": reference} if reference else None
        sentence = f"{status.phrase}: {status.description}."
        shaped = refusal(status, status.name.lower(), sentence, details)
        if "Allow" in answer.headers:
            shaped["Allow"] = answer["Allow"]
        return shaped


class AsksFirst:
    """Where no script asked before a button named "ask" did its work, a page does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Answer with the question, and with the same form again, for whoever may come in."""
        is_form = request.content_type == "application/x-www-form-urlencoded"
        if request.method != "POST" or not is_form or request.path.startswith(API):
            return None
        asked = request.POST.get("ask", "")
        if not asked:
            return None
        question, rest = (*_SENTENCE.split(asked, maxsplit=1), "")[:2]
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {"ask", "csrfmiddlewaretoken"}
        ]
        context = {
            "question": question,
            "rest": rest,
            "fields": fields,
            "here": request.get_full_path(),
            "before": _page_before(request),
        }
        return render(request, "core/ask.html", context)


class RefusalsInWords:
    """An error that fourfits raises on purpose becomes a page with its sentence and its hint."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for the view."""
        if isinstance(problem, OSError) and request.path.startswith(BY_PROVIDER):
            log.warning("the identity provider does not answer: %s", problem)
            return render(request, "socialaccount/authentication_error.html", status=502)
        if not isinstance(problem, errors.FourfitsError):
            return None
        context = {"message": problem.message, "hint": problem.hint}
        return render(request, "core/refused.html", context, status=status_of(problem))


def refusal(
    status: int, code: str, message: str, details: Any = None, **headers: str
) -> JsonResponse:
    """An error of the API, in the one shape that they all have."""
    body = {"error": {"code": code, "message": message, "details": details}}
    return JsonResponse(body, status=status, headers=headers)


def status_of(problem: errors.FourfitsError) -> int:
    """The status of HTTP that says the same."""
    if isinstance(problem, RefusedError):
        return 403
    if isinstance(problem, ConflictError):
        return 409
    return 400 if isinstance(problem, errors.InputError) else 422
