"""What is sold: the tables `products` and `subscriptions`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, truth


class _Product(NamedTuple):
    """One product; money in cents, days before today."""

    name: str
    category: str
    price: int
    cost: int
    stage: str
    launched: int | None
    retired: int | None
    taste: tuple[float, ...]
    """How often one of each segment picks it, relative to the others; empty: not in the shop."""


# fmt: off
SHELF = tuple(_Product(*row) for row in (
    ("House blend 1 kg", "beans", 1800, 1000, "maturity", 2900, None, (1, 9, 2, 0, 0)),
    ("Budget blend 500 g", "beans", 700, 500, "maturity", 2400, None, (12, 1, 0, 0, 0)),
    ("Espresso roast 1 kg", "beans", 2600, 1300, "growth", 1300, None, (0, 1, 7, 0, 0)),
    ("Single origin 500 g", "beans", 2100, 1000, "growth", 900, None, (0, 0, 6, 0, 0)),
    ("Capsules, box of 60", "beans", 2200, 1200, "decline", 3300, None, (0, 5, 0, 0, 0)),
    ("Filters, box of 100", "accessories", 600, 250, "maturity", 3300, None, (3, 4, 1, 0, 0)),
    ("Cleaning kit", "accessories", 1400, 500, "maturity", 2600, None, (0, 2, 2, 2, 3)),
    ("Milk frother", "accessories", 4900, 2900, "growth", 1000, None, (0, 0.4, 0.5, 0, 0)),
    ("Grinder", "machines", 12900, 8200, "maturity", 2000, None, (0, 0.5, 1.5, 0, 0)),
    ("Home machine", "machines", 29900, 21500, "maturity", 2200, None, (0, 1.5, 0, 0, 0)),
    ("Barista machine", "machines", 74900, 52000, "growth", 1100, None, (0, 0, 1.5, 0, 0)),
    ("Office beans 5 kg", "beans", 8500, 5000, "growth", 1500, None, (0, 0, 0, 8, 9)),
    ("Office machine", "machines", 149000, 105000, "maturity", 1700, None, (0, 0, 0, 0.5, 1)),
    ("Office service", "service", 12900, 4500, "growth", 1500, None, ()),
    ("Home membership", "service", 1900, 600, "growth", 1400, None, ()),
    ("Cold brew tap", "machines", 99000, 70000, "concept", None, None, ()),
    ("Mini capsule machine", "machines", 8900, 7000, "retired", 3600, 800, ()),
))
# fmt: on
PRODUCT_IDS = tuple(f"P{place:03d}" for place in range(len(SHELF)))
SERVICE = [row.name for row in SHELF].index("Office service")
MEMBERSHIP = [row.name for row in SHELF].index("Home membership")
PRICE = np.array([row.price for row in SHELF], np.int64)
COST = np.array([row.cost for row in SHELF], np.int64)
ADDED_SITE_SHARE = 0.25
"""Accounts that add a site, if they stay long enough."""


def products(today: int) -> pa.Table:
    """The table `products`."""
    launched = np.array([-1 if row.launched is None else row.launched for row in SHELF])
    retired = np.array([-1 if row.retired is None else row.retired for row in SHELF])
    return columns.table(
        "products",
        {
            "product_id": pa.array(PRODUCT_IDS),
            "name": pa.array([row.name for row in SHELF]),
            "category": pa.array([row.category for row in SHELF]),
            "price_amount": columns.money(PRICE),
            "cost_amount": columns.money(COST),
            "stage": pa.array([row.stage for row in SHELF]),
            "launched_on": columns.days(today - launched, mask=launched < 0),
            "retired_on": columns.days(today - retired, mask=retired < 0),
            "currency": truth.CURRENCY,
        },
    )


def subscriptions(
    seed: int, accounts: people.Accounts, crowd: people.People
) -> tuple[pa.Table, columns.Array]:
    """One contract per consumer and account, one more where a site was added later.

    Also each account's open recurring revenue in cents.
    """
    rng = columns.generator(seed, "subscriptions")
    price = np.array([100 * amount for amount in truth.PRICES.values()], np.int64)
    consumer = np.flatnonzero(crowd.account < 0)
    account = np.arange(len(accounts.segment))
    ends = np.minimum(accounts.left, crowd.today)
    added_on = accounts.started + rng.integers(90, 400, len(account))
    grown = account[(rng.random(len(account)) < ADDED_SITE_SHARE) & (added_on < ends)]
    started = np.concatenate([crowd.started[consumer], accounts.started, added_on[grown]])
    left = np.concatenate([crowd.left[consumer], accounts.left, accounts.left[grown]])
    plan = np.concatenate([crowd.plan[consumer], accounts.plan, accounts.plan[grown]])
    owner = np.concatenate([np.full(len(consumer), -1), account, grown])
    holder = np.concatenate([consumer, np.full(len(account) + len(grown), -1)])
    sites = np.concatenate(
        [np.ones(len(consumer), np.int64), accounts.sites, np.ones(len(grown), np.int64)]
    )
    mrr = price[plan] * sites
    table = columns.table(
        "subscriptions",
        {
            "subscription_id": columns.ids("S", np.arange(len(plan))),
            "account_id": columns.ids("A", owner),
            "customer_id": columns.ids("C", holder),
            "plan": columns.choice(plan, people.PLANS),
            "started_on": columns.days(started),
            "ended_on": columns.days(left, mask=left > crowd.today),
            "mrr_amount": columns.money(mrr),
            "currency": truth.CURRENCY,
        },
    )
    running = (owner >= 0) & (left > crowd.today)
    weights = mrr[running].astype(float)
    return table, np.bincount(owner[running], weights, len(account)).astype(np.int64)
