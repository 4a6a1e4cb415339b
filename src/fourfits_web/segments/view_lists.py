"""The list of segments: by size and worth, or by how they buy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from fourfits_web.core import display, lists
from fourfits_web.segments.models import Segment
from fourfits_web.segments.templatetags.segments import bar

Row = dict[str, Any]


def sized(rows: list[Row]) -> list[Row]:
    """Segments with their parts, each under the name that people see."""
    return [{**row, "name": str(row["segment"])} for row in rows]


def bought(rows: list[Row], found: list[Segment]) -> list[Row]:
    """Rows of the report of segments by buying, each with its segment where it stands."""
    known = {one.name: one for one in found}
    return [
        {**row, "segment": one, "name": str(one or row["segment"])}
        for row, one in ((row, known.get(row["segment"])) for row in rows)
    ]


def segments(*, by_buying: bool) -> lists.List:
    """The list of one way of dividing; the address keeps which."""
    return lists.List(
        key="segments",
        title="Segments",
        noun="segment",
        columns=_buying() if by_buying else _sizes(),
        filters=(
            lists.Kept("by", "Divided by"),
            lists.Range("people", "People", field=_people(by_buying=by_buying)),
            lists.Range("revenue_share", "Share of revenue", kind="share"),
        ),
        search=("name",),
        search_hint="Search segments",
        default_sort="-revenue_share",
        open=_address,
        empty=lists.Empty(
            "Nobody is in a segment",
            "The data of today divide nobody in this way; import them anew.",
            icon="chart-pie-2",
        ),
    )


def _people(*, by_buying: bool) -> str:
    return "n_customers" if by_buying else "segment.n_people"


def _sizes() -> tuple[lists.Column, ...]:
    currency = settings.WORKSPACE.currency
    return (
        lists.Column("name", "Segment", link=True, sort="name"),
        lists.Column("n_people", "People", kind="number", value="segment.n_people",
                     sort="segment.n_people"),
        lists.Column("people_share", "Share of people", render=_share("people_share"),
                     sort="people_share", headed=True),
        lists.Column("revenue_share", "Share of revenue", render=_share("revenue_share"),
                     sort="revenue_share", headed=True),
        lists.Column("revenue_amount", "Revenue", kind="money", unit=currency,
                     value="segment.revenue_amount", sort="segment.revenue_amount"),
        lists.Column("value_amount", "Expected value", kind="money", unit=currency,
                     value="segment.value_amount", sort="segment.value_amount",
                     note="Of all its people in the next twelve months"),
        lists.Column("n_buyers", "Buyers", kind="number", value="segment.n_buyers",
                     sort="segment.n_buyers", shown=False),
        lists.Column("n_orders", "Orders", kind="number", value="segment.n_orders",
                     sort="segment.n_orders", shown=False),
        lists.Column("value_each", "Value of one", kind="money", unit=currency,
                     value="segment.value_each", sort="segment.value_each", shown=False),
        lists.Column("alive_share", "Still customers", kind="share", value="segment.alive_share",
                     sort="segment.alive_share", shown=False,
                     note="Average probability that those who bought again are still customers"),
        lists.Column("in_data", "In the data", value="segment.name", shown=False),
    )  # fmt: skip


def _buying() -> tuple[lists.Column, ...]:
    return (
        lists.Column("name", "Segment", link=True, sort="name"),
        lists.Column("n_customers", "Buyers", kind="number", sort="n_customers"),
        lists.Column("customers_share", "Share of buyers", kind="interval", unit="share",
                     value=_of_buyers, sort="customers_share"),
        lists.Column("revenue_share", "Share of revenue", kind="share", sort="revenue_share"),
        lists.Column("recency_days", "Last bought", kind="number", sort="recency_days",
                     render=lambda row: f"{display.number(row['recency_days'], 0)} days ago",
                     note="Mean days since the last purchase"),
        lists.Column("frequency", "Orders", kind="number", sort="frequency",
                     render=lambda row: display.number(row["frequency"], 1),
                     note="Mean number of orders"),
        lists.Column("monetary_amount", "Spent", kind="money", unit="field:currency",
                     sort="monetary_amount", note="Mean revenue"),
        lists.Column("currency", "Currency", shown=False),
    )  # fmt: skip


def _share(name: str) -> Any:
    def drawn(row: Row) -> SafeString:
        share = row[name]
        shown = f"<strong>{display.share(share)}</strong>{bar(round(100 * share))}"
        return SafeString(f'<span class="interval">{shown}</span>')

    return drawn


def _of_buyers(row: Row) -> tuple[float, float, float]:
    return (row["customers_share"], row["customers_low"], row["customers_high"])


def _address(row: Row) -> str:
    return row["segment"].get_absolute_url() if row["segment"] else ""
