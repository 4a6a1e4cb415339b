"""Pages about webhooks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits.errors import ParameterError
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing
from fourfits_web.core.pages import back, may, page
from fourfits_web.webhooks import actions, delivering, forms, queries, signing, view_lists
from fourfits_web.webhooks.models import Delivery, Endpoint

ENDPOINT = "webhooks/endpoint.html"


@require_http_methods(["GET", "POST"])
@may("webhooks.manage")
def endpoints(request: HttpRequest) -> HttpResponseBase:
    """All addresses; a new one's secret is shown this once."""
    template, declared = "webhooks/endpoints.html", view_lists.ENDPOINTS
    if request.method == "GET":
        context = {"form": forms.EndpointForm()}
        return declared.answer(request, list(queries.endpoints()), template, context)
    form, shown, secret = forms.EndpointForm(request.POST), {}, signing.new_secret()
    if form.is_valid():
        try:
            endpoint = actions.add(Actor.of(request), secret=secret, **form.cleaned_data)
        except ParameterError as refused:
            form.refuse(refused)
        else:
            form, shown = forms.EndpointForm(), {"secret": secret, "words": _once(endpoint)}
    status = 422 if form.errors else 200
    listing = declared.listing(request, list(queries.endpoints()))
    return page(request, template, {"listing": listing, "form": form, **shown}, status=status)


@require_http_methods(["GET", "POST"])
@may("webhooks.manage")
def endpoint(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One address: what it hears, and the log of its deliveries."""
    found = get_object_or_404(Endpoint, pk=pk)
    form = forms.EndpointForm(request.POST or None, initial=_known(found))
    if request.method == "GET":
        context = {"endpoint": found, "form": form}
        declared = view_lists.deliveries(request)
        return declared.answer(request, Standing(queries.deliveries, (pk,)), ENDPOINT, context)
    if form.is_valid():
        try:
            actions.change(Actor.of(request), found, **form.cleaned_data)
        except ParameterError as refused:
            form.refuse(refused)
        else:
            return back(request, reverse("webhooks:endpoint", args=[pk]), "Saved.")
    return _endpoint(request, found, form, status=422)


@require_POST
@may("webhooks.manage")
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown this once."""
    found, secret = get_object_or_404(Endpoint, pk=pk), signing.new_secret()
    actions.rotate(Actor.of(request), found, secret=secret)
    form = forms.EndpointForm(initial=_known(found))
    return _endpoint(request, found, form, secret=secret, words=_once(found))


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
    context = {
        "delivery": found,
        "attempts": list(found.attempts.all()),
        "days_kept": delivering.BODIES_KEPT.days,
    }
    return page(request, "webhooks/delivery.html", context)


def _endpoint(
    request: HttpRequest,
    found: Endpoint,
    form: forms.EndpointForm,
    *,
    status: int = 200,
    **shown: str,
) -> HttpResponse:
    """The page as it answers to a write."""
    address = reverse("webhooks:endpoint", args=[found.pk])
    declared = view_lists.deliveries(request)
    listing = declared.listing(request, Standing(queries.deliveries, (found.pk,)), path=address)
    context = {"listing": listing, "endpoint": found, "form": form, **shown}
    return page(request, ENDPOINT, context, status=status)


def _known(endpoint: Endpoint) -> dict[str, Any]:
    return {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}


def _once(endpoint: Endpoint) -> str:
    return (
        f"The secret of {endpoint.name}. Give it to the receiver now: it is kept encrypted and not "
        "shown again."
    )
