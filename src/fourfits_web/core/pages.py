"""One view answers with the whole page or, for htmx, with the part of it that changed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.template import RequestContext
from django.template.loader import get_template, render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from fourfits_web.core import actions
from fourfits_web.core.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django_htmx.middleware import HtmxDetails

    View = Callable[..., HttpResponseBase]


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or its fragment when htmx asks.

    The fragment of `feedback/inbox.html` is `feedback/_inbox.html`, which the page includes.
    A form that was refused is answered with `status=422`.
    """
    if not wants_fragment(request):
        content = _drawn(request, template, context or {})
    else:
        content = _drawn(request, fragment_of(template), context or {}) + _notices(request)
    response = HttpResponse(content, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _drawn(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """The template with what it is given, which is let go at once.

    Django's contexts hold themselves: all that pages read would stay until the collector of garbage
    comes, which then halts every page of the process for as long as a few of them take.
    """
    told = RequestContext(request)
    told.push(dict(context))
    try:
        drawn: str = get_template(template).template.render(told)  # type: ignore[attr-defined]
    finally:
        told.dicts.clear()
    return drawn


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; a boosted link or a restored page wants the whole."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx is None or not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def fragment_of(template: str) -> str:
    """Where the part of a page stands that changes.

    >>> fragment_of("feedback/inbox.html")
    'feedback/_inbox.html'
    """
    folder, slash, name = template.rpartition("/")
    return f"{folder}{slash}_{name}"


def back(
    request: HttpRequest, fallback: Any, message: str = "", *, level: int = messages.SUCCESS
) -> HttpResponse:
    """After a write: to the page that the form came from (`next`), else to `fallback`.

    Args:
        request: The request that wrote.
        fallback: A model, the name of an address, or an address.
        message: One sentence that the next page shows.
        level: `messages.SUCCESS`, or `WARNING` and `ERROR` where something is left to do.
    """
    if message:
        messages.add_message(request, level, message)
    target = safe_address(request, request.POST.get("next", "")) or resolve_url(fallback)
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def safe_address(request: HttpRequest, address: str) -> str:
    """The address if it is one of ours, else nothing."""
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if own else ""


def may(permission: str) -> Callable[[View], View]:
    """Let only those see the view whose role allows it; others read why not."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actions.require(Actor.of(request), permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _notices(request: HttpRequest) -> str:
    """Messages of a write that answered with a fragment, shown beside it."""
    waiting = list(messages.get_messages(request))
    if not waiting:
        return ""
    return render_to_string("core/_notices.html", {"notices": waiting, "beside": True}, request)
