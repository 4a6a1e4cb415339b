"""Pages of the roadmap."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import naming
from fourfits_web.core.actions import require
from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing
from fourfits_web.core.pages import back, may, page, wants_fragment
from fourfits_web.core.remembering import drawn
from fourfits_web.features import queries as features
from fourfits_web.roadmap import actions, asked, forms, lists, queries
from fourfits_web.roadmap import timeline as drawing
from fourfits_web.roadmap.models import BOARD, MEANING, Item, Lane, Release

OLD = datetime.timedelta(days=30)
"""Deliveries older than that say so above the forecasts."""

UNDO = "roadmap.undo"
"""Where the session keeps the last move until the board has offered to take it back."""

ARROWS = (
    ("Space", "Lift and drop a card"),
    ("← ↑ → ↓", "Move the lifted card"),
    ("Esc", "Put it back"),
)


@require_GET
@may("workspace.read")
def board(request: HttpRequest) -> HttpResponse:
    """What is built now, next, later."""
    undo = request.session.pop(UNDO, None)
    context = {**_board(request), "undo": undo, "vision": queries.vision()}
    return page(request, "roadmap/board.html", context)


@require_POST
@may("roadmap.plan")
def move(request: HttpRequest) -> HttpResponse:
    """Move an item; the answer is the board with a way back."""
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such place on the board.")
    given = form.cleaned_data
    item = _item(given["item"])
    undo = _undo(item, given["lane"])
    place_now, after = given["place"], given["after"]
    if after is None and place_now is not None and _chosen(request) and not given["exact"]:
        place_now = _before_first_shown(request, given["lane"], item)
    actions.move(Actor.of(request), item, lane=given["lane"], place=place_now, after=after)
    if not wants_fragment(request):
        request.session[UNDO] = undo
        return back(request, "roadmap:board")
    context = {**_board(request), "undo": undo, "moved": item.pk}
    return page(request, "roadmap/board.html", context)


@require_POST
@may("roadmap.plan")
def put(request: HttpRequest) -> HttpResponse:
    """Put a feature on the roadmap."""
    form = forms.PutForm(request.POST)
    feature = features.feature(form.cleaned_data["feature"]) if form.is_valid() else None
    if feature is None:
        raise Http404("There is no such feature.")
    actions.put(Actor.of(request), feature, lane=form.cleaned_data["lane"])
    word = Lane(form.cleaned_data["lane"]).label
    return back(request, "roadmap:board", f"“{feature}” is at “{word}” now.")


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def vision(request: HttpRequest) -> HttpResponse:
    """What the product is for, and how that changed; those who plan write it."""
    found, actor = queries.vision(), Actor.of(request)
    initial = {"text": found.text, "is_shared": found.is_shared}
    form = forms.VisionForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require(actor, "roadmap.plan")
        if form.is_valid():
            written = actions.write_vision(actor, found, **form.cleaned_data)
            return back(
                request, "roadmap:board", "" if written.text else "The vision is taken back."
            )
    context = {
        "form": form,
        "vision": found,
        "may_plan": actor.may("roadmap.plan"),
        "history": queries.history_of_vision(found),
    }
    return page(request, "roadmap/vision.html", context, status=422 if form.errors else 200)


@require_GET
@may("workspace.read")
def timeline(request: HttpRequest) -> HttpResponse:
    """When planned work can be done, by quarter."""
    lanes, today = queries.board(_chosen(request)), timezone.localdate()
    known = [item.forecast_from for found in lanes.values() for item in found]
    newest = max((day for day in known if day), default=None)
    context = {
        **_frame(request, "timeline"),
        "drawn": drawing.timeline(
            [(lane.label, lanes[lane]) for lane in BOARD],
            queries.releases_ahead(),
            today,
        ),
        "forecast_from": newest,
        "is_empty": not any(lanes.values()),
        "is_old": newest is not None and newest < today - OLD,
    }
    return page(request, "roadmap/timeline.html", context)


@require_POST
@may("roadmap.plan")
def compute(request: HttpRequest) -> HttpResponse:
    """Forecast anew."""
    actions.forecast_soon(Actor.of(request))
    return back(request, "roadmap:timeline", "The forecast is computed in the background.")


@require_GET
@may("workspace.read")
def shared(request: HttpRequest) -> HttpResponse:
    """What outsiders may see: no internal items, no money, no accounts."""
    public = request.build_absolute_uri(reverse("roadmap:public"))
    context = {**_frame(request, "shared"), **_shared(), "public": public}
    context["is_public"] = settings.PUBLIC_ROADMAP
    return page(request, "roadmap/shared.html", context)


@login_not_required
@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """The shared view for everybody, where the workspace's settings open it."""
    if not settings.PUBLIC_ROADMAP:
        raise Http404("The shared roadmap is for members.")
    return render(request, "roadmap/public.html", {**_shared(), "for_outsiders": True})


def _shared() -> dict[str, Any]:
    today = timezone.localdate()
    lanes, told = queries.shared(today), queries.vision()
    return {
        "vision": told.text if told.is_shared else "",
        "lanes": [
            {"lane": lane.value, "title": lane.label, "items": lanes[lane]}
            for lane in (*BOARD, Lane.DONE)
        ],
        "is_empty": not any(lanes.values()),
        "notices": queries.notices(today),
    }


@require_http_methods(["GET", "POST"])
@may("roadmap.plan")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Place, team, release and shared words of an item."""
    found = _item(pk)
    form = forms.ItemForm(request.POST or None, item=found, releases=queries.open_releases())
    if request.method == "POST" and form.is_valid():
        undo, is_moved = _undo(found, form.cleaned_data["lane"]), _is_moved(form, found)
        _save_item(request, found, dict(form.cleaned_data), is_moved=is_moved)
        if is_moved:
            request.session[UNDO] = undo
            return back(request, "roadmap:board")
        return back(request, reverse("features:feature", args=[found.feature.pk]), "Saved.")
    status = 422 if request.method == "POST" else 200
    return page(request, "roadmap/item.html", {"form": form, "item": found}, status=status)


@require_GET
@may("workspace.read")
def releases(request: HttpRequest) -> HttpResponseBase:
    """Releases, those ahead first."""
    context = _frame(request, "releases")
    return lists.RELEASES.answer(
        request, Standing(queries.releases), "roadmap/releases.html", context
    )


@require_http_methods(["GET", "POST"])
@may("roadmap.plan")
def new_release(request: HttpRequest) -> HttpResponse:
    """Plan a release."""
    form = forms.ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        planned = actions.plan_release(Actor.of(request), **form.cleaned_data)
        address = reverse("roadmap:release", args=[planned.pk])
        return back(request, address, f"Planned “{planned}”.")
    status = 422 if request.method == "POST" else 200
    return page(request, "roadmap/new_release.html", {"form": form}, status=status)


@require_GET
@may("workspace.read")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """A release with its items."""
    found = _release(pk)
    items = queries.in_release(found)
    context = {
        "release": found,
        "items": items,
        "asked": _asked(items) if found.shipped_on else [],
        "may_plan": Actor.of(request).may("roadmap.plan"),
        "today": timezone.localdate(),
    }
    return page(request, "roadmap/release.html", context)


@require_http_methods(["GET", "POST"])
@may("roadmap.plan")
def change_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a release."""
    found = _release(pk)
    initial = {
        "name": found.name, "release_on": found.release_on, "notice": found.notice,
        "is_shared": found.is_shared,
    }  # fmt: skip
    form = forms.ReleaseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_release(Actor.of(request), found, **form.cleaned_data)
        return back(request, reverse("roadmap:release", args=[pk]), "Saved.")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "release": found}
    return page(request, "roadmap/change_release.html", context, status=status)


@require_POST
@may("roadmap.plan")
def ship_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a release is out."""
    found = actions.ship_release(Actor.of(request), _release(pk), shipped_on=timezone.localdate())
    words, way = f"“{found}” is shipped.", reverse("roadmap:release", args=[pk])
    if any(summary.n_waiting for _, summary in _asked(queries.in_release(found))):
        words, way = f"{words} Those who asked for what is in it do not know yet.", f"{way}#asked"
    return back(request, way, words)


@require_POST
@may("roadmap.plan")
def drop_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a release."""
    found = _release(pk)
    name = found.name
    actions.drop_release(Actor.of(request), found)
    return back(request, "roadmap:releases", f"“{name}” is dropped; its items stay on the board.")


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Filters in the address."""
    told = {name: request.GET.get(name, "").strip()[:300] for name in queries.FILTERS}
    return {name: value for name, value in told.items() if value}


def _frame(request: HttpRequest, tab: str) -> dict[str, Any]:
    """What all pages of the roadmap share: who looks, filters, the address that keeps them."""
    chosen = _chosen(request)
    return {
        "tab": tab,
        "chosen": chosen,
        "filters": [
            {
                "name": name, "title": name.capitalize(), "chosen": chosen.get(name, ""),
                "values": [(value, _word(name, value)) for value in values],
            }
            for name, values in queries.choices().items()
            if values
        ] if tab in {"board", "timeline"} else [],
        "query": f"?{urlencode(chosen)}" if chosen else "",
        "may_plan": Actor.of(request).may("roadmap.plan"),
    }  # fmt: skip


def _word(name: str, value: str) -> str:
    """What a value is called where it is chosen."""
    return naming.segments().heading(value) if name == "segment" else capfirst(value)


def _board(request: HttpRequest) -> dict[str, Any]:
    frame = _frame(request, "board")
    lanes, counts = queries.board(frame["chosen"]), queries.counts(frame["chosen"])
    return {
        **frame,
        "lanes": [
            {
                "lane": lane.value,
                "title": lane.label,
                "meaning": MEANING[lane],
                "items": lanes[lane],
                "n": counts[lane],
                "n_more": counts[lane] - len(lanes[lane]),
            }
            for lane in BOARD
        ],
        "is_empty": not any(lanes.values()),
        "ideas": _ideas() if frame["may_plan"] else "",
        "places": forms.LANES,
        "help_keys": ARROWS if frame["may_plan"] else (),
    }


def _ideas() -> str:
    """What can be put on the board, as options."""
    ideas = queries.ideas()
    return drawn("roadmap/_ideas.html", ideas=tuple(ideas)) if ideas else ""


def _before_first_shown(request: HttpRequest, lane: str, moved: Item) -> int:
    """Under a filter, the top of a lane is the place of the first card that is shown."""
    shown = queries.board(_chosen(request)).get(lane, [])
    return next((each.place for each in shown if each.pk != moved.pk), 0)


def _undo(item: Item, lane: str) -> dict[str, Any]:
    """What takes a move back: where the item stands before it."""
    return {
        "item": item.pk,
        "lane": item.lane,
        "place": item.place,
        "name": item.feature.name,
        "to": Lane(lane).label,
    }


def _is_moved(form: forms.ItemForm, item: Item) -> bool:
    given = form.cleaned_data
    is_named = "position" in form.data and given["position"] != item.place + 1
    return given["lane"] != item.lane or is_named


def _save_item(request: HttpRequest, found: Item, given: dict[str, Any], *, is_moved: bool) -> None:
    """One form, up to three actions: only what differs is done."""
    actor = Actor.of(request)
    lane, release_, position = given.pop("lane"), given.pop("release"), given.pop("position")
    if any(getattr(found, name) != value for name, value in given.items()):
        actions.describe(actor, found, **given)
    if found.release != release_:
        actions.assign_release(actor, found, release=release_)
    if is_moved:
        is_named = position is not None and (found.lane == lane or position != found.place + 1)
        actions.move(actor, found, lane=lane, place=position - 1 if is_named else None)


def _asked(items: list[Item]) -> list[tuple[Item, asked.Summary]]:
    """How many asked for each feature that a release brought, and how many of them were told."""
    sums = asked.summaries([each.feature for each in items])
    return [(each, sums[each.feature_id]) for each in items]


def _item(pk: int) -> Item:
    found = queries.item(pk)
    if found is None:
        raise Http404("This item is gone.")
    return found


def _release(pk: int) -> Release:
    found = queries.release(pk)
    if found is None:
        raise Http404("This release is gone.")
    return found
