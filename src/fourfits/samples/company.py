"""The sample company: its tables, its truth, and its home on disk."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from fourfits import config, errors, lake, sources, tables
from fourfits.samples import (
    answers,
    columns,
    marketing,
    orders,
    people,
    plan,
    sales,
    shop,
    truth,
    usage,
    voice,
)

SMALLEST, LARGEST = 1_000, 1_000_000
TODAY = datetime.date(2026, 6, 30)
"""Last day of its history, unless another is asked for."""
NAME = "Sample coffee company"
"""What its workspace is called; a home of that name may be written over."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """A made-up company.

    Attributes:
        tables: Every canonical table by name, in the order of the contract, and `memberships`.
        truth: What was planted (see `samples.truth`).
        today: The last day of its history.
        workspace: Its settings: name, currency, prices.
    """

    tables: Mapping[str, pa.Table]
    truth: truth.Truth
    today: datetime.date
    workspace: config.Workspace

    def data(self) -> sources.Data:
        """The tables as an opened source, in memory."""
        return sources.from_tables(self.tables, workspace=self.workspace)

    def write(self, home: Path) -> None:
        """Write a home: `config.toml`, and each table in the lake with the batch that brought it."""
        config.write_workspace(home, self.workspace)
        store = lake.Lake(home / "lake")
        for name in set(store.names()) - {*self.tables, "batches"}:  # found in an older company
            if schema := store.schema(name):
                store.replace(name, schema.empty_table())
        batches = [self._stored(store, name) for name in self.tables]
        filled = {key: pa.array([batch[key] for batch in batches]) for key in batches[0]}
        store.replace("batches", columns.table("batches", filled))

    def _stored(self, store: lake.Lake, name: str) -> dict[str, Any]:
        """Put one table into the lake; returns the row of `batches` that tells of it."""
        rows, batch, before = self.tables[name], f"sample-{name}", store.version(name)
        marked = rows.append_column(tables.BATCH_COLUMN, pa.repeat(pa.scalar(batch), len(rows)))
        return {
            "batch_id": batch,
            "table": name,
            "file": "sample company",
            "imported_at": datetime.datetime.combine(self.today, datetime.time(23, 59, 59)),
            "n_read": len(rows),
            "n_added": len(rows),
            "n_changed": 0,
            "n_known": 0,
            "n_quarantined": 0,
            "version_before": before,
            "version_after": store.replace(name, marked),
        }


def company(
    seed: int = config.SEED,
    size: int = config.SAMPLE_CUSTOMERS,
    *,
    today: datetime.date = TODAY,
) -> Company:
    """A company with a webshop and an office service, two years of history and known truth.

    Args:
        seed: The same seed, size and day give the same tables, to the last value.
        size: Number of customers (persons), 1,000 to 1,000,000; about one in eight belongs to an
            account.
        today: The last day of its history.

    Returns:
        The fifteen canonical tables and `memberships`, with what was planted in `.truth`.

    Raises:
        ParameterError: If the size lies outside what the planted facts can bear.

    >>> made = company(size=1_000)
    >>> len(made.tables), len(made.tables["customers"]), made.truth.failing_channel
    (16, 1000, 'display ads')
    """
    if not SMALLEST <= size <= LARGEST:
        raise errors.ParameterError(
            f"size is {size:,}, must lie between {SMALLEST:,} and {LARGEST:,}.",
            hint="below that the planted facts drown in chance",
        )
    last = columns.day_number(today)
    accounts, crowd = people.populate(seed, size, today)
    subscriptions, mrr = shop.subscriptions(seed, accounts, crowd)
    bought, exposures, lift = orders.orders(seed, crowd)
    feedback, assignments = voice.feedback(seed, size, crowd)
    made = {
        "accounts": people.accounts_table(seed, accounts, mrr, last),
        "customers": people.customers_table(seed, crowd),
        "products": shop.products(last),
        "orders": bought,
        "subscriptions": subscriptions,
        "events": usage.events(seed, accounts, crowd),
        "feedback": feedback,
        "responses": answers.responses(seed, crowd),
        "activities": sales.activities(seed, accounts, crowd),
        "deals": sales.deals(seed, accounts, last),
        "spend": marketing.spend(seed, crowd),
        "touches": marketing.touches(seed, crowd),
        "exposures": exposures,
        "deliveries": plan.deliveries(seed, last),
        "features": plan.features(crowd),
        "memberships": people.memberships(crowd),
    }
    planted = truth.Truth(revenue_lift_amount=lift, assignments=assignments)
    workspace = config.Workspace(
        name=NAME,
        currency=truth.CURRENCY,
        product_kind="both",
        prices=dict(truth.PRICES),
    )
    return Company(tables=made, truth=planted, today=today, workspace=workspace)
