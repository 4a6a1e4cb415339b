"""From survey answers to the distinct answers of each group.

The push-down pivots answers to one row per respondent and counts those who answered alike: few
prices are named, so that these counts are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfits import checks, errors, sums
from fourfits.pricing import price_curves
from fourfits.pricing.price_curves import Study

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
LIKELIHOODS = ("likely_at_cheap", "likely_at_expensive")
LABELS = (
    ("very unlikely", 1),
    ("unlikely", 2),
    ("neither likely nor unlikely", 3),
    ("likely", 4),
    ("very likely", 5),
)
"""The answers to "how likely would you buy at that price?", as words and as numbers."""


@dataclass(frozen=True)
class Group:
    """One group of respondents.

    Attributes:
        keys: Its value in each grouping column.
        study: The answers of those who named four prices in order.
        n_inconsistent: Respondents who named them out of order.
        n_incomplete: Respondents who did not name all four.
    """

    keys: tuple[Any, ...]
    study: Study
    n_inconsistent: int
    n_incomplete: int


def check_names(questions: Sequence[str], likelihoods: Sequence[str]) -> None:
    """Refuse anything but four questions and two likelihoods.

    Raises:
        ParameterError: If there are more or fewer.
    """
    for given, name, wanted in (
        (questions, "questions", QUESTIONS),
        (likelihoods, "likelihoods", LIKELIHOODS),
    ):
        if isinstance(given, str) or len(given) != len(wanted):
            raise errors.ParameterError(
                f"{name} is {given!r}, must name {len(wanted)} questions.",
                hint=f"in the order {', '.join(wanted)}",
            )


def wide(
    responses: ir.Table,
    questions: Sequence[str],
    likelihoods: Sequence[str],
    groups: tuple[str, ...],
) -> ir.Table:
    """One row per respondent: the groups, four prices and two likelihoods (1-5), all numbers.

    Raises:
        ColumnError: If a column is missing.
        ParameterError: If a price is no number.
    """
    import ibis

    if "question_id" in responses.columns:
        return _pivoted(responses, questions, likelihoods, groups)
    checks.columns(responses, *questions)
    if tuple(likelihoods) != LIKELIHOODS:
        checks.columns(responses, *likelihoods)
    prices = {
        name: _number(responses, column) for name, column in zip(QUESTIONS, questions, strict=True)
    }
    codes = {
        name: _code(responses[column]) if column in responses.columns else ibis.null("float64")
        for name, column in zip(LIKELIHOODS, likelihoods, strict=True)
    }
    return responses.select(*groups, **prices, **codes)


def _pivoted(
    responses: ir.Table,
    questions: Sequence[str],
    likelihoods: Sequence[str],
    groups: tuple[str, ...],
) -> ir.Table:
    import ibis

    checks.columns(responses, "response_id", "value_number")
    value = responses.value_number.cast("float64")
    code = value
    if "value_text" in responses.columns:
        code = ibis.coalesce(value, _code(responses.value_text))
    answers = responses.filter(responses.question_id.isin([*questions, *likelihoods]))
    prices = {
        name: value.max(where=responses.question_id == question)
        for name, question in zip(QUESTIONS, questions, strict=True)
    }
    codes = {
        name: code.max(where=responses.question_id == question)
        for name, question in zip(LIKELIHOODS, likelihoods, strict=True)
    }
    return answers.group_by(["response_id", *groups]).aggregate(**prices, **codes)


def _number(responses: ir.Table, column: str) -> ir.Value:
    if not responses[column].type().is_numeric():
        raise errors.ParameterError(
            f"{column} holds {responses[column].type()}, must hold prices.",
            hint="name the columns with the four prices with `questions=`",
        )
    return responses[column].cast("float64")


def _code(answer: ir.Value) -> ir.Value:
    """A likelihood as a number; words that are none of the five become 0."""
    import ibis

    if not answer.type().is_string():
        return answer.cast("float64")
    code = sums.trimmed(answer).lower().cases(*LABELS, else_=0).cast("float64")
    return ibis.ifelse(answer.isnull(), ibis.null("float64"), code)


def distinct(respondents: ir.Table, groups: tuple[str, ...]) -> ir.Table:
    """Distinct answers and how many gave each; prices are few, so these are few."""
    columns = [*groups, *QUESTIONS, *LIKELIHOODS]
    counts = respondents.group_by(columns).aggregate(n=respondents.count())
    return counts.order_by(columns)


def studies(counted: sums.Columns, groups: tuple[str, ...]) -> list[Group]:
    """Consistent answers by group, largest group first.

    Raises:
        RangeError: If a price is negative or a likelihood is none of the five.
        NotEnoughDataError: If nobody named four prices in order.
    """
    prices = np.column_stack([counted[name].astype(float) for name in QUESTIONS])
    codes = np.column_stack([counted[name].astype(float) for name in LIKELIHOODS])
    _refuse(prices, codes)
    complete = ~np.isnan(prices).any(axis=1)
    consistent = complete & (np.diff(prices, axis=1) > 0).all(axis=1)
    if not consistent.any():
        raise errors.NotEnoughDataError(
            "Nobody named four prices in the order too cheap < cheap < expensive < too expensive.",
            hint="check that `questions=` names them in this order",
        )
    likelihoods, n = price_curves.probabilities(codes), counted["n"].astype(float)
    keys = list(zip(*(counted[name].tolist() for name in groups), strict=True)) or [()] * len(n)
    found = []
    for key in dict.fromkeys(keys):
        mine = np.array([other == key for other in keys])
        kept = mine & consistent
        found.append(
            Group(
                key,
                Study(prices[kept], likelihoods[kept], n[kept]),
                int(n[mine & complete & ~consistent].sum()),
                int(n[mine & ~complete].sum()),
            )
        )
    return sorted(found, key=lambda group: -group.study.n.sum())


def _refuse(prices: sums.Array, codes: sums.Array) -> None:
    if (prices < 0).any():
        raise errors.RangeError(
            f"A price is {prices[prices < 0].min():g}, must be at least 0.",
            hint="leave out answers that are not prices",
        )
    wrong = ~np.isnan(codes) & ~np.isin(codes, [code for _, code in LABELS])
    if wrong.any():
        raise errors.RangeError(
            "A likelihood to buy is neither a whole number from 1 to 5 nor one of "
            f"{', '.join(label for label, _ in LABELS)}.",
            hint="translate or recode these answers",
        )
