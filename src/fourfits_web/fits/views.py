"""Pages of the four fits."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fourfits_web.core import naming
from fourfits_web.core.actors import Actor
from fourfits_web.core.pages import back, may, page
from fourfits_web.decisions import queries as decisions
from fourfits_web.fits import actions, forms, queries
from fourfits_web.fits.analyses import conflicts, grid, scorecard
from fourfits_web.fits.models import Conflict, Owner
from fourfits_web.reports.models import Report

MARKS = ("0", "60", "100")


@require_GET
@may("workspace.read")
def four(request: HttpRequest) -> HttpResponse:
    """The square of the four fits, the grid of all of them, and the conflicts with the plan."""
    report, conflicts_report = queries.newest_runs()
    if report is None or report.refused:
        return page(request, "fits/nothing.html", {"report": report, "kinds": scorecard.KINDS})
    plan = request.GET.get("plan", "")[:200]
    cards = _cards(queries.conflicts())
    context = _fits(report) | {
        "plan": plan,
        "cards": sorted(cards, key=lambda card: not card.is_open),
        "n_open": sum(card.is_open for card in cards),
        "gone": _cards(queries.gone()),
        "one_sided": decisions.not_agreed(),
        "conflicts_report": conflicts_report,
    }
    fits = context["fits"]
    context["grid"] = _later(grid.read, fits, plan, context["names"])
    return page(request, "fits/four.html", context)


@require_GET
@may("workspace.read")
def fit(request: HttpRequest, slug: str) -> HttpResponse:
    """One fit: every group with all its evidence, and who answers for it."""
    report = queries.newest_scorecard()
    if report is None or report.refused:
        raise Http404
    kind = scorecard.KINDS.get(slug.replace("-", "_"))
    if kind is None or all(row["fit"] != kind.name for row in report.rows):
        raise Http404
    context = _fits(report)
    fits, owner = context["fits"], context["owners"].get(kind.name)
    context |= {
        "kind": kind,
        "fit": _later(lambda: fits[kind.name]),
        "source_n": cache.get_or_set(
            f"fits-source:{report.pk}:{report.computed_at.timestamp()}:{kind.name}",
            lambda: fits[kind.name].source_n,
        ),
        "owner_form": _later(
            lambda: forms.OwnerForm(initial={"member": owner.member if owner else None})
        ),
    }
    return page(request, "fits/fit.html", context)


@require_POST
@may("fits.change")
def own(request: HttpRequest, slug: str) -> HttpResponse:
    """Name who answers for a fit."""
    name = slug.replace("-", "_")
    form = forms.OwnerForm(request.POST)
    if name not in scorecard.KINDS or not form.is_valid():
        raise Http404
    owner = queries.owner(name) or Owner(fit=name)
    actions.own(Actor.of(request), owner, to=form.cleaned_data["member"])
    who = owner.member.name if owner.member else "Nobody by name"
    title = scorecard.KINDS[name].title
    return back(request, reverse("fits:fit", args=[slug]), f"{who} answers for {title} fit.")


@require_http_methods(["GET", "POST"])
@may("workspace.read")
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """One conflict: its numbers, what would mend it, what the team answered."""
    found = queries.conflict(pk)
    if found is None:
        raise Http404
    form = forms.AnswerForm(request.POST) if request.method == "POST" else _later(forms.AnswerForm)
    if request.method == "POST" and form.is_valid():
        actions.answer(Actor.of(request), found, **form.cleaned_data)
        return back(request, found, "The answer stands with the numbers of today.")
    context = {"card": _cards([found])[0], "form": form}
    return page(
        request, "fits/conflict.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
@may("fits.change")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answers to a conflict back."""
    found = queries.conflict(pk)
    if found is None:
        raise Http404
    actions.reopen(Actor.of(request), found)
    return back(request, found, "The conflict is open again.")


def _fits(report: Report) -> dict[str, Any]:
    """The fits of a scorecard, read only where a template has not kept what it drew of them.

    `drawn_of` names all that the drawing depends on beside the report, which never changes.
    """
    owners = queries.owners()
    named = ";".join(f"{fit} {owner.member_id} {owner.member}" for fit, owner in owners.items())
    names = naming.segments()
    return {
        "report": report,
        "fits": _later(lambda: scorecard.read(report, queries.trends(), owners, names)),
        "owners": owners,
        "names": names,
        "drawn_of": f"{queries.newest_score()} {named} {names.pairs}",
        "default_marks": MARKS,
    }


def _cards(found: Iterable[Conflict]) -> list[conflicts.Card]:
    """Conflicts as cards, with the addresses of the features that they concern."""
    known, currency, names = list(found), settings.WORKSPACE.currency, naming.segments()
    ids = {name for one in known for name in one.feature_ids}
    urls = _later(queries.feature_urls, ids)
    return [
        conflicts.card(one, currency, names, decide_url=_later(_decide_url, one, names), urls=urls)
        for one in known
    ]


def _later(function: Callable[..., Any], *given: Any) -> Any:
    """What the function returns, asked for where a template draws it."""
    return SimpleLazyObject(functools.partial(function, *given))


def _decide_url(found: Conflict, names: naming.Names) -> str:
    """The page on which a decision about a conflict is recorded, with what is known filled in."""
    about = conflicts.others_named(found)
    known: dict[str, Any] = {
        "what": f"{names.told(found.title, about)}: ",
        "why": names.told(found.sentence, about),
        "kind": conflicts.DECIDED_AS[found.kind],
        "fits": conflicts.FITS_OF[found.kind],
        "report": found.report_id or [],
        "record": f"fits.conflict:{found.pk}",
        "url": found.get_absolute_url(),
    }
    return f"{reverse('decisions:new')}?{urlencode(known, doseq=True)}"
