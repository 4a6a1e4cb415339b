"""Product-market fit: does the product meet the needs of its market?"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from fourfits import checks, config, errors, sums, surveys
from fourfits.fits import evidence, inputs, scoring, staying
from fourfits.fits.evidence import Gathered, Piece

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVIDENCE = (
    "very_disappointed_share",
    ("retention_people", "retention_companies"),
    "nps",
    "importance_satisfied_share",
)


@dataclass(frozen=True, kw_only=True)
class ProductMarketResult(scoring.FitResult):
    """Product-market fit, one row per segment; columns as in `scoring.FitResult`."""

    analysis: ClassVar[str] = "product_market"
    fit: ClassVar[str] = "product_market"
    definition: ClassVar[str] = (
        "Does the product meet the needs of its market? Evidence: the share that would be very "
        "disappointed without it, who stays (people at the plateau of their retention curve, "
        "companies for a year), NPS, and how much of stated importance is satisfied. "
        + scoring.FitResult.definition
    )


def product_market(
    responses: Any,
    *,
    by: str | Iterable[str] | None = "segment",
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesideResponses],
) -> ProductMarketResult:
    """Product-market fit by segment: who would miss it, who stays, who recommends, whose needs it meets.

    Args:
        responses: Answers (see `tables.RESPONSES`) of kind `pmf` and `nps`, and ratings 0-10 with
            question_id `importance:NEED` and `satisfaction:NEED`; `None` where nobody was asked.
        by: Column or columns to divide the market by; `None` gives one row.
        as_of: Last day that counts for retention; `None` is the last moment in the data.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: `events`, else `orders`: who stays, people; `subscriptions`: which companies
            stay; `customers`: segments and the weights of the overall score; `accounts` and
            `memberships`, for tables in memory.

    Returns:
        One row per group, strongest first; the evidence that is missing is named.

    Raises:
        ColumnError: If the responses cannot be divided by `by`.
        NotEnoughDataError: If there is no evidence at all.

    Source: docs/guides/four-fits.md states the mapping of evidence to scores; interval by Monte Carlo.

    >>> answers = {"response_id": list(map(str, range(100))), "question_id": ["q"] * 100,
    ...            "kind": ["pmf"] * 100, "segment": ["home"] * 100,
    ...            "value_text": ["Very disappointed"] * 45 + ["Not disappointed"] * 55}
    >>> row = product_market(answers).table.to_pylist()[0]
    >>> row["segment"], round(row["score"]), row["n_evidence"]
    ('home', 54, 1)
    """
    groups = checks.names(by)
    checks.share(confidence, "confidence")
    last = checks.day(as_of, "as_of") if as_of is not None else None
    given = inputs.together(responses=responses, **tables)
    asked = given["responses"]
    if asked is not None:
        asked = checks.grouped(asked, groups)
    gathered = Gathered()
    gathered.add(
        "very_disappointed_share", lambda: very_disappointed(asked, groups, seed), responses=asked
    )
    gathered.add("retention_people", lambda: stays(given, groups, last, seed))
    gathered.add("nps", lambda: recommended(asked, groups, seed), responses=asked)
    gathered.add(
        "importance_satisfied_share", lambda: satisfied(asked, groups, seed), responses=asked
    )
    customers = inputs.customers_by(given["customers"], groups)
    solved = scoring.solve(gathered, EVIDENCE, groups, customers, confidence=confidence, seed=seed)
    return ProductMarketResult(
        **solved,
        parameters={"by": by, "as_of": last, "confidence": confidence, "seed": seed},
        data=inputs.counted(solved["evidence"]),
        warnings=inputs.notes(given["customers"], groups, solved["table"], scoring.CUSTOMERS),
    )


def very_disappointed(responses: ir.Table, groups: Sequence[str], seed: int) -> list[Piece]:
    """The share that would be very disappointed without the product."""
    found = surveys.pmf(responses, by=groups)
    return [
        Piece(
            evidence="very_disappointed_share",
            group=group,
            value=row["very_disappointed_share"],
            draws=evidence.share_draws(
                row["very_disappointed_share"] * row["n_responses"],
                row["n_responses"],
                evidence.stream(seed, "very_disappointed_share", group),
            ),
            n=row["n_responses"],
            table="responses",
        )
        for group, row in inputs.rows(found.table, groups)
    ]


def stays(
    given: Mapping[str, ir.Table | None],
    groups: Sequence[str],
    as_of: datetime.date | None,
    seed: int,
) -> list[Piece]:
    """Who stays, on the scale of people or of companies."""
    return [
        Piece(
            evidence=f"retention_{row.kind}",
            group=row.group,
            value=row.share,
            draws=row.draws,
            n=row.n,
            table=row.table,
        )
        for row in staying.chosen(staying.staying(given, groups, as_of, seed))
    ]


def recommended(responses: ir.Table, groups: Sequence[str], seed: int) -> list[Piece]:
    """The net promoter score."""
    found = surveys.nps(responses, by=groups)
    return [
        Piece(
            evidence="nps",
            group=group,
            value=row["nps"],
            draws=evidence.interval_draws(
                row["nps"],
                row["nps_low"],
                row["nps_high"],
                evidence.stream(seed, "nps", group),
            ),
            n=row["n_responses"],
            table="responses",
        )
        for group, row in inputs.rows(found.table, groups)
    ]


def satisfied(responses: ir.Table, groups: Sequence[str], seed: int) -> list[Piece]:
    """Share of stated importance that is satisfied: importance x satisfaction / importance.

    Ratio estimate over persons; its error by the delta method, Student's t (Cochran 1977, ch. 6).

    Raises:
        NotEnoughDataError: If nobody rated both importance and satisfaction of a need.
    """
    checks.columns(responses, "response_id", "question_id", "kind", "value_number")
    found = sums.fetch(_importance(responses, groups))
    if len(found["n"]) == 0:
        raise errors.NotEnoughDataError(
            "Nobody rated both importance and satisfaction of a need.",
            hint="ratings have question_id `importance:NEED` and `satisfaction:NEED`, 0-10",
        )
    pieces = []
    for place, group in enumerate(inputs.keys(found, groups)):
        n = int(found["n"][place])
        stated, met = found["stated"][place], found["met"][place]
        if n < 2 or stated <= 0 or not all(group):
            continue
        share = met / stated
        squares = (
            found["met_met"][place]
            - 2 * share * found["met_stated"][place]
            + share**2 * found["stated_stated"][place]
        )
        error = np.sqrt(max(squares, 0) * n / (n - 1)) / stated
        rng = evidence.stream(seed, "importance_satisfied_share", group)
        draws = np.clip(share + error * rng.standard_t(n - 1, config.DRAWS), 0, 1)
        pieces.append(
            Piece(
                evidence="importance_satisfied_share",
                group=group,
                value=float(share),
                draws=draws,
                n=n,
                table="responses",
            )
        )
    return pieces


def _importance(responses: ir.Table, groups: Sequence[str]) -> ir.Table:
    """Sums over persons of importance (stated) and importance that is satisfied (met)."""
    import ibis

    rating = responses.filter(responses.kind == "rating", responses.value_number.notnull())
    question, value = rating.question_id, rating.value_number / 10
    important = question.startswith("importance:")
    kept = important | question.startswith("satisfaction:")
    needs = (
        rating.mutate(
            need=ibis.ifelse(important, question.substr(11), question.substr(13)),
            importance=important.ifelse(value, ibis.null("float64")),
            satisfaction=important.ifelse(ibis.null("float64"), value),
        )
        .filter(kept)
        .aggregate(
            by=[*groups, "response_id", "need"],
            importance=ibis._.importance.max(),
            satisfaction=ibis._.satisfaction.max(),
        )
    )
    needs = needs.filter(needs.importance.notnull(), needs.satisfaction.notnull())
    persons = needs.aggregate(
        by=[*groups, "response_id"],
        stated=needs.importance.sum(),
        met=(needs.importance * needs.satisfaction).sum(),
    )
    return persons.aggregate(
        by=list(groups),
        n=persons.count(),
        stated=persons.stated.sum(),
        met=persons.met.sum(),
        met_met=(persons.met * persons.met).sum(),
        met_stated=(persons.met * persons.stated).sum(),
        stated_stated=(persons.stated * persons.stated).sum(),
    )
