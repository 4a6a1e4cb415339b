"""Pages of feedback: the inbox, one item, and adding by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import lists, registry
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.feedback import actions, forms, queries
from fourfits_web.feedback.inbox import TABS, address
from fourfits_web.feedback.inbox import inbox as declared
from fourfits_web.feedback.models import Item, Status
from fourfits_web.members.models import Member

VOICES = 8


@require_GET
@may("workspace.read")
def inbox(request: HttpRequest, tab: str = "open") -> HttpResponseBase:
    """Feedback at one of its tabs, newest first."""
    actor, members = Actor.of(request), queries.sorters()
    context = {
        "tabs": [
            {"title": title, "url": address(name), "here": name == tab} for name, title in TABS
        ],
        "members": members,
        "undo": queries.undoable(actor.member),
        "may_add": actor.may("feedback.add"),
    }
    rows = _tab(tab, actor)
    return declared(tab, request, members).answer(request, rows, "feedback/inbox.html", context)


@require_GET
@may("workspace.read")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item, with the customer beside it."""
    actor, members = Actor.of(request), queries.sorters()
    shown = get_object_or_404(queries.items(), pk=pk)
    others = queries.others(shown)
    queries.with_voices([shown, *others], whole=True)
    context = {
        "item": shown,
        "others": others,
        "members": members,
        "undo": queries.undoable(actor.member),
        "way": _way(request, shown, members),
        "panels": registry.panels(request, "feedback.item", shown),
        "history": queries.history(shown),
        "may_sort": actor.may("feedback.sort"),
    }
    return page(request, "feedback/item.html", context)


@require_http_methods(["GET", "POST"])
@may("feedback.add")
def add(request: HttpRequest) -> HttpResponse:
    """Write down what a customer said."""
    form = forms.AddForm(request.POST or None, initial=_start(request))
    if request.method == "POST" and form.is_valid():
        added = actions.receive(Actor.of(request), **form.fields_of_item())
        again = reverse("feedback:add") if "again" in request.POST else added_url(added)
        return back(request, again, "Added.")
    status = 422 if request.method == "POST" else 200
    return page(request, "feedback/add.html", {"form": form}, status=status)


@require_GET
@may("workspace.read")
def voices(request: HttpRequest) -> HttpResponse:
    """People and accounts that begin with some letters, to choose who said it."""
    found = queries.voices(request.GET.get("customer", ""), VOICES)
    return page(request, "feedback/voices.html", {"found": found})


@require_POST
@may("feedback.sort")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who looks after an item."""
    return _after_assigning(request, [_found(pk)])


@require_POST
@may("feedback.sort")
def assign_several(request: HttpRequest) -> HttpResponse:
    """Say who looks after the chosen items."""
    return _after_assigning(request, queries.chosen(lists.chosen(request)))


@require_POST
@may("feedback.sort")
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Add tags to an item, or remove one."""
    return _after_tagging(request, [_found(pk)])


@require_POST
@may("feedback.sort")
def tag_several(request: HttpRequest) -> HttpResponse:
    """Add tags to the chosen items."""
    return _after_tagging(request, queries.chosen(lists.chosen(request)))


@require_POST
@may("feedback.sort")
def mark(request: HttpRequest, pk: int, status: str) -> HttpResponse:
    """Close an item, reopen it, or say that it is sorted."""
    return _after_marking(request, [_found(pk)], Status(status))


@require_POST
@may("feedback.sort")
def mark_several(request: HttpRequest, status: str) -> HttpResponse:
    """Close or reopen the chosen items."""
    return _after_marking(request, queries.chosen(lists.chosen(request)), Status(status))


@require_POST
@may("feedback.sort")
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one did last."""
    n = actions.undo(Actor.of(request))
    words = "Undone." if n else "Nothing was undone: others have worked on these items since."
    return back(request, "feedback:inbox", words)


def added_url(added: Item) -> str:
    """The page of an item that was just added."""
    return reverse("feedback:item", args=[added.pk])


def _after_assigning(request: HttpRequest, items: Sequence[Item]) -> HttpResponse:
    form = forms.AssignForm(request.POST)
    to: Member | None = form.cleaned_data["to"] if form.is_valid() else None
    actor = Actor.of(request)
    words = f"Assigned {_several(items)} to {to}" if to else f"Took {_several(items)} from anybody"
    return _done(request, items, lambda each: actions.assign(actor, each, to=to), words)


def _after_tagging(request: HttpRequest, items: Sequence[Item]) -> HttpResponse:
    form = forms.TagForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"add": [], "remove": []}
    if not given["add"] and not given["remove"]:
        return back(request, "feedback:inbox")
    actor = Actor.of(request)
    verb = "Tagged" if given["add"] else "Removed a tag from"
    words = f"{verb} {_several(items)}"
    return _done(request, items, lambda each: actions.tag(actor, each, **given), words)


def _after_marking(request: HttpRequest, items: Sequence[Item], status: Status) -> HttpResponse:
    actor = Actor.of(request)
    verb = {Status.OPEN: "Reopened", Status.SORTED: "Sorted", Status.CLOSED: "Closed"}[status]
    words = f"{verb} {_several(items)}"
    return _done(request, items, lambda each: actions.mark(actor, each, status=status), words)


def _done(
    request: HttpRequest, items: Sequence[Item], act: Callable[[Item], Item], words: str
) -> HttpResponse:
    """Act, and go back to where the form came from, which offers to undo it."""
    actions.together(Actor.of(request), items, act, words)
    return back(request, "feedback:inbox")


def _several(items: Sequence[Item]) -> str:
    return "this item" if len(items) == 1 else f"{len(items)} items"


def _found(pk: int) -> Item:
    found: Item = get_object_or_404(queries.items(), pk=pk)
    return found


def _tab(name: str, actor: Actor) -> lists.Standing:
    """What the tab holds, for whom it is theirs."""
    is_own = name == "mine" and actor.member is not None
    return lists.Standing(queries.tab, (name, actor.member.pk if is_own else None))


def _way(request: HttpRequest, shown: Item, members: Sequence[Member]) -> dict[str, str]:
    """From the list in which the item was found: back to it, and to the items before and after."""
    query = request.GET.copy()
    tab = "".join(query.pop("tab", []))
    if tab not in dict(TABS):
        return {"back": address("open"), "title": "Feedback"}
    rows = _tab(tab, Actor.of(request))
    listing = declared(tab, request, members).listing(request, rows)
    around = {"previous": queries.newer, "next": queries.older}
    found = {name: look(listing.found.found, shown) for name, look in around.items()}  # type: ignore[attr-defined]
    places = {
        name: f"{reverse('feedback:item', args=[pk])}?{request.GET.urlencode()}"
        for name, pk in found.items()
        if pk is not None
    }
    title = f"Feedback: {dict(TABS)[tab].lower()}"
    return {"back": f"{address(tab)}?{query.urlencode()}", "title": title, **places}


def _start(request: HttpRequest) -> dict[str, Any]:
    return {"customer": request.GET.get("customer", ""), "said_on": timezone.localdate()}
