"""Which theme of a new run is which need that stands, told by the items that both hold.

Source: Kuhn (1955) for the assignment; Jaccard (1912) for the overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fourfits import errors

Groups = np.ndarray[Any, np.dtype[np.int64]]
"""Number of the group of each item; -1 for none."""

SAME = 0.5
"""From this overlap on, a theme is taken for the need that stands."""


@dataclass(frozen=True, kw_only=True)
class Matching:
    """How the groups of a run continue those before it.

    Attributes:
        kept: New group to the old one that it continues.
        overlap: New group to the part of the items of both that both hold (Jaccard, ½ to 1).
        joined: Old group that ends, to the new one that holds at least half of its items.
        parted: New group without forerunner, to the old one from which at least half of its
            items came.
    """

    kept: dict[int, int] = field(default_factory=dict)
    overlap: dict[int, float] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)
    parted: dict[int, int] = field(default_factory=dict)


def match(before: Any, after: Any, *, n_before: int = 0, n_after: int = 0) -> Matching:
    """Each new group's forerunner, where they share at least half of their items.

    Args:
        before: The group of each item before; -1 for none.
        after: The group of each item now, of the same items in the same order; -1 for none.
            Items that only one of the runs knew are left out by the caller: they tell nothing.
        n_before: How many groups there were, if more than the items show.
        n_after: How many groups there are now, if more than the items show.

    Raises:
        ParameterError: If the two differ in length.

    >>> found = match([0, 0, 0, 1, 1, -1], [5, 5, 5, 2, 2, 2])
    >>> found.kept, found.overlap[2]
    ({2: 1, 5: 0}, 0.6666666666666666)
    """
    shared = _shared(_groups(before), _groups(after), n_before, n_after)
    inside = shared[:-1, :-1]
    sizes_before, sizes_after = shared[:-1].sum(axis=1), shared[:, :-1].sum(axis=0)
    union = sizes_before[:, None] + sizes_after[None, :] - inside
    overlap = inside / np.maximum(union, 1)
    kept = _kept(overlap)
    ended = sorted(set(np.flatnonzero(sizes_before).tolist()) - set(kept.values()))
    born = sorted(set(np.flatnonzero(sizes_after).tolist()) - set(kept))
    return Matching(
        kept=kept,
        overlap={new: float(overlap[old, new]) for new, old in kept.items()},
        joined=_mostly(inside, sizes_before, ended),
        parted=_mostly(inside.T, sizes_after, born),
    )


def _kept(overlap: np.ndarray[Any, np.dtype[np.float64]]) -> dict[int, int]:
    """New group to the old one with which it shares enough, so that they share most in all."""
    if not (overlap >= SAME).any():  # nothing stood yet
        return {}
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.where(overlap >= SAME, overlap, 0.0), maximize=True)
    pairs = [(int(old), int(new)) for old, new in zip(rows, columns, strict=True)]
    return dict(sorted((new, old) for old, new in pairs if overlap[old, new] >= SAME))


def carried(
    before: Any, after: Any, found: Matching, *, held: Any = (), pinned: Any = None
) -> tuple[Groups, dict[int, int]]:
    """The group of each item that honours both the new run and what people decided.

    A new group continues under its forerunner's number. What people shaped is a constraint: a new
    group that mostly came from such a need goes back into it, and such a need that the run no
    longer finds keeps the items that it had, while those come to no other. Pinned items stay.

    Args:
        before: The group of each item before; -1 for none, and for items that were unknown.
        after: The group of each item now; -1 for none.
        found: What `match` said of the items that both runs knew.
        held: Groups of before that a person shaped: named, accepted, merged or split.
        pinned: Where a person put an item; -1 where nobody did.

    Returns:
        The group of each item, by the numbers of before where it continues one of them; and the
        numbers of the groups that are new, by those of the run.

    >>> old, new = [0, 0, 0, 0, 1, 1], [3, 3, 3, 4, 4, 4]
    >>> groups, born = carried(old, new, match(old, new))
    >>> groups.tolist(), born
    ([0, 0, 0, 1, 1, 1], {})
    """
    was, now = _groups(before), _groups(after)
    first = int(max(was.max(initial=-1), max(held, default=-1))) + 1
    target = np.full(int(now.max(initial=-1)) + 2, -1, np.int64)
    born: dict[int, int] = {}
    for group in np.unique(now[now >= 0]).tolist():
        old = found.kept.get(group, found.parted.get(group))
        if old is not None and (group in found.kept or old in set(held)):
            target[group] = old
        else:
            born[group] = target[group] = first + len(born)
    result = target[now]
    stays = np.isin(was, sorted(set(held) - set(found.kept.values())))
    unthemed = (now < 0) & np.isin(was, sorted(held))
    result = np.where(stays | unthemed, was, result)
    if pinned is not None:
        pins = _groups(pinned)
        result = np.where(pins >= 0, pins, result)
    return result, {group: number for group, number in born.items() if (result == number).any()}


def _groups(given: Any) -> Groups:
    return np.asarray(given, np.int64).reshape(-1)


def _shared(before: Groups, after: Groups, n_before: int, n_after: int) -> Groups:
    """Items by old and new group; the last row and column are those of none."""
    if len(before) != len(after):
        raise errors.ParameterError(
            f"before has {len(before)} items and after {len(after)}.",
            hint="pass the groups of the same items in the same order",
        )
    rows = max(int(before.max(initial=-1)) + 1, n_before) + 1
    columns = max(int(after.max(initial=-1)) + 1, n_after) + 1
    place = np.where(before < 0, rows - 1, before) * columns + np.where(
        after < 0, columns - 1, after
    )
    return np.bincount(place, minlength=rows * columns).reshape(rows, columns)


def _mostly(inside: Groups, sizes: Groups, chosen: list[int]) -> dict[int, int]:
    """The group of the other side that holds at least half of each chosen one's items."""
    best = inside.argmax(axis=1) if inside.shape[1] else np.zeros(len(inside), np.int64)
    return {
        group: int(best[group])
        for group in chosen
        if inside.shape[1] and inside[group, best[group]] >= SAME * sizes[group]
    }
