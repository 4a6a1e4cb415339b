"""Who speaks of what goes to the lake; what follows from it is counted there and kept as reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from fourfits import lake, sources
from fourfits_web.core import jobs
from fourfits_web.data import queries as data
from fourfits_web.feedback.models import Lake
from fourfits_web.needs import queries
from fourfits_web.needs.models import STANDING, Link, Need
from fourfits_web.reports import queries as reports
from fourfits_web.reports import running
from fourfits_web.reports.models import Report

TABLES = frozenset({"customers", "memberships", "accounts", "subscriptions", "orders", "deals"})
"""What needs are counted by, beside feedback."""
TALLY: dict[str, Any] = {}
DEMAND: dict[str, Any] = {"rows": "needs"}

_SHOWN = (
    "share", "share_low", "share_high", "amount", "trend", "trend_ratio", "trend_low", "trend_high",
    "keywords", "months", "segments", "quoted",
    "people", "people_low", "people_high", "silent_share", "account_amount", "account_amount_low",
    "account_amount_high", "pipeline_amount", "largest_account_share", "carried_by_one_account",
)  # fmt: skip
"""What pages show of the two reports; `demand` has the last word where both know a column."""


def write(source: sources.Data) -> bool:
    """Put the team's needs in place of the assignments in the lake; whether any differs."""
    import pyarrow as pa

    if source.home is None or source.as_of is not None:
        return False
    links = Link.objects.filter(
        holds=True, need__status__in=STANDING, item__lake=Lake.STANDING
    ).order_by("item__feedback_id", "need__name")
    rows = list(links.values_list("item__feedback_id", "need__name", "confidence_share", "origin"))
    if not rows and "assignments" not in source:
        return False
    sure = [1.0 if origin == Link.Origin.PERSON else share for *_, share, origin in rows]
    table = pa.table(
        {
            "feedback_id": pa.array([row[0] for row in rows], pa.string()),
            "theme": pa.array([row[1] for row in rows], pa.string()),
            "confidence_share": pa.array(sure, pa.float64()),
        }
    )
    return lake.Lake(source.home / "lake").keep("assignments", table).changed


@jobs.job("needs.count")
def count(progress: jobs.Progress) -> dict[str, Any]:
    """Carry what people decided to the lake, and count every need anew."""
    progress(0.1, "who speaks of what")
    changed = write(data.source())
    opened = running.Opened.now(progress.actor)
    progress(0.3, "people, accounts, trend, quotes")
    tally = _asked(opened, "tally", TALLY)
    progress(0.7, "demand")
    demand = _asked(opened, "demand", DEMAND)
    note(tally, demand)
    return {"changed": changed, "needs": queries.active().count()}


def note(tally: Report | None, demand: Report | None) -> None:
    """Copy the figures of each need to where pages read them."""
    tallied, demanded = _by_need(tally), _by_need(demand)
    end_on = ((tally.result or {}).get("parameters") or {}).get("as_of") if tally else None
    now = timezone.now()
    needs = list(queries.active())
    for need in needs:
        _figure(need, tallied.get(need.name, {}), demanded.get(need.name, {}), end_on)
        need.counted_at = now
    fields = ["n_items", "n_people", "n_accounts", "people", "account_amount", "is_carried",
              "trend_ratio", "figures", "counted_at"]  # fmt: skip
    Need.objects.bulk_update(needs, fields, batch_size=200)


def newest() -> dict[str, Report | None]:
    """The reports under the figures."""
    return {
        "tally": reports.stored("tally", TALLY, light=True),
        "demand": reports.stored("demand", DEMAND, light=True),
    }


def _asked(opened: running.Opened, analysis: str, asked: Mapping[str, Any]) -> Report | None:
    _, report = running.run(opened, analysis, asked)
    return None if report.refused else report


def _figure(
    need: Need, tally: Mapping[str, Any], demand: Mapping[str, Any], end_on: str | None
) -> None:
    need.n_items = tally.get("n_items", 0)
    need.n_people = tally.get("n_customers", 0)
    need.n_accounts = tally.get("n_accounts", 0)
    need.people = demand.get("people")
    need.account_amount = demand.get("account_amount")
    need.is_carried = bool(demand.get("carried_by_one_account"))
    need.trend_ratio = tally.get("trend_ratio")
    both = {**tally, **demand}
    need.figures = {name: both[name] for name in _SHOWN if name in both} | {"end_on": end_on}


def _by_need(report: Report | None) -> dict[str, dict[str, Any]]:
    return {row["need"]: row for row in report.rows} if report is not None else {}
