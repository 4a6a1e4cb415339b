"""Net promoter score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from fourfits import charts, checks, config, errors, intervals, results, sums

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class NpsResult(results.Result):
    """Net promoter score, one row per group.

    Columns: the grouping columns; `n_responses`; `promoters_share`, `passives_share`,
    `detractors_share` (0-1); `nps`, `nps_low`, `nps_high` (points, -100 to 100).
    """

    analysis: ClassVar[str] = "nps"
    headline: ClassVar[str] = "nps"
    definition: ClassVar[str] = (
        "Net promoter score: percentage that answered 9-10 less percentage that answered 0-6 "
        'to "how likely are you to recommend us?", in points from -100 to 100.'
    )
    assumptions: ClassVar[str] = "Respondents answered independently and stand for all customers."
    source: ClassVar[str] = "Reichheld (2003); interval: Rocks (2016)."

    def chart(self) -> alt.TopLevelMixin:
        """A dot with its interval per group."""
        table, label = charts.labelled(self.table, checks.names(self.parameters["by"]))
        return charts.interval_dots(
            table,
            label=label,
            value="nps",
            low="nps_low",
            high="nps_high",
            title="NPS (points)",
            reference=0,
            n="n_responses",
        )


def nps(
    responses: Any,
    *,
    score: str = "value_number",
    by: str | Iterable[str] | None = None,
    confidence: float = config.CONFIDENCE,
) -> NpsResult:
    """Net promoter score with its interval, for all respondents or per group.

    Args:
        responses: One row per answer (see `tables.RESPONSES`); where it has a column `kind`,
            only answers of kind `nps` count.
        score: Column with the answer, a whole number 0-10; empty answers are left out.
        by: Column or columns to group by; `None` gives one row.
        confidence: Level of the interval.

    Returns:
        One row per group, largest group first: shares, `nps` and its interval in points.

    Raises:
        ColumnError: If a column is missing, or holds no numbers.
        RangeError: If an answer is not a whole number from 0 to 10.
        NotEnoughDataError: If there is no answer at all.

    Assumes independent respondents. Source: Reichheld (2003); interval: Rocks (2016).

    >>> result = nps({"score": [10, 9, 8, 3]}, score="score")
    >>> print(result)
    n_responses  promoters_share  passives_share  detractors_share  nps  nps_low  nps_high
              4              0.5            0.25              0.25   25   -56.26       100
    Note: The sample has fewer than 30 answers: the normal approximation of the interval is rough.
    """
    groups = checks.names(by)
    table = checks.grouped(checks.table(responses), by)
    checks.columns(table, score)
    kind = table[score].type()
    if not (kind.is_numeric() or kind.is_null()):
        raise errors.ColumnError(
            f"{score} holds {kind}, must hold numbers from 0 to 10.",
            hint="name the column with the answers by `score=`",
        )
    checks.share(confidence, "confidence")

    counts = sums.fetch(_counts(table, score, groups))
    _refuse(counts, score)

    n, promoters, detractors = counts["n"], counts["promoters"], counts["detractors"]
    low, high = intervals.share_difference(promoters, detractors, n, confidence)
    columns = {
        **{name: counts[name] for name in groups},
        "n_responses": n,
        "promoters_share": promoters / n,
        "passives_share": (n - promoters - detractors) / n,
        "detractors_share": detractors / n,
        "nps": 100 * (promoters - detractors) / n,
        "nps_low": 100 * low,
        "nps_high": 100 * high,
    }
    return NpsResult(
        table=pa.table(columns),
        parameters={"score": score, "by": by, "confidence": confidence},
        data={"responses": int(n.sum())},
        warnings=_warnings(counts),
    )


def _counts(responses: ir.Table, score: str, groups: tuple[str, ...]) -> ir.Table:
    """Promoters, detractors, answers outside the scale and n, one row per group."""
    if "kind" in responses.columns:
        responses = responses.filter(responses.kind == "nps")
    responses = responses.filter(responses[score].notnull())
    answer = responses[score].cast("float64")
    inside = answer.between(0, 10)
    whole = inside.ifelse(answer, 0)  # what is infinite has no floor
    wrong = ~inside | (whole != whole.floor())
    counts = responses.aggregate(
        by=list(groups),
        n=responses.count(),
        promoters=(answer >= 9).sum(),
        detractors=(answer <= 6).sum(),
        n_wrong=wrong.sum(),
        wrong_value=answer.max(where=wrong),
    )
    return counts.order_by([counts.n.desc(), *groups])


def _refuse(counts: sums.Columns, score: str) -> None:
    if counts["n"].sum() == 0:
        raise errors.NotEnoughDataError(
            "There is no NPS answer in these responses.",
            hint=f"an NPS answer has kind `nps` and a number from 0 to 10 in `{score}`",
        )
    if (counts["n_wrong"] > 0).any():
        value = counts["wrong_value"][counts["n_wrong"] > 0][0]
        raise errors.RangeError(
            f"{score} holds {value:g}, must be a whole number from 0 to 10.",
            hint=f"clean the column `{score}` or name the right one with `score=`",
        )


def _warnings(counts: sums.Columns) -> tuple[str, ...]:
    small = int((counts["n"] < 30).sum())
    if small == 0:
        return ()
    groups = (
        f"{small} of {len(counts['n'])} groups have" if len(counts["n"]) > 1 else "The sample has"
    )
    return (f"{groups} fewer than 30 answers: the normal approximation of the interval is rough.",)
