"""From evidence to a score with its interval: what the four fits share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, config, errors, intervals, results
from fourfits.fits import evidence
from fourfits.fits.evidence import Array, Gathered, Group, Judged, Piece

if TYPE_CHECKING:
    import altair as alt


CUSTOMERS = Judged("customer")


@dataclass(frozen=True, kw_only=True)
class FitResult(results.Result):
    """A fit, one row per group, strongest first; then groups too few to judge, last those without evidence.

    Columns: the grouping columns; `n_customers` (empty where nobody counted them); `n_judged`
    (people or accounts that the best covered evidence rests on: below `config.MIN_GROUP` too few to
    judge); `score`, `score_low`, `score_high` (points, 1-100); `p_fit` (probability that the score
    reaches 60); `n_evidence`; `missing` (evidence that is not there); `weakest` (evidence with the
    fewest points); `finding` (a sentence).

    Attributes:
        evidence: One row per group and piece of evidence: the grouping columns, `evidence`,
            `value`, `value_low`, `value_high`, `points` (0-100), `weight`, `n`, `threshold`,
            `from_table`, `missing` (the reason, empty where the evidence is there).
        overall: `n_customers`, `n_judged`, `score`, `score_low`, `score_high`, `p_fit` of all groups that
            have a score, weighted by their customers.
    """

    fit: ClassVar[str] = ""
    definition: ClassVar[str] = (
        "Each piece of evidence is mapped to 0-100 points: floor 0, threshold 60, excellent 100; "
        "the score is their weighted geometric mean, so that a failing piece is not averaged "
        "away (it counts at least 1). From 60 on there is a fit."
    )
    assumptions: ClassVar[str] = (
        "Pieces of evidence err independently of each other; a missing piece could be anything "
        "from 0 to 100 and counts 50."
    )
    source: ClassVar[str] = "fourfits, docs/guides/four-fits.md; interval by Monte Carlo."

    evidence: pa.Table
    overall: Mapping[str, Any]

    @property
    def groups(self) -> tuple[str, ...]:
        """The grouping columns."""
        return tuple(self.table.column_names[: self.table.column_names.index("n_customers")])

    def summary(self) -> dict[str, Any]:
        """The score over all groups."""
        return {str(key): results.plain(value) for key, value in self.overall.items()}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, the evidence included."""
        rows = [results.plain(row) for row in self.evidence.to_pylist()]
        return {**super().to_dict(), "evidence": rows}

    def chart(self) -> alt.TopLevelMixin:
        """A dot with its interval per group, and the line from which on there is a fit."""
        import pyarrow.compute as pc

        known = self.table.filter(pc.is_valid(self.table["score"]))
        table, label = charts.labelled(known, self.groups)
        return charts.interval_dots(
            table,
            label=label,
            value="score",
            low="score_low",
            high="score_high",
            title="Score (points, fit from 60)",
            form=".0f",
            reference=config.FIT_THRESHOLD_POINTS,
            n="n_judged",
        )


def too_few(row: Mapping[str, Any]) -> bool:
    """Whether a row of a fit rests on too few to be judged; rows of earlier versions do not say.

    >>> too_few({"n_judged": 4}), too_few({"n_judged": 5}), too_few({})
    (True, False, False)
    """
    n = row.get("n_judged")
    return n is not None and n < config.MIN_GROUP


def solve(
    gathered: Gathered,
    names: Sequence[str | tuple[str, ...]],
    groups: Sequence[str],
    customers: Mapping[Group, int],
    *,
    judged: Judged = CUSTOMERS,
    notes: Mapping[Group, str] | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
) -> dict[str, Any]:
    """Scores per group, evidence rows and the score over all groups: fields of a `FitResult`.

    Args:
        gathered: What was found, and why the rest was not.
        names: The evidence that belongs to this fit, keys of `config.FIT_SCALES`; a tuple names
            alternatives, of which the first that a group has counts.
        groups: The grouping columns.
        customers: Customers per group: the weights of the overall score. A group without
            customers is listed when it has evidence.
        judged: What the groups are made of, for the sentence on those that are too few.
        notes: A sentence more on groups that are too few, by group.
        confidence: Level of every interval.
        seed: Of the draws for missing evidence.

    Raises:
        NotEnoughDataError: If no group has any evidence; the message names what is missing.
    """
    found: dict[Group, dict[str, Piece]] = {group: {} for group in customers}
    for piece in gathered.pieces:
        found.setdefault(piece.group, {})[piece.evidence] = piece
    if not any(found.values()):
        _refuse(gathered, names)

    scored = {
        group: _scored(
            group, pieces, names, gathered.reasons, seed, n_customers=customers.get(group)
        )
        for group, pieces in sorted(found.items())
    }
    rows = [
        {
            **dict(zip(groups, group, strict=True)),
            "n_customers": customers.get(group, 0) if customers else None,
            **_row(one, confidence, judged, (notes or {}).get(group, "")),
        }
        for group, one in scored.items()
    ]
    rows.sort(
        key=lambda row: (
            row["score"] is None,
            too_few(row),
            -(row["score"] or 0),
            -(row["n_customers"] or 0),
        )
    )
    details = [
        {**dict(zip(groups, group, strict=True)), **detail}
        for group, one in scored.items()
        for detail in _details(one, confidence)
    ]
    return {
        "table": pa.Table.from_pylist(rows, schema=_schema(groups, _SCORES)),
        "evidence": pa.Table.from_pylist(details, schema=_schema(groups, _EVIDENCE)),
        "overall": _overall(scored, customers, confidence),
    }


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """One group: its evidence, in the order of the fit, and its score with draws.

    `n_judged`: whom the best covered evidence rests on, in people or accounts.
    """

    n_judged: int
    pieces: dict[str, Piece]
    missing: dict[str, str]
    score: float
    draws: Array

    @property
    def weakest(self) -> Piece:
        return min(self.pieces.values(), key=_points)


def _points(piece: Piece) -> float:
    return float(evidence.score(piece.value, config.FIT_SCALES[piece.evidence]))


def _scored(
    group: Group,
    found: Mapping[str, Piece],
    names: Sequence[str | tuple[str, ...]],
    reasons: Mapping[str, str],
    seed: int,
    *,
    n_customers: int | None,
) -> _Scored:
    pieces: dict[str, Piece] = {}
    missing: dict[str, str] = {}
    middle, draws, weights = [], [], []
    for alternatives in names:
        choices = (alternatives,) if isinstance(alternatives, str) else alternatives
        name = next((choice for choice in choices if choice in found), choices[0])
        weights.append(config.FIT_SCALES[name].weight)
        if name in found:
            pieces[name] = found[name]
            middle.append(_points(found[name]))
            draws.append(evidence.score(found[name].draws, config.FIT_SCALES[name]))
        else:
            missing[name] = reasons.get(name, "none from this group")
            middle.append(config.FIT_UNKNOWN_POINTS)
            unknown = evidence.stream(seed, "unknown", name, group)
            draws.append(unknown.uniform(0, 100, config.DRAWS))
    people = [one.n for one in pieces.values() if one.evidence in evidence.OF_PEOPLE]
    if not people:  # leads or needs alone: how many customers are there?
        people = [one.n for one in pieces.values()] if n_customers is None else [n_customers]
    return _Scored(
        n_judged=max(people, default=0) if pieces else 0,
        pieces=pieces,
        missing=missing,
        score=float(evidence.combine(middle, weights)),
        draws=evidence.combine(draws, weights),
    )


def _row(one: _Scored, confidence: float, judged: Judged, note: str) -> dict[str, Any]:
    missing = ", ".join(one.missing) or None
    if not one.pieces:
        why = "; ".join(f"{name}: {reason}" for name, reason in one.missing.items())
        return {
            "n_judged": 0,
            "n_evidence": 0,
            "score": None,
            "missing": missing,
            "finding": f"No evidence ({why}).",
        }
    few = ""
    if one.n_judged < config.MIN_GROUP:
        few = " ".join(filter(None, (f"Too few to judge: {judged.counted(one.n_judged)}.", note)))
    return {
        "n_judged": one.n_judged,
        **_spread(one.score, one.draws, confidence),
        "n_evidence": len(one.pieces),
        "missing": missing,
        "weakest": one.weakest.evidence,
        "finding": _finding(one, confidence, few),
    }


def _spread(middle: float, draws: Array, confidence: float) -> dict[str, float]:
    """The score, its interval (which always holds the score) and the probability of a fit."""
    low, high = intervals.percentile(draws, confidence)
    return {
        "score": middle,
        "score_low": min(float(low), middle),
        "score_high": max(float(high), middle),
        "p_fit": float(np.mean(draws >= config.FIT_THRESHOLD_POINTS - 1e-9)),  # rounding
    }


def _overall(
    scored: Mapping[Group, _Scored], customers: Mapping[Group, int], confidence: float
) -> dict[str, Any]:
    known = {group: one for group, one in scored.items() if one.pieces}
    sizes = np.array([customers.get(group, 0) for group in known], float)
    n = int(sizes.sum())
    if n == 0:  # nobody counted the customers: every group weighs the same
        sizes = np.ones(len(known))
    draws = np.average([one.draws for one in known.values()], axis=0, weights=sizes)
    middle = np.average([one.score for one in known.values()], weights=sizes)
    n_judged = sum(one.n_judged for one in known.values())
    counts = {"n_customers": n if customers else None, "n_judged": n_judged}
    return {**counts, **_spread(float(middle), draws, confidence)}


def _details(one: _Scored, confidence: float) -> list[dict[str, Any]]:
    """The evidence rows of one group: what was found, then what is missing."""
    rows: list[dict[str, Any]] = []
    for name, piece in one.pieces.items():
        low, high = intervals.percentile(piece.draws, confidence)
        rows.append(
            {
                "evidence": name,
                "value": piece.value,
                "value_low": min(float(low), piece.value),
                "value_high": max(float(high), piece.value),
                "points": _points(piece),
                "n": piece.n,
                "from_table": piece.table,
            }
        )
    rows += [{"evidence": name, "missing": reason} for name, reason in one.missing.items()]
    for row in rows:
        scale = config.FIT_SCALES[row["evidence"]]
        row |= {"weight": scale.weight, "threshold": scale.threshold}
    return rows


def _finding(one: _Scored, confidence: float, few: str = "") -> str:
    """What holds the group back, in a sentence with its numbers; of too few, only what is lowest."""
    piece = one.weakest
    label, unit = evidence.LABELS[piece.evidence]
    value, low, high, threshold = (
        evidence.spoken(float(number), unit)
        for number in (
            piece.value,
            *intervals.percentile(piece.draws, confidence),
            config.FIT_SCALES[piece.evidence].threshold,
        )
    )
    holds = _points(piece) >= config.FIT_THRESHOLD_POINTS
    begins = "Nothing known holds it back; weakest is" if holds else "Held back by"
    if few:
        begins = f"{few} Lowest is"
    sentence = f"{begins} {label}: {value} ({low} to {high}), a fit starts at {threshold}."
    if one.missing:
        sentence += f" Not known: {', '.join(evidence.LABELS[name][0] for name in one.missing)}."
    return sentence


def _refuse(gathered: Gathered, names: Sequence[str | tuple[str, ...]]) -> None:
    flat = [names_ for one in names for names_ in ((one,) if isinstance(one, str) else one)]
    why = "; ".join(f"{name}: {gathered.reasons.get(name, 'none in these data')}" for name in flat)
    raise errors.NotEnoughDataError(
        f"There is no evidence for this fit ({why}).",
        hint="one of them is enough for a first score",
    )


_SCORES = {
    "n_customers": pa.int64(),
    "n_judged": pa.int64(),
    "score": pa.float64(),
    "score_low": pa.float64(),
    "score_high": pa.float64(),
    "p_fit": pa.float64(),
    "n_evidence": pa.int64(),
    "missing": pa.string(),
    "weakest": pa.string(),
    "finding": pa.string(),
}

_EVIDENCE = {
    "evidence": pa.string(),
    "value": pa.float64(),
    "value_low": pa.float64(),
    "value_high": pa.float64(),
    "points": pa.float64(),
    "weight": pa.float64(),
    "n": pa.int64(),
    "threshold": pa.float64(),
    "from_table": pa.string(),
    "missing": pa.string(),
}


def _schema(groups: Sequence[str], columns: Mapping[str, pa.DataType]) -> pa.Schema:
    return pa.schema([*((name, pa.string()) for name in groups), *columns.items()])
