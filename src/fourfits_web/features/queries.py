"""Reads about features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet

from fourfits_web.core import naming, prepared
from fourfits_web.customers import queries as customers
from fourfits_web.features.models import AHEAD, Feature, Link, ScoreInput, Standing, Status
from fourfits_web.features.scales import SCALES
from fourfits_web.feedback import queries as feedback
from fourfits_web.needs import queries as needs
from fourfits_web.needs.models import Need

QUOTED, QUOTES = 3, 3
"""Needs with quotes on a feature's page, quotes of each."""
IDEAS = 50
"""Features that can be put on the roadmap from there."""
SHIPPED = 6
"""Features that shipped last, of which Home may speak."""
SHOWN = 20
"""Features that the page of a need names."""


def _standing() -> QuerySet[Link]:
    """Links to needs that stand for themselves: those to parts of others wait for their day."""
    return Link.objects.filter(need__merged_into=None)


_feature = prepared.Question(
    lambda pk: Feature.objects.select_related("standing", "owner").filter(pk=pk)
)
_links = prepared.Question(
    lambda pk: _standing().filter(feature=pk).select_related("need", "author")
)
_needs_of = prepared.Question(
    lambda pks: _standing().filter(feature__in=pks).values_list("feature_id", "need_id")
)
_statements = prepared.Question(
    lambda pk: (
        ScoreInput.objects.filter(feature=pk).select_related("author").order_by("-given_at", "-pk")
    )
)
_n_ranked = prepared.Question(
    # `Count` would group the rows
    lambda: Standing.objects.filter(rank__isnull=False).values_list(
        Func("pk", function="COUNT", output_field=IntegerField())
    )
)
_by_id = prepared.Question(
    # what names it and how it stands
    lambda ids: (
        Feature.objects.select_related("standing")
        .defer("description", "own")
        .filter(feature_id__in=ids)
    )
)
_for_need = prepared.Question(
    lambda pk, name: for_needs([pk], [name]).order_by("standing__rank", "name")[:SHOWN]
)
_waited_for = prepared.Question(
    lambda pks, names: (
        for_needs(pks, names)
        .filter(status__in=AHEAD)
        .only("name", "status", "need", "release_on", "standing__rank")
    )
)
_ideas = prepared.Question(
    lambda: (
        Feature.objects.filter(status=AHEAD[0])
        .order_by(F("standing__rank").asc(nulls_last=True), "name")
        .values_list("pk", "name", "standing__rank")[:IDEAS]
    )
)
_shipped = prepared.Question(
    lambda: (
        Feature.objects.filter(status=Status.SHIPPED)
        .only("name", "need", "status", "changed_at")
        .order_by("-changed_at", "pk")[:SHIPPED]
    )
)
_words = {
    column: prepared.Question(lambda column=column: _words_of(column))
    for column in ("need", "segment")
}


def features() -> QuerySet[Feature]:
    """All features with where they stand."""
    return Feature.objects.select_related("standing", "owner").defer("description", "own")


def feature(pk: int) -> Feature | None:
    """One feature, if it is there."""
    return _feature.first(pk)


def by_id(ids: Iterable[str]) -> dict[str, Feature]:
    """Features by the id that the lake knows them by."""
    return {each.feature_id: each for each in _by_id(list(ids))}


def ideas() -> list[tuple[int, str, int | None]]:
    """The first features that nobody has planned yet, best rank first: key, name, rank."""
    return _ideas()


def shipped() -> list[Feature]:
    """The features that shipped last, or were changed since."""
    return _shipped()


def words(column: str) -> list[tuple[str, str]]:
    """Values that a column of texts holds, to choose from."""
    return [(word, word) for (word,) in _words[column]()]


def segments() -> list[tuple[str, str]]:
    """Segments that features are for, each with the name that people call it."""
    called = naming.segments()
    return [(name, called(name)) for name, _ in words("segment")]


def standing(one: Feature) -> Standing:
    """Where a feature stands; one without any report stands nowhere."""
    try:
        return one.standing
    except Standing.DoesNotExist:
        return Standing(feature=one)


def links(one: Feature) -> list[Link]:
    """Needs that people linked to a feature, the strongest first."""
    order = {"critical": 0, "important": 1, "nice_to_have": 2}
    return sorted(_links(one.pk), key=lambda link: (order[link.strength], link.linked_at))


def for_needs(pks: Sequence[int], names: Sequence[str]) -> QuerySet[Feature]:
    """Features that answer one of the needs: linked by people, or by the need's name in the lake."""
    linked = Link.objects.filter(need_id__in=pks).values("feature_id")
    answers = Q(pk__in=linked) | Q(need__in=names)
    return Feature.objects.filter(answers).select_related("standing")


def for_need(need: Need) -> list[Feature]:
    """Features that answer a need, best rank first."""
    return _for_need(need.pk, need.name)


def needs_of(ids: Iterable[int]) -> dict[int, list[int]]:
    """Needs that people linked, by feature."""
    found: dict[int, list[int]] = {}
    for one, need in _needs_of(list(ids)):
        found.setdefault(one, []).append(need)
    return found


def statements(one: Feature) -> list[ScoreInput]:
    """All that was stated about the inputs of a feature, newest first."""
    return _statements(one.pk)


def counting(stated: Iterable[ScoreInput]) -> dict[str, ScoreInput]:
    """The statement that counts for each input: the newest by a person, else the newest of a file."""
    found: dict[str, ScoreInput] = {}
    for each in sorted(stated, key=_weight):
        found[each.name] = each
    return {name: found[name] for name in SCALES if name in found}


def counting_by_feature(ids: Iterable[int]) -> dict[int, dict[str, ScoreInput]]:
    """The statements that count, by feature."""
    grouped: dict[int, list[ScoreInput]] = {}
    for each in ScoreInput.objects.filter(feature__in=list(ids)):
        grouped.setdefault(each.feature_id, []).append(each)
    return {one: counting(stated) for one, stated in grouped.items()}


def unwritten() -> QuerySet[Feature]:
    """Features whose newest change the lake does not know."""
    return Feature.objects.filter(is_unwritten=True).order_by("pk")


def found_by(text: str, limit: int) -> list[Feature]:
    """Features whose name holds the text."""
    return list(Feature.objects.filter(name__icontains=text).order_by("name")[:limit])


def _words_of(column: str) -> QuerySet[Feature, tuple[str]]:
    found = Feature.objects.exclude(**{column: ""}).order_by(column)
    return found.values_list(column).distinct()[:500]


def _weight(each: ScoreInput) -> Any:
    return each.origin == ScoreInput.Origin.PERSON, each.given_at, each.pk or 0


def inputs(one: Feature) -> list[dict[str, Any]]:
    """Each input with the statement that counts and the earlier ones."""
    stated = statements(one)
    counts = counting(stated)
    return [
        {
            "scale": scale,
            "counts": counts.get(name),
            "earlier": [each for each in stated if each.name == name and each is not counts[name]],
        }
        for name, scale in SCALES.items()
        if name in counts
    ]


def n_ranked() -> int:
    """How many features have a rank."""
    n: int = _n_ranked()[0][0]
    return n


def voices(one: Feature, linked: Sequence[Link]) -> dict[str, Any]:
    """The needs that a feature answers, what customers say about them, and which accounts ask."""
    answered: list[dict[str, Any]] = [{"need": link.need, "link": link} for link in linked]
    named = None if linked else needs.named(one.need)
    if named is not None:
        answered = [{"need": named, "link": None}]
    return heard(answered)


def heard(answered: list[dict[str, Any]]) -> dict[str, Any]:
    """What customers say about needs, each under `need`, and which accounts ask for them.

    Quotes of the first needs only: so many queries for any number of needs and of quotes.
    """
    for each in answered[:QUOTED]:
        each["quotes"] = needs.quotes(each["need"], QUOTES)
    quotes = [quote for each in answered for quote in each.get("quotes", [])]
    feedback.with_voices(quotes)
    asking = needs.accounts_that_speak([each["need"] for each in answered])
    known = customers.accounts({account_id for account_id, _ in asking})
    accounts = [(known[key], n) for key, n in asking if key in known]
    return {"needs": answered, "accounts": accounts}


def needs_behind(needs_: Iterable[int], features_: Iterable[int], ids: Iterable[str]) -> list[Need]:
    """Needs, and those that features answer, what most people have first.

    Args:
        needs_: Needs by key; a merged one leads to the one that it is part of.
        features_: Features by key.
        ids: Features by the id under which reports know them.
    """
    answering = Feature.objects.filter(Q(pk__in=list(features_)) | Q(feature_id__in=list(ids)))
    known = dict(answering.values_list("pk", "need"))
    linked = needs_of(known)
    names = [name for pk, name in known.items() if name and pk not in linked]
    keys = {*needs_, *(pk for found in linked.values() for pk in found)}
    return needs.standing_for(keys, names)


def waited_for(account_id: str) -> list[tuple[Feature, int]]:
    """Features ahead that answer what the people of an account say, and how many items say it."""
    said = needs.spoken_of_by_account(account_id)
    found = _waited_for([need.pk for need, _ in said], [need.name for need, _ in said])
    linked = needs_of(feature.pk for feature in found)
    by_pk, by_name = {need.pk: n for need, n in said}, {need.name: n for need, n in said}
    counted = []
    for feature in found:
        heard = [by_pk.get(pk, 0) for pk in linked.get(feature.pk, ())]
        counted.append((feature, max(by_name.get(feature.need, 0), *heard, 0)))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].name))
