"""Pages of who asked for a feature: telling them that it has shipped, asking whether it helped."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fourfits_web.core.actors import Actor
from fourfits_web.core.lists import Standing, chosen
from fourfits_web.core.models import keys
from fourfits_web.core.pages import back, may, page
from fourfits_web.customers.models import Person
from fourfits_web.features import queries as features
from fourfits_web.features.models import Feature, Status
from fourfits_web.needs import queries as needs
from fourfits_web.roadmap import asked as reads
from fourfits_web.roadmap import forms, lists, telling
from fourfits_web.roadmap.models import Note

Behind = tuple[int, ...]


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def asked(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who asked for a feature; a post notes everybody whom its address leaves in the list as told."""
    feature = _feature(pk)
    behind = reads.needs_behind([feature])[pk]
    actor = Actor.of(request)
    message = reads.drafted(feature, actor.name)
    mark = reads.mark(pk, behind)
    declared = lists.who_asked(feature, behind, message, mark)
    rows = Standing(reads.listed, ((pk,), behind), mark=mark)
    if request.method == "POST":
        found = declared.listing(request, rows).found.when(reads.in_state(pk, ["waiting"]))
        ids = found.found.values_list("customer_id", flat=True)  # type: ignore[attr-defined]
        return _tell(request, feature, list(ids), request.get_full_path())
    noted = reads.notes(pk)
    context = {
        "feature": feature,
        "behind": behind,
        "summary": reads.summary(feature, behind),
        "n_nameless": reads.nameless(pk, behind),
        "notes": noted,
        "undo": reads.undoable(noted, actor.member),
        "message": message,
        "message_fields": forms.message_fields(message.subject, message.text),
        "told_how": forms.ToldForm.OPTIONS,
        "has_shipped": feature.status == Status.SHIPPED,
        "may_tell": actor.may("features.change"),
    }
    return declared.answer(request, rows, "roadmap/asked.html", context)


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def person(request: HttpRequest, pk: int, customer_id: str) -> HttpResponse:
    """One who asked: what they said, the message to them, what they answered."""
    feature = _feature(pk)
    behind = reads.needs_behind([feature])[pk]
    who: Any = reads.one(pk, behind, customer_id)
    if who is None:
        raise Http404("They did not ask for this feature, or are not known any more.")
    linkable = reads.linkable(behind)
    form = forms.AnswerForm(request.POST or None, needs=linkable)
    if request.method == "POST" and form.is_valid():
        return _answered(request, feature, who, form.cleaned_data, linkable)
    actor = Actor.of(request)
    message = reads.drafted(feature, actor.name)
    context = {
        "feature": feature,
        "person": who,
        "said": needs.said_by(behind, customer_id),
        "state": lists.STATES[who.asked.state],
        "subject": reads.addressed(message.subject, who.name),
        "text": reads.addressed(message.text, who.name),
        "mailto": lists.mailto(who, message) if who.email else "",
        "form": form,
        "told_how": forms.ToldForm.OPTIONS,
        "has_shipped": feature.status == Status.SHIPPED,
        "may_tell": actor.may("features.change"),
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "roadmap/asker.html", context, status=status)


@require_POST
@may("features.change")
def tell(request: HttpRequest) -> HttpResponse:
    """Note that the chosen people were told."""
    feature = _posted(request)
    return _tell(request, feature, chosen(request), _address(feature))


@require_POST
@may("features.change")
def helped(request: HttpRequest) -> HttpResponse:
    """Note that it helped the chosen people."""
    return _answer(request, Note.Kind.HELPED)


@require_POST
@may("features.change")
def not_helped(request: HttpRequest) -> HttpResponse:
    """Note that it did not help the chosen people."""
    return _answer(request, Note.Kind.NOT_HELPED)


@require_POST
@may("features.change")
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what was noted last of the chosen people."""
    feature = _posted(request)
    note = telling.take_back(Actor.of(request), feature, people=chosen(request))
    who = "1 person" if note.n_people == 1 else f"{note.n_people:,} people"
    return back(request, _address(feature), f"Took back what was noted last of {who}.")


@require_POST
@may("features.change")
def undo(request: HttpRequest, note: int) -> HttpResponse:
    """Take back all that was noted at once."""
    found = reads.note(note)
    if found is None:
        raise Http404("This note is gone already.")
    telling.undo(Actor.of(request), found)
    return back(request, _address(found.feature), "Taken back.")


@require_POST
@may("features.change")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the message."""
    feature, actor = _feature(pk), Actor.of(request)
    written = reads.drafted(feature, actor.name)
    kept = {"subject": written.subject, "text": written.text}
    form = forms.MessageForm(request.POST, initial=kept)
    if not form.is_valid():
        context = {"feature": feature, "form": form}
        return page(request, "roadmap/message.html", context, status=422)
    telling.draft(actor, feature, **form.cleaned_data)
    return back(request, _address(feature), "The message is kept.")


def _tell(request: HttpRequest, feature: Feature, people: list[str], way: str) -> HttpResponse:
    """Note it, and go back to the list, which says so and offers to undo it."""
    form = forms.ToldForm(request.POST)
    channel = form.cleaned_data["channel"] if form.is_valid() else ""
    telling.tell(Actor.of(request), feature, people=people, channel=channel)
    return back(request, way)


def _answer(request: HttpRequest, kind: Note.Kind) -> HttpResponse:
    feature = _posted(request)
    telling.answer(Actor.of(request), feature, people=chosen(request), kind=kind)
    return back(request, _address(feature))


def _answered(
    request: HttpRequest, feature: Feature, who: Person, given: dict[str, Any], linkable: list[Any]
) -> HttpResponse:
    need = next((each for each in linkable if each.pk == given["need"]), None)
    telling.answer_in_words(
        Actor.of(request),
        feature,
        customer_id=who.customer_id,
        kind=given["kind"],
        words=given["words"],
        need=need,
    )
    words = f"Noted, and written down as feedback on “{need}”." if need else "Noted."
    return back(request, request.get_full_path(), words)


def _feature(pk: int) -> Feature:
    found = features.feature(pk)
    if found is None:
        raise Http404("There is no such feature.")
    return found


def _posted(request: HttpRequest) -> Feature:
    """The feature that the form of the list names."""
    return _feature(next(iter(keys([request.POST.get("feature", "")])), 0))


def _address(feature: Feature) -> str:
    return reverse("roadmap:asked", args=[feature.pk])
