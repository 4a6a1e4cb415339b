"""What stored reports say about each feature, put where lists can sort by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from fourfits_web.features import scales
from fourfits_web.features.models import Feature, Standing
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report, key_of

RANKING = (
    "score", "score_low", "score_high", "rank", "expected_rank", "rank_low", "rank_high",
    "p_top_k", "top_input", "top_input_share", "value_of_learning",
)  # fmt: skip
DEMAND = (
    "people", "people_low", "people_high", "n_people", "silent_share", "account_amount",
    "account_amount_low", "account_amount_high", "n_accounts", "largest_account_share",
    "carried_by_one_account",
)  # fmt: skip
_COLUMNS = {"ranking": RANKING, "demand": DEMAND}
_EMPTY = {"top_input": "", "carried_by_one_account": False}
_CHUNK = 500


def keep(report: Report) -> None:
    """Note where features stand, if the report is one that lists show; it may be any report."""
    is_usual = report.analysis in _COLUMNS and not report.asked and report.as_of is None
    if is_usual and not report.refused:
        _note(report.rows, _COLUMNS[report.analysis])


def keep_stored() -> None:
    """Note it from the reports that stand, for features that came after them."""
    for report in (ranking(), demand()):
        if report is not None:
            keep(report)


def ranking(formula: str = "rice") -> Report | None:
    """The newest ranking by a formula."""
    return reports.stored("ranking", scales.FORMULAS[formula].parameters)


def demand() -> Report | None:
    """The newest demand."""
    return reports.stored("demand", {}, light=True)


def demand_address() -> str:
    """The page of the newest demand."""
    return reverse("reports:newest", args=[key_of("demand", {})])


def _note(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> None:
    """Write the columns of every feature in the rows, and empty those of all others."""
    known = dict(Feature.objects.values_list("feature_id", "pk"))
    found = [
        Standing(
            feature_id=known[row["feature_id"]],
            **{name: _value(row, name) for name in columns},
        )
        for row in rows
        if row.get("feature_id") in known
    ]
    with transaction.atomic():
        others = Standing.objects.exclude(feature__in=[each.feature_id for each in found])
        others.update(**{name: _EMPTY.get(name) for name in columns})
        Standing.objects.bulk_create(
            found,
            batch_size=_CHUNK,
            update_conflicts=True,
            unique_fields=["feature"],
            update_fields=list(columns),
        )


def _value(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    return _EMPTY.get(name) if value is None else value


def ranking_light() -> Report | None:
    """The usual ranking without its chart, for pages that say where a number comes from."""
    return reports.stored("ranking", {}, light=True)


def learn_first(report: Report, limit: int = 3) -> list[dict[str, Any]]:
    """What would change the choice most if it were known, and how to learn it."""
    rows = sorted(report.rows, key=lambda row: -(row.get("value_of_learning") or 0.0))
    worth = [row for row in rows if (row.get("value_of_learning") or 0.0) > 0 and row["top_input"]]
    return [
        {
            "feature_id": row["feature_id"],
            "name": row["name"],
            "input": scales.title_of(row["top_input"]),
            "key": scales.name_of(row["top_input"]),
            "how": scales.how_to_learn(row["top_input"]),
            "value": row["value_of_learning"],
            "share": row["top_input_share"],
        }
        for row in worth[:limit]
    ]
