"""What the CRM keeps: the tables `activities` and `deals`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, shop, truth

KINDS = ("call", "meeting", "email", "visit", "event", "note")
SUBJECTS = (
    "Quarterly review",
    "Question about an invoice",
    "Maintenance visit",
    "Offer for a further site",
    "Introduction to the service",
    "Machine out of order",
    "Renewal",
    "Tasting at the office",
)
STAGES = {"qualified": 0.2, "proposal": 0.45, "negotiation": 0.7}
"""Open stages with the chance that such a deal is won."""
OPEN_SHARE, LOST_SHARE = 0.3, 0.4
CARRIED_DEALS = 2
"""Open deals that name the carried need, both with the account that carries it."""


def activities(seed: int, accounts: people.Accounts, crowd: people.People) -> pa.Table:
    """A dozen dealings a year with each account, some with a named contact."""
    rng = columns.generator(seed, "activities")
    ends = np.minimum(accounts.left, crowd.today + 1)
    per_month = np.where(accounts.segment == people.LARGE, 1.5, 0.6)
    n = 1 + rng.poisson(per_month * (ends - accounts.started) / 30.4)
    account = np.repeat(np.arange(len(n)), n)
    length = (ends - accounts.started)[account]
    moment = columns.at(rng, accounts.started[account] + rng.random(len(account)) * length)
    order = np.argsort(moment, kind="stable")
    account, moment = account[order], moment[order]
    first = int((crowd.account < 0).sum()) + np.cumsum(accounts.contacts) - accounts.contacts
    person = first[account] + rng.integers(0, accounts.contacts[account])
    person = np.where(rng.random(len(account)) < 0.8, person, -1)
    return columns.table(
        "activities",
        {
            "activity_id": columns.ids("V", np.arange(len(account)), 8),
            "account_id": columns.ids("A", account),
            "customer_id": columns.ids("C", person),
            "kind": columns.choice(rng.integers(0, len(KINDS), len(account)), KINDS),
            "occurred_at": columns.moments(moment),
            "subject": columns.choice(rng.integers(0, len(SUBJECTS), len(account)), SUBJECTS),
        },
    )


def deals(seed: int, accounts: people.Accounts, today: int) -> pa.Table:
    """The deal that won each account, offers that were lost, and the open pipeline with its needs."""
    rng = columns.generator(seed, "deals")
    n = len(accounts.segment)
    everyone = np.arange(n)
    old = accounts.started < today - 120
    running = accounts.left > today
    lost = everyone[old & (rng.random(n) < LOST_SHARE)]
    open_ = everyone[running & (everyone > 0) & (rng.random(n) < OPEN_SHARE)]
    open_ = np.concatenate([np.zeros(CARRIED_DEALS, np.int64), open_])
    account = np.concatenate([everyone, lost, open_])
    kind = np.repeat([0, 1, 2], [n, len(lost), len(open_)])
    opened, closed = _days(rng, accounts, account, kind, today)
    stage = rng.integers(0, len(STAGES), len(account))
    price = np.array([100 * amount for amount in truth.PRICES.values()], np.int64)
    sites = np.where(kind == 0, accounts.sites[account], rng.integers(1, 3, len(account)))
    chance = np.array([0.0, *STAGES.values()])[np.where(kind == 2, stage + 1, 0)]
    return columns.table(
        "deals",
        {
            "deal_id": columns.ids("D", np.arange(len(account))),
            "account_id": columns.ids("A", account),
            "name": columns.choice(kind, ["Office service", "Further site", "Further site"]),
            "product_id": columns.choice(
                np.zeros(len(account), int), [shop.PRODUCT_IDS[shop.SERVICE]]
            ),
            "stage": columns.choice(
                np.where(kind == 2, stage, len(STAGES) + kind), [*STAGES, "won", "lost"]
            ),
            "amount": columns.money(12 * sites * price[accounts.plan[account]]),
            "probability_share": np.where(kind == 0, 1.0, chance),
            "opened_on": columns.days(opened),
            "closed_on": columns.days(closed, mask=kind == 2),
            "won": pa.array(kind == 0, mask=kind == 2),
            "currency": truth.CURRENCY,
            "need": _needs(rng, accounts.segment[account], kind),
        },
    )


def _days(
    rng: np.random.Generator,
    accounts: people.Accounts,
    account: columns.Array,
    kind: columns.Array,
    today: int,
) -> tuple[columns.Array, columns.Array]:
    """Won deals closed when the contract began; lost ones later; open ones are recent."""
    length = rng.integers(14, 70, len(account))
    ends = np.minimum(accounts.left[account], today)
    room = np.maximum(ends - accounts.started[account], 1)
    later = accounts.started[account] + (rng.random(len(account)) * room).astype(np.int64)
    closed = np.where(kind == 0, accounts.started[account], np.minimum(later + length, today))
    recent = today - np.minimum(rng.integers(0, 150, len(account)), room)
    return np.where(kind == 2, recent, np.where(kind == 0, closed - length, later)), closed


def _needs(rng: np.random.Generator, segment: columns.Array, kind: columns.Array) -> pa.Array:
    """The need that an open deal names; one in five names none."""
    weights = np.array([one.needs for one in truth.SEGMENTS.values()])
    need = columns.picked(rng, segment, weights).astype(np.int64)
    need[(kind != 2) | (rng.random(len(need)) < 0.2)] = -1
    carried = np.flatnonzero(kind == 2)[:CARRIED_DEALS]
    need[carried] = truth.NEEDS.index(truth.Truth.carried_need)
    return columns.choice(need, truth.NEEDS)
