"""What `needs.themes` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from fourfits import charts, results

if TYPE_CHECKING:
    import altair as alt
    import pyarrow as pa

SHOWN = 25
TRENDS = ("growing", "steady", "shrinking", "unknown")


@dataclass(frozen=True, kw_only=True)
class ThemesResult(results.Result):
    """What customers speak of, one row per theme, largest first.

    Columns: `theme` (label), `keywords`; `n_items`; `share` of all items with words, `share_low`,
    `share_high` (0-1); `n_customers` (distinct people), `n_accounts`; `amount` (yearly revenue of
    the accounts that voice it and of the people without an account, in the data's currency);
    `trend_ratio`, `trend_low`, `trend_high` (share of the newer half of the period over share of
    the older half; 1 is steady), `trend` (`growing` or `shrinking` where the interval leaves 1
    out); `quotes`.

    Attributes:
        assigned: One row per item with a theme (see `tables.ASSIGNMENTS`).
        stability: How well themes of samples of these texts agree: 1 the same, 0 no better than
            chance (adjusted Rand index); `None` where the resolution was given.
    """

    analysis: ClassVar[str] = "themes"
    definition: ClassVar[str] = (
        "A theme is a group of texts that resemble each other more than the rest: a community in "
        "the graph that ties each text to its nearest neighbours in meaning."
    )
    assumptions: ClassVar[str] = (
        "A text has one theme. Items were written independently, for the intervals of share and "
        "trend. Amounts count an account's whole revenue, whoever in it spoke."
    )
    source: ClassVar[str] = (
        "Leiden: Traag, Waltman and van Eck (2019); class-based TF-IDF: Grootendorst (2022); "
        "vectors: wordllama, model2vec; shares: Wilson (1927); ratio of shares: Katz et al. (1978)."
    )

    assigned: pa.Table
    stability: float | None = None

    def assignments(self) -> pa.Table:
        """The derived table: `feedback_id`, `theme`, `confidence_share`.

        `confidence_share` is the part of the item's ties to its neighbours that stays inside its
        theme. Items without words and items of groups that are too small are absent.
        """
        return self.assigned

    def derived(self) -> results.Derived:
        """All assignments of feedback to themes."""
        return results.Derived(table="assignments", rows=self.assigned)

    def summary(self) -> dict[str, Any]:
        """How many themes there are, how much they cover, and the largest."""
        first = self.table.slice(0, 1).to_pylist()[0]
        return {
            "n_themes": len(self.table),
            "n_items": self.data["feedback"],
            "covered_share": len(self.assigned) / self.data["feedback"],
            "stability": self.stability,
            "largest_theme": first["theme"],
            "largest_share": first["share"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """A bar per theme with its share; colour tells the trend."""
        return bars(self.table, "theme")

    def __str__(self) -> str:
        """The table without its quotes, which are too wide for a line."""
        narrow = self.table.drop_columns(["keywords", "quotes", "share_low", "share_high"])
        return str(results.Result(table=narrow, warnings=self.warnings))


def bars(table: pa.Table, label: str) -> alt.TopLevelMixin:
    """A bar per theme or need with its share and interval; colour tells the trend."""
    import altair as alt

    shown = table.slice(0, SHOWN)
    colours = [charts.BAD, charts.PALETTE[0], charts.GOOD, charts.PALETTE[-1]]
    scale = alt.Scale(domain=list(TRENDS), range=colours)
    y = alt.Y(f"{label}:N", sort=None, title=None)
    base = alt.Chart(charts.data(shown))
    shares = base.mark_bar(opacity=0.85).encode(
        x=alt.X("share:Q", title="share of items", axis=alt.Axis(format="%")),
        y=y,
        color=alt.Color("trend:N", title="trend", scale=scale),
        tooltip=[
            f"{label}:N",
            "keywords:N",
            "n_items:Q",
            "n_customers:Q",
            "n_accounts:Q",
            alt.Tooltip("amount:Q", format=",.0f"),
            alt.Tooltip("trend_ratio:Q", format=".2f"),
            alt.Tooltip("quotes[0]:N", title="for example"),
        ],
    )
    span = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        x=alt.X("share_low:Q"), x2=alt.X2("share_high:Q"), y=y
    )
    return alt.layer(shares, span)
