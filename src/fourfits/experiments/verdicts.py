"""Whether an effect may be believed: sample ratio, adjustment for many looks, verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fourfits import config, errors

Array = np.ndarray[Any, np.dtype[np.float64]]

CORRECTIONS = ("holm", "benjamini-hochberg", "none")


@dataclass(frozen=True)
class Rule:
    """How comparisons are judged.

    Attributes:
        allocation: Planned weight of each arm; 1 where it is not named.
        correction: How p values are adjusted for their number.
        confidence: Level of intervals and verdicts.
    """

    allocation: Mapping[str, float]
    correction: str
    confidence: float

    def verdict(self, difference: float, p_adjusted: float, sample_ratio_p: float) -> str:
        """What may be said of one comparison, in words."""
        if sample_ratio_p < config.SRM_ALARM:
            return "none: the arms are not the size they should be"
        if np.isnan(p_adjusted):
            return "none: nothing varies"
        if p_adjusted >= 1 - self.confidence:
            return "no difference shown"
        return "higher" if difference > 0 else "lower"


def sample_ratio(n: Mapping[str, int], allocation: Mapping[str, float]) -> float:
    """Probability of arms at least this uneven if units had been assigned as planned.

    Chi-square test over all arms at once. Source: Fabijan et al. (2019), KDD.

    >>> round(sample_ratio({"none": 21306, "mens": 21307, "womens": 21387}, {}), 2)
    0.9
    """
    from scipy.special import chdtrc

    seen = np.array(list(n.values()), float)
    weights = np.array([allocation.get(arm, 1.0) for arm in n])
    expected = seen.sum() * weights / weights.sum()
    return float(chdtrc(len(seen) - 1, ((seen - expected) ** 2 / expected).sum()))


def weights(allocation: Mapping[str, float] | str | Iterable[str] | None) -> dict[str, float]:
    """The planned weight of each arm; nothing means that all are alike.

    Raises:
        ParameterError: If it is not `arm=weight` with a positive weight.

    >>> weights("control=9, treatment=1")
    {'control': 9.0, 'treatment': 1.0}
    """
    if isinstance(allocation, str):
        allocation = allocation.split(",")
    pairs: Iterable[tuple[str, Any]] = (
        allocation.items()
        if isinstance(allocation, Mapping)
        else ((text.rpartition("=")[0], text.rpartition("=")[2]) for text in allocation or ())
    )
    try:
        found = {str(arm).strip(): float(weight) for arm, weight in pairs}
    except ValueError:
        found = {"": 0.0}
    if not all(arm and 0 < weight < float("inf") for arm, weight in found.items()):
        raise errors.ParameterError(
            f"allocation is {allocation!r}, must give each arm a positive weight.",
            hint="for example allocation=control=9,treatment=1",
        )
    return found


def adjusted(p_values: Array, correction: str) -> Array:
    """P values adjusted for how many there are; NaN, where there was no test, stays NaN.

    Source: Holm (1979); Benjamini and Hochberg (1995).

    >>> adjusted(np.array([0.01, 0.02, 0.04]), "holm").tolist()
    [0.03, 0.04, 0.04]
    """
    import tea_tasting as tt
    from tea_tasting.experiment import ExperimentResult

    result = np.array(p_values, float)
    tested = np.flatnonzero(~np.isnan(result))
    if correction == "none" or not len(tested):
        return result
    tests = {int(i): ExperimentResult({"test": {"pvalue": float(result[i])}}) for i in tested}
    answers = (
        tt.adjust_fwer(tests, arbitrary_dependence=True, method="bonferroni")
        if correction == "holm"
        else tt.adjust_fdr(tests)
    )
    for i in tested:
        result[i] = answers[int(i)]["test"]["pvalue_adj"]
    return result
