"""The list of channels, whole and divided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits import config
from fourfits_web.channels import analyses
from fourfits_web.core import display, lists

if TYPE_CHECKING:
    from fourfits_web.core.lists.sources import Rows

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class _Verdict(lists.Choice):
    """What the numbers allow to say, which is no field of the report."""

    def narrow(self, rows: Rows, chosen: list[str]) -> Rows:
        return rows.when(lambda row: analyses.verdict(row)[0] in chosen)


def _address(row: Row) -> str:
    channel = row.get("channel")
    return reverse("channels:channel", args=[channel]) if channel else reverse("channels:list")


def _name(row: Row) -> str:
    return display.titled(analyses.name(row))


def _money(value: str, low: str, high: str) -> Any:
    def render(row: Row) -> str:
        unit = f"money:{settings.WORKSPACE.currency}"
        return display.interval(row[value], row[low], row[high], unit)

    return render


def _ratio(row: Row) -> str:
    numbers = (row["ltv_to_cac"], row["ltv_to_cac_low"], row["ltv_to_cac_high"])
    return display.interval(*numbers, ends=(0, analyses.RATIO_END), mark=config.LTV_CAC_SOUND)


def _payback(row: Row) -> str:
    numbers, limit = (
        (row["payback_months"], row["payback_low"], row["payback_high"]),
        row["payback_limit_months"],
    )
    ends = (0.0, 2.0 * limit) if limit else None
    return display.interval(*numbers, "months", ends=ends, mark=limit)


def _verdict(row: Row) -> SafeString:
    words, tone = analyses.verdict(row)
    return format_html('<span class="status {}">{}</span>', tone, words)


def _columns(name: str) -> tuple[lists.Column, ...]:
    return (
        lists.Column("name", name, value=analyses.name, render=_name, link=_address, sort="channel"),
        lists.Column("verdict", "Verdict", value=lambda row: analyses.verdict(row)[0], render=_verdict),
        lists.Column("n_new", "Won in a year", kind="number", sort="n_new", note="Customers who first paid in the last twelve months"),
        lists.Column("spend", "Spent", value="spend_amount", kind="money", unit="field:currency", sort="spend_amount"),
        lists.Column(
            "cac", "Cost of one", headed=True, value="cac_amount", sort="cac_amount", render=_money("cac_amount", "cac_low", "cac_high"),
            note="CAC: spend over customers won",
        ),
        lists.Column(
            "revenue", "Revenue a month", headed=True, value="revenue_per_month_amount", sort="revenue_per_month_amount",
            render=_money("revenue_per_month_amount", "revenue_per_month_low", "revenue_per_month_high"),
            note="Per customer",
        ),
        lists.Column(
            "ltv_to_cac", "Worth against cost", headed=True, sort="ltv_to_cac", render=_ratio,
            note="LTV:CAC; 3 is sound, marked on the scale",
        ),
        lists.Column(
            "payback", "Pays back in", headed=True, value="payback_months", sort="payback_months", render=_payback,
            note="Months; the mark is the limit of its market",
        ),
        lists.Column(
            "ltv", "Lifetime value", headed=True, value="ltv_amount", sort="ltv_amount", shown=False,
            render=_money("ltv_amount", "ltv_low", "ltv_high"),
        ),
        lists.Column("churn", "Leave in a month", value="churn_per_month_share", kind="share", sort="churn_per_month_share", shown=False),
        lists.Column("n_customers", "Paying customers", kind="number", sort="n_customers", shown=False),
        lists.Column("limit", "Limit (months)", value="payback_limit_months", kind="number", shown=False),
    )  # fmt: skip


def _list(division: str, name: str) -> lists.List:
    return lists.List(
        key=f"channels-{division}",
        title="Channels",
        noun="channel" if division == "channel" else "group",
        lead="What winning a customer costs in each channel, what that customer brings, and when it pays back.",
        columns=_columns(name),
        search=("channel", "segment", "plan"),
        search_hint="Search channels",
        filters=(
            _Verdict("verdict", "Verdict", options=[(words, words) for words in analyses.VERDICTS]),
            lists.Range("spend", "Spent", field="spend_amount"),
            lists.Range("ltv_to_cac", "Worth against cost"),
            lists.Range("payback", "Pays back in", field="payback_months", unit="months"),
        ),
        empty=lists.Empty(
            "No channel yet",
            "Import what was spent and how customers came; then their cost and worth stand here.",
            action=("Import data", "data:bring"),
            permission="data.import",
            icon="speakerphone",
        ),
        default_sort="-spend",
        open=_address,
        row_id="row_id",
    )


LISTS = {
    "channel": _list("channel", "Channel"),
    "segment": _list("segment", "Channel and segment"),
    "plan": _list("plan", "Channel and plan"),
}
