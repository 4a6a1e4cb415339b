"""How the themes that a run found continue the needs that stand, and what people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fourfits.needs import Matching, carried, match
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import STANDING, Link, Need, Status

Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run found: each theme's name, and the theme of items by `feedback_id`."""

    names: Sequence[str]
    theme_of: Mapping[str, int]
    sure: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stood before a run: the needs that a theme can continue, and who speaks of them.

    Needs that were merged into one of these are among them: a theme may continue each of the parts,
    and all go to the need that stands. `speaks` gives each item's need or part, a person's word
    before the machine's; `pinned` only the words of persons; `barred` are pairs of item and need
    that a person took apart.
    """

    needs: Sequence[Need]
    speaks: Mapping[int, int]
    pinned: Mapping[int, int]
    barred: frozenset[tuple[int, int]]
    last_item: int


@dataclass(frozen=True, kw_only=True)
class Continuation:
    """What should stand after a run.

    Attributes:
        speaks: Item to its need (its key), for items that the machine may assign.
        through: Item to the part of its need that brought it along, where the need was merged.
        born: Item to the number of its theme, where that is a new need.
        matching: What continues what, by numbers of themes and places in `Standing.needs`.
    """

    speaks: Mapping[int, int] = field(default_factory=dict)
    through: Mapping[int, int] = field(default_factory=dict)
    born: Mapping[int, int] = field(default_factory=dict)
    matching: Matching = field(default_factory=Matching)


def found(result: Any) -> Found:
    """The themes of a `ThemesResult`."""
    assigned = result.assigned
    names = result.table["theme"].to_pylist()
    number = {name: place for place, name in enumerate(names)}
    ids = assigned["feedback_id"].to_pylist()
    return Found(
        names=names,
        theme_of=dict(
            zip(ids, (number[name] for name in assigned["theme"].to_pylist()), strict=True)
        ),
        sure=dict(zip(ids, assigned["confidence_share"].to_pylist(), strict=True)),
    )


def standing(last_item: int) -> Standing:
    """What stands now; dropped needs are kept too, so that their themes stay dropped."""
    needs = list(Need.objects.filter(status__in=[*STANDING, Status.DROPPED]).order_by("pk"))
    parts = list(Need.objects.filter(status=Status.MERGED, merged_into__in=needs).order_by("pk"))
    into = {part.pk: part.merged_into_id for part in parts}
    links = Link.objects.filter(need__in=needs).order_by("pk")
    by_machine: dict[int, int] = {}
    pinned: dict[int, int] = {}
    barred = set()
    for item, need, origin, holds, part in links.values_list(
        "item", "need", "origin", "holds", "came_from"
    ).iterator(chunk_size=20_000):
        if not holds:
            barred.add((item, need))
        elif origin == Link.Origin.PERSON:
            pinned[item] = need
        else:
            by_machine[item] = part if into.get(part) == need else need
    return Standing(
        needs=[*needs, *parts],
        speaks=by_machine | pinned,
        pinned=pinned,
        barred=frozenset(barred),
        last_item=last_item,
    )


def continued(new: Found, old: Standing) -> Continuation:
    """Each item's need after a run, by overlap with what stood and by what people decided."""
    key_of = dict(Item.objects.values_list("feedback_id", "pk"))
    theme_of = {key_of[item]: n for item, n in new.theme_of.items() if item in key_of}
    place_of = {need.pk: place for place, need in enumerate(old.needs)}
    items = np.array(sorted(theme_of.keys() | old.speaks.keys()), np.int64)
    before = _numbers(items, {item: place_of[need] for item, need in old.speaks.items()})
    pinned = _numbers(items, {item: place_of[need] for item, need in old.pinned.items()})
    after = _numbers(items, theme_of)
    known = (items <= old.last_item) | (before >= 0)

    matching = match(before[known], after[known], n_before=len(old.needs), n_after=len(new.names))
    same_name = _by_name(new.names, old.needs)
    for theme, place in same_name.items():
        if theme not in matching.kept and place not in matching.kept.values():
            matching.kept[theme] = place
    held = [place for place, need in enumerate(old.needs) if is_held(need)]
    groups, born = carried(before, after, matching, held=held, pinned=pinned)

    theme_born = {group: theme for theme, group in born.items()}
    speaks, through, new_ones = {}, {}, {}
    for item, group in zip(items.tolist(), groups.tolist(), strict=True):
        if group in theme_born:
            new_ones[item] = theme_born[group]
        elif group >= 0 and (item, whole(old.needs[group])) not in old.barred:
            speaks[item] = whole(old.needs[group])
            if speaks[item] != old.needs[group].pk:
                through[item] = old.needs[group].pk
    return Continuation(speaks=speaks, through=through, born=new_ones, matching=matching)


def whole(need: Need) -> int:
    """The key of the need that stands for it: the one that it was merged into, or its own."""
    return need.pk if need.merged_into_id is None else need.merged_into_id


def is_held(need: Need) -> bool:
    """Whether people decided about a need, so that runs must keep it together."""
    return need.is_shaped or need.status != Status.PROPOSED


def _numbers(items: Numbers, of: Mapping[int, int]) -> Numbers:
    return np.array([of.get(item, -1) for item in items.tolist()], np.int64)


def _by_name(names: Sequence[str], needs: Sequence[Need]) -> dict[int, int]:
    """Themes that are called like a need, such as one that people made before anybody spoke of it."""
    known = {need.name.lower(): place for place, need in reversed(list(enumerate(needs)))}
    return {
        number: known[name.lower()] for number, name in enumerate(names) if name.lower() in known
    }
