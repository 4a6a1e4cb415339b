"""Pages about webhooks."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.webhooks import actions, forms, queries, signing
from fourfits_web.webhooks.models import Delivery, Endpoint

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@may("webhooks.manage")
def endpoints(request: HttpRequest) -> HttpResponse:
    """All addresses; a new one's secret is shown this once."""
    form = forms.EndpointForm(request.POST or None)
    shown: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        secret = signing.new_secret()
        endpoint = actions.add(Actor.of(request), secret=secret, **form.cleaned_data)
        shown = {"form": forms.EndpointForm(), "secret": secret, "words": _once(endpoint)}
    elif request.method == "POST":
        status = 422
    context = {**shown, "endpoints": queries.endpoints()}
    return page(request, "webhooks/endpoints.html", context, status=status)


@require_http_methods(["GET", "POST"])
@may("webhooks.manage")
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: what it hears, and the log of its deliveries."""
    found = get_object_or_404(Endpoint, pk=pk)
    known = {"name": found.name, "url": found.url, "events": found.events}
    form = forms.EndpointForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        actions.change(Actor.of(request), found, **form.cleaned_data)
        return back(request, reverse("webhooks:endpoint", args=[pk]), "Saved.")
    return _endpoint(request, found, form, status=422 if request.method == "POST" else 200)


@require_POST
@may("webhooks.manage")
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown this once."""
    found, secret = get_object_or_404(Endpoint, pk=pk), signing.new_secret()
    actions.rotate(Actor.of(request), found, secret=secret)
    known = {"name": found.name, "url": found.url, "events": found.events}
    return _endpoint(
        request, found, forms.EndpointForm(initial=known), secret=secret, words=_once(found)
    )


@require_POST
@may("webhooks.manage")
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing more there."""
    actions.pause(Actor.of(request), get_object_or_404(Endpoint, pk=pk))
    return back(request, reverse("webhooks:endpoint", args=[pk]), "Paused.")


@require_POST
@may("webhooks.manage")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Send there again."""
    actions.resume(Actor.of(request), get_object_or_404(Endpoint, pk=pk))
    return back(request, reverse("webhooks:endpoint", args=[pk]), "Events go there again.")


@require_POST
@may("webhooks.manage")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the address."""
    found = get_object_or_404(Endpoint, pk=pk)
    name = found.name
    actions.remove(Actor.of(request), found)
    return back(request, "webhooks:list", f"{name} hears no more events.")


@require_POST
@may("webhooks.manage")
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a trial message."""
    actions.test(Actor.of(request), get_object_or_404(Endpoint, pk=pk))
    return back(request, reverse("webhooks:endpoint", args=[pk]), "A trial message is on its way.")


@require_POST
@may("webhooks.manage")
def replay(request: HttpRequest, pk: str) -> HttpResponse:
    """Bring a message again."""
    delivery = actions.replay(Actor.of(request), get_object_or_404(Delivery, pk=pk))
    address = reverse("webhooks:endpoint", args=[delivery.endpoint_id])
    return back(request, address, "The same message is on its way again.")


@require_GET
@may("webhooks.manage")
def delivery(request: HttpRequest, pk: str) -> HttpResponse:
    """One delivery: message and answers."""
    found = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
    return page(request, "webhooks/delivery.html", {"delivery": found})


def _endpoint(
    request: HttpRequest,
    found: Endpoint,
    form: forms.EndpointForm,
    *,
    status: int = 200,
    **shown: str,
) -> HttpResponse:
    part = Paginator(queries.deliveries(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"endpoint": found, "form": form, "deliveries": part, **shown}
    return page(request, "webhooks/endpoint.html", context, status=status)


def _once(endpoint: Endpoint) -> str:
    return (
        f"The secret of {endpoint.name}. Give it to the receiver now: it is kept encrypted and not "
        "shown again."
    )
