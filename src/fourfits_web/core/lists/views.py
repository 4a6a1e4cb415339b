"""Addresses that keep and forget saved views."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import saved
from fourfits_web.core.pages import back, may, page, safe_address


@require_http_methods(["GET", "POST"])
@may("self.change")
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it stands under a name, and show it."""
    if request.method == "GET":
        asked = {name: request.GET.get(name, "") for name in ("key", "query", "path")}
        context = {**asked, "path": safe_address(request, asked["path"])}
        return page(request, "core/save_view.html", context)
    posted = request.POST
    name = posted.get("name", "").strip()
    if not name:
        raise ParameterError("A saved view needs a name.", hint="type one and save again")
    query = posted.get("query", "")
    view = saved.save_view(Actor.of(request), key=posted.get("key", ""), name=name, query=query)
    path = safe_address(request, posted.get("path", ""))
    target = f"{path}?{view.query}" if path and view.query else path
    return back(request, target or "home", f"Saved the view “{view.name}”.")


@require_POST
@may("self.change")
def forget_view(request: HttpRequest) -> HttpResponse:
    """Forget a saved view; the list stays."""
    actor = Actor.of(request)
    try:
        view = saved.view_of(actor, int(request.POST.get("view", "")))
    except (ObjectDoesNotExist, ValueError):
        raise Http404("This saved view is gone already.") from None
    name = view.name
    saved.forget_view(actor, view)
    return back(request, "home", f"Forgot the view “{name}”.")
