"""Sean Ellis score: who would be very disappointed without the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

ANSWERS = ("very disappointed", "somewhat disappointed", "not disappointed", "n/a")
"""How an answer begins, in any case; what follows, such as "n/a, no longer use", is not read."""


@dataclass(frozen=True, kw_only=True)
class PmfResult(results.Result):
    """Sean Ellis score, one row per group.

    Columns: the grouping columns; `n_responses` (other than n/a); `n_not_applicable`;
    `very_disappointed_share`, `very_disappointed_low`, `very_disappointed_high`,
    `somewhat_disappointed_share`, `not_disappointed_share` (0-1); `p_at_threshold`, the
    probability that the share among all users reaches the threshold.
    """

    analysis: ClassVar[str] = "pmf"
    headline: ClassVar[str] = "very_disappointed_share"
    definition: ClassVar[str] = (
        'Share that would be "very disappointed" if they could no longer use the product, among '
        "users with recent, repeated use who answered something other than n/a."
    )
    assumptions: ClassVar[str] = (
        "Only users with recent, repeated use were asked, each answered once and independently. "
        "Interval: Wilson score. Probability of reaching the threshold: Beta posterior, "
        "Jeffreys prior."
    )
    source: ClassVar[str] = (
        "Ellis (2010), threshold 40 %; Wilson (1927); Brown, Cai and DasGupta (2001)."
    )

    def chart(self) -> alt.TopLevelMixin:
        """A dot with its interval per group, and the threshold."""
        table, label = charts.labelled(self.table, checks.names(self.parameters["by"]))
        return charts.interval_dots(
            table,
            label=label,
            value="very_disappointed_share",
            low="very_disappointed_low",
            high="very_disappointed_high",
            title='Share "very disappointed"',
            form=".0%",
            reference=self.parameters["threshold"],
            n="n_responses",
        )


def pmf(
    responses: Any,
    *,
    answer: str = "value_text",
    by: str | Iterable[str] | None = None,
    threshold: float = config.PMF_THRESHOLD,
    confidence: float = config.CONFIDENCE,
) -> PmfResult:
    """Share "very disappointed" with its interval, for all respondents or per group.

    Args:
        responses: One row per answer (see `tables.RESPONSES`); where it has a column `kind`,
            only answers of kind `pmf` count.
        answer: Column with the answer, which begins with "very disappointed", "somewhat
            disappointed", "not disappointed" or "n/a"; case does not matter and empty answers
            are left out.
        by: Column or columns to group by; `None` gives one row.
        threshold: Share that counts as product-market fit.
        confidence: Level of the interval.

    Returns:
        One row per group, largest group first.

    Raises:
        ColumnError: If a column is missing.
        RangeError: If an answer begins with none of the four.
        NotEnoughDataError: If nobody answered something other than n/a.

    Groups in which everybody answered n/a have no score and are named in a warning.

    Assumes that only users with recent, repeated use were asked. Source: Ellis (2010).

    >>> answers = ["Very disappointed"] * 45 + ["Not disappointed"] * 55 + ["N/A, no longer use"]
    >>> result = pmf({"answer": answers}, answer="answer")
    >>> [round(result.summary()[f"very_disappointed_{end}"], 3) for end in ("share", "low", "high")]
    [0.45, 0.356, 0.548]
    >>> round(result.summary()["p_at_threshold"], 2)
    0.85
    """
    groups = checks.names(by)
    table = checks.grouped(checks.table(responses), by)
    checks.columns(table, answer)
    checks.share(threshold, "threshold")
    checks.share(confidence, "confidence")

    counts = sums.fetch(_counts(table, answer, groups))
    _refuse(counts, answer)

    spoke = counts["n"] > 0
    known = {name: column[spoke] for name, column in counts.items()}
    return PmfResult(
        table=pa.table(_shares(known, groups, threshold, confidence)),
        parameters={
            "answer": answer,
            "by": by,
            "threshold": threshold,
            "confidence": confidence,
        },
        data={"responses": int(known["n"].sum())},
        warnings=_warnings(known["n"], int((~spoke).sum())),
    )


def _counts(responses: ir.Table, answer: str, groups: tuple[str, ...]) -> ir.Table:
    """Answers of each kind and unknown answers, one row per group."""
    if "kind" in responses.columns:
        responses = responses.filter(responses.kind == "pmf")
    responses = responses.filter(responses[answer].notnull())
    text = responses[answer].cast("string")
    very, somewhat, not_at_all, absent = (
        sums.trimmed(text).lower().startswith(beginning) for beginning in ANSWERS
    )
    wrong = ~(very | somewhat | not_at_all | absent)
    counts = responses.aggregate(
        by=list(groups),
        n=(very | somewhat | not_at_all).sum(),
        n_very=very.sum(),
        n_somewhat=somewhat.sum(),
        n_absent=absent.sum(),
        n_wrong=wrong.sum(),
        wrong_answer=text.min(where=wrong),
    )
    return counts.order_by([counts.n.desc(), *groups])


def _shares(
    counts: sums.Columns, groups: tuple[str, ...], threshold: float, confidence: float
) -> sums.Columns:
    from scipy.special import betainc

    n, very, somewhat = counts["n"], counts["n_very"], counts["n_somewhat"]
    low, high = intervals.wilson(very, n, confidence)
    return {
        **{name: counts[name] for name in groups},
        "n_responses": n,
        "n_not_applicable": counts["n_absent"],
        "very_disappointed_share": very / n,
        "very_disappointed_low": low,
        "very_disappointed_high": high,
        "somewhat_disappointed_share": somewhat / n,
        "not_disappointed_share": (n - very - somewhat) / n,
        "p_at_threshold": 1 - betainc(very + 0.5, n - very + 0.5, threshold),
    }


def _refuse(counts: sums.Columns, answer: str) -> None:
    wrong = np.nan_to_num(counts["n_wrong"]) > 0
    if wrong.any():
        found = counts["wrong_answer"][wrong][0]
        raise errors.RangeError(
            f"{answer} holds {found!r}, must begin with one of {', '.join(ANSWERS)}.",
            hint=f"translate the answers, or name the right column with `answer=` (now `{answer}`)",
        )
    if np.nansum(counts["n"]) == 0:
        raise errors.NotEnoughDataError(
            "Nobody answered how disappointed they would be.",
            hint=f"an answer has kind `pmf` and one of {', '.join(ANSWERS)} in `{answer}`",
        )


def _warnings(n: sums.Array, n_silent: int) -> tuple[str, ...]:
    words = []
    small = int((n < config.PMF_ENOUGH).sum())
    if small:
        who = f"{small} of {len(n)} groups have" if len(n) > 1 else "The sample has"
        words.append(
            f"{who} fewer than {config.PMF_ENOUGH} answers: read the interval, not the share."
        )
    if n_silent:
        words.append(
            f"{n_silent} group{'s' if n_silent > 1 else ''} answered nothing but n/a "
            "and cannot be scored."
        )
    return tuple(words)
