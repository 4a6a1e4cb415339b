"""Pages of needs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import lists, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import keys
from fourfits_web.core.pages import back, may, page
from fourfits_web.feedback import queries as feedback
from fourfits_web.feedback.models import Item
from fourfits_web.needs import actions, counting, drawing, forms, listing, queries
from fourfits_web.needs.models import Need

QUOTES = 8
NEWEST = 10


@require_GET
@may("workspace.read")
def needs(request: HttpRequest, tab: str = "standing") -> HttpResponseBase:
    """Needs at one of their tabs, by people or by money."""
    actor = Actor.of(request)
    context = {
        "tabs": [
            {"title": title, "url": listing.address(name), "here": name == tab}
            for name, title in listing.TABS
        ],
        "run": queries.last_run(),
        "reports": list(counting.newest().values()),
        "may_shape": actor.may("needs.shape"),
        "may_look": actor.may("reports.run"),
    }
    return listing.needs(tab).answer(
        request, lists.Standing(queries.tab, (tab,)), "needs/list.html", context
    )


@require_GET
@may("workspace.read")
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One need: who has it, in whose words, how it moves, what answers it."""
    return _need(request, _found(pk))


@require_http_methods(["GET", "POST"])
@may("needs.shape")
def add(request: HttpRequest) -> HttpResponse:
    """Name a need that nobody found."""
    form = forms.AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = actions.add(Actor.of(request), **form.cleaned_data)
        return back(request, reverse("needs:need", args=[added.pk]), f"Added “{added}”.")
    status = 422 if request.method == "POST" else 200
    return page(request, "needs/add.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@may("needs.shape")
def shape(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another name and description."""
    found = _found(pk)
    form = forms.ShapeForm(request.POST or None, initial=_named(found))
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return page(request, "needs/shape.html", {"need": found, "form": form}, status=status)
    actor, said = Actor.of(request), form.cleaned_data
    if said["name"] != found.name:
        found = actions.rename(actor, found, name=said["name"])
    if said["description"] != found.description:
        found = actions.describe(actor, found, description=said["description"])
    return back(request, reverse("needs:need", args=[pk]), "Changed.")


@require_POST
@may("needs.shape")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is a need."""
    found = actions.accept(Actor.of(request), _found(pk))
    return back(request, reverse("needs:need", args=[pk]), f"Accepted “{found}”.")


@require_POST
@may("needs.shape")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is none."""
    found = actions.drop(Actor.of(request), _found(pk))
    return back(request, "needs:list", f"Dropped “{found}”. It will not be proposed again.")


@require_POST
@may("needs.shape")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dropped need up again."""
    actions.propose(Actor.of(request), _found(pk))
    return back(request, reverse("needs:need", args=[pk]), "It stands again.")


@require_POST
@may("needs.shape")
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merger back."""
    actions.unmerge(Actor.of(request), _found(pk))
    return back(request, reverse("needs:need", args=[pk]), "It stands on its own again.")


@require_POST
@may("needs.shape")
def accept_several(request: HttpRequest) -> HttpResponse:
    """Accept the chosen needs."""
    return _several(request, actions.accept, "Accepted")


@require_POST
@may("needs.shape")
def drop_several(request: HttpRequest) -> HttpResponse:
    """Drop the chosen needs."""
    return _several(request, actions.drop, "Dropped")


@require_POST
@may("needs.shape")
def merge(request: HttpRequest) -> HttpResponse:
    """Ask which of the chosen needs stays, then merge the others into it."""
    chosen = queries.chosen(lists.chosen(request))
    into = next((each for each in chosen if str(each.pk) == request.POST.get("into")), None)
    if into is None or len(chosen) < 2:
        first = next((each for each in chosen if each.is_named), chosen[0] if chosen else None)
        return page(request, "needs/merge.html", {"needs": chosen, "first": first})
    actor = Actor.of(request)
    others = [each for each in chosen if each.pk != into.pk]
    for each in others:
        actions.merge(actor, each, into=into)
    words = f"Merged {', '.join(f'“{each}”' for each in others)} into “{into}”."
    return back(request, reverse("needs:need", args=[into.pk]), words)


@require_http_methods(["GET", "POST"])
@may("needs.shape")
def merge_into(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge one need into another that was typed."""
    found, form = _found(pk), forms.ChooseForm(request.POST or None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = {"need": found, "form": form, "names": queries.names()}
        return page(request, "needs/merge_into.html", context, status=status)
    into: Need = form.cleaned_data["need"]
    actions.merge(Actor.of(request), found, into=into)
    return back(request, reverse("needs:need", args=[into.pk]), f"Merged “{found}” into “{into}”.")


@require_http_methods(["GET", "POST"])
@may("needs.shape")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what goes to a need of its own: items one by one, or a part that the machine found."""
    found = _found(pk)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = set(keys(asked.getlist("items")))
    text = request.GET.get("q", "").strip()
    items = queries.to_split(found, text, chosen)
    parts = found.parts.get("found", [])
    chosen &= {item.pk for item in items}
    form = forms.SplitForm(request.POST or None, known=chosen)
    if request.method == "POST" and form.is_valid():
        said, part = form.cleaned_data, form.cleaned_data["part"]
        wanted = parts[part]["items"] if part is not None and part < len(parts) else said["items"]
        new = actions.split(Actor.of(request), found, name=said["name"], items=wanted)
        words = f"“{new}” now stands on its own."
        return back(request, reverse("needs:need", args=[new.pk]), words)
    feedback.with_voices(items)
    context = {
        "need": found, "items": items, "parts": parts, "form": form, "chosen": chosen, "text": text,
        "n_found": len(items) - len(chosen), "most": queries.TO_SPLIT,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return page(request, "needs/split.html", context, status=status)


@require_POST
@may("needs.shape")
def look_for_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the machine look for parts."""
    job = actions.look_for_parts(Actor.of(request), _found(pk))
    return back(request, reverse("core:job", args=[job.pk]))


@require_POST
@may("reports.run")
def look(request: HttpRequest) -> HttpResponse:
    """Look for themes anew."""
    job = actions.look(Actor.of(request))
    return back(request, reverse("core:job", args=[job.pk]))


@require_GET
@may("workspace.read")
def runs(request: HttpRequest) -> HttpResponseBase:
    """Looks for themes, newest first."""
    context = {"may_look": Actor.of(request).may("reports.run")}
    return listing.RUNS.answer(request, lists.Standing(queries.runs), "needs/runs.html", context)


@require_GET
@may("workspace.read")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What a look for themes found, and how it continues what stood."""
    found = queries.run(pk)
    if found is None:
        raise Http404
    return page(request, "needs/run.html", {"run": found})


@require_GET
@may("workspace.read")
def names(request: HttpRequest) -> HttpResponse:
    """Names of needs to choose from, for fields that ask for one."""
    return page(request, "needs/names.html", {"names": queries.names()})


@require_POST
@may("feedback.sort")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an item speaks of a need."""
    return _linked(request, [_item(pk)])


@require_POST
@may("feedback.sort")
def link_several(request: HttpRequest) -> HttpResponse:
    """Say that the chosen items speak of a need."""
    return _linked(request, feedback.chosen(lists.chosen(request)))


@require_POST
@may("feedback.sort")
def unlink(request: HttpRequest, pk: int, need: int) -> HttpResponse:
    """Say that an item does not speak of a need."""
    found = _found(need)
    actions.unlink(Actor.of(request), _item(pk), need=found)
    return back(request, reverse("feedback:item", args=[pk]))


def _named(found: Need) -> dict[str, str]:
    return {"name": found.name, "description": found.description}


def _need(request: HttpRequest, found: Need) -> HttpResponse:
    actor = Actor.of(request)
    quotes = queries.quotes(found, QUOTES)
    quoted = {item.pk for item in quotes}
    newest = [item for item in queries.newest(found) if item.pk not in quoted][:NEWEST]
    feedback.with_voices([*quotes, *newest])
    context = {
        "need": found,
        "figures": found.figures,
        "quotes": quotes,
        "newest": newest,
        "way": f"?tab=all&need={found.pk}",
        "months": _months(found),
        "segments": _segments(found),
        "merged": queries.merged_into(found),
        "reports": counting.newest(),
        "panels": registry.panels(request, "needs.need", found),
        "history": queries.history(found),
        "may_shape": actor.may("needs.shape"),
        "may_decide": actor.may("decisions.record"),
        "fields": forms.shape_fields(**_named(found)),
    }
    return page(request, "needs/need.html", context)


def _months(found: Need) -> Any:
    """Bars of the last months that feedback tells of; the newest is that of the newest item."""
    end = found.figures.get("end_on")
    if not found.months or not end:
        return None
    last = datetime.date.fromisoformat(end)
    starts = [_month_before(last, back) for back in range(len(found.months) - 1, -1, -1)]
    return drawing.bars(found.months, [f"{start:%b}" for start in starts])


def _month_before(day: datetime.date, back: int) -> datetime.date:
    months = day.year * 12 + day.month - 1 - back
    return datetime.date(months // 12, months % 12 + 1, 1)


def _segments(found: Need) -> list[dict[str, Any]]:
    """Who carries it: people who voice it among those of their segment who said anything."""
    return [
        {**row, "share": row["n_people"] / max(row["n_spoke"], 1)}
        for row in found.figures.get("segments") or []
    ]


def _several(request: HttpRequest, act: Callable[[Actor, Need], Need], verb: str) -> HttpResponse:
    actor, chosen = Actor.of(request), queries.chosen(lists.chosen(request))
    for each in chosen:
        act(actor, each)
    n = len(chosen)
    return back(request, "needs:list", f"{verb} {n} need{'' if n == 1 else 's'}." if n else "")


def _linked(request: HttpRequest, items: Sequence[Item]) -> HttpResponse:
    form = forms.ChooseForm(request.POST)
    if not form.is_valid():
        return back(request, "feedback:inbox", "Choose a need by its name.", level=30)
    actor, to = Actor.of(request), form.cleaned_data["need"]
    for item in items:
        actions.link(actor, item, need=to)
    words = "Linked it" if len(items) == 1 else f"Linked {len(items)} items"
    return back(request, "feedback:inbox", f"{words} to “{to}”.")


def _found(pk: int) -> Need:
    found = queries.need(pk)
    if found is None:
        raise Http404
    return found


def _item(pk: int) -> Item:
    found = feedback.chosen([str(pk)])
    if not found:
        raise Http404
    return found[0]
