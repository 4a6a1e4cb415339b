"""A conflict with its size, owners and remedies, and the words that every kind shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import config, intervals, results, sums
from fourfits.fits.evidence import Array

if TYPE_CHECKING:
    import ibis.expr.types as ir

_EFFORTS = {
    "effort": "effort_likely",
    "effort_low": "effort_low",
    "effort_high": "effort_high",
}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A planned piece of work."""

    feature_id: str
    name: str
    status: str
    need: str
    segment: str
    effort: float
    """Likely effort in person-months; NaN where nobody estimated it."""
    effort_low: float = float("nan")
    effort_high: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One way out, with the numbers that speak for it.

    Attributes:
        kind: `richer segment`, `cheaper channel`, `price`, `broader need`.
        sentence: The remedy in words.
        numbers: Its numbers by name.
    """

    kind: str
    sentence: str
    numbers: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One contradiction between the plan and the fits.

    Attributes:
        kind: `unit economics`, `price`, `channel`, `concentration`.
        title: In a few words.
        sentence: With its numbers, and what can be done.
        segment: Whom it concerns.
        channel: The channel concerned.
        size: Draws of the money at stake in a year.
        probability: That it is so.
        owners: Who settles it.
        features: The work concerned.
        remedies: Best first, of several kinds.
    """

    kind: str
    title: str
    sentence: str
    segment: str | None = None
    channel: str | None = None
    size: Array
    probability: float
    owners: str
    features: Sequence[Feature]
    remedies: Sequence[Remedy]

    def row(self, confidence: float) -> dict[str, Any]:
        """The conflict as a row of the result table."""
        low, high = intervals.percentile(self.size, confidence)
        return {
            "kind": self.kind,
            "title": self.title,
            "sentence": self.sentence,
            "segment": self.segment,
            "channel": self.channel,
            "size_amount": float(np.mean(self.size)),
            "size_low": float(low),
            "size_high": float(high),
            "probability": self.probability,
            "owners": self.owners,
            "features": "; ".join(feature.name for feature in self.features),
            "remedies": " ".join(remedy.sentence for remedy in self.remedies) or None,
        }

    def to_dict(self, confidence: float) -> dict[str, Any]:
        """The conflict as plain data; features and remedies keep their numbers."""
        return {
            **self.row(confidence),
            "features": [asdict(feature) for feature in self.features],
            "remedies": [asdict(remedy) for remedy in self.remedies],
        }


def planned(features: ir.Table) -> list[Feature]:
    """The work ahead: features that are planned or being built."""
    import ibis

    efforts = {
        name: features[column].cast("float64")
        if column in features.columns
        else ibis.null("float64")
        for name, column in _EFFORTS.items()
    }
    texts = {
        name: features[name].fill_null("") if name in features.columns else ibis.literal("")
        for name in ("status", "need", "segment")
    }
    ahead = features.select("feature_id", "name", **texts, **efforts)
    rows = sums.fetch(ahead.filter(ahead.status.isin(config.PLANNED_STATUSES)))
    return [
        Feature(**{name: column[place] for name, column in rows.items()})
        for place in np.argsort(rows["feature_id"].astype(str))
    ]


def counted(n: int, noun: str) -> str:
    """A number and its noun, small numbers in words.

    >>> counted(3, "planned feature"), counted(1, "feature"), counted(12, "account")
    ('three planned features', 'one feature', '12 accounts')
    """
    return f"{_COUNTS[n] if n < len(_COUNTS) else f'{n:,}'} {noun}{'' if n == 1 else 's'}"


def work(features: Sequence[Feature]) -> str:
    """The features as the subject of a sentence, with their effort where it is known.

    >>> one = Feature(feature_id="f1", name="Loan", status="planned", need="rent", segment="s", effort=2.5)
    >>> work([one])
    'One planned feature (Loan; 2.5 person-months)'
    """
    names = ", ".join(feature.name for feature in features)
    effort = np.nansum([feature.effort for feature in features])
    size = f"; {effort:.3g} person-months" if effort > 0 else ""
    return f"{counted(len(features), 'planned feature').capitalize()} ({names}{size})"


def likely(probability: float) -> str:
    """A probability as a sentence has it.

    >>> likely(0.953), likely(1.0)
    ('95% likely', 'over 99% likely')
    """
    return f"{results.likely(probability)} likely"


def percent(share: float) -> str:
    """A share as a sentence has it.

    >>> percent(0.404)
    '40%'
    """
    return f"{100 * share:.0f}%"


def money(amount: float) -> str:
    """An amount as a sentence has it: three figures.

    >>> money(1234567), money(87.254), money(3.2)
    ('1,230,000', '87.3', '3.2')
    """
    if abs(amount) < 1000:
        return f"{amount:.3g}"
    places = 2 - int(np.floor(np.log10(abs(amount))))
    return f"{round(amount, places):,.0f}"


def months(value: float) -> str:
    """A time as a sentence has it.

    >>> months(41.2), months(3.24), months(float("inf"))
    ('41 months', '3.2 months', 'never')
    """
    if not np.isfinite(value):
        return "never"
    return f"{value:.0f} months" if value >= 10 else f"{value:.2g} months"
