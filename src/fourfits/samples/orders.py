"""What is bought, and what an experiment adds to it: the tables `orders` and `exposures`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits.samples import columns, people, shop, truth

RATE_SHAPE = 1.2
"""Shape of the gamma distribution of order rates within a segment."""
EXPERIMENT_DAYS = 42
ENROL_DAYS = 7
RETURN_SHARE = 0.01
RETURN_DAYS = 14
SHOPS = ("webshop", "app", "account manager")
_SOLD_IN = np.array([[6, 4, 0], [6, 4, 0], [7, 3, 0], [8, 0, 2], [3, 0, 7]], float)
_FIRST = np.array([product.taste or (0,) * 5 for product in shop.SHELF], float).T
_LATER = _FIRST * [product.category != "machines" for product in shop.SHELF]
"""Who has a machine buys what it uses up."""
_MORE_THAN_ONE = np.array([0.1, 0.3, 0.5, 0.8, 3.0])
"""Mean number of units beyond the first, by segment."""


def orders(seed: int, crowd: people.People) -> tuple[pa.Table, pa.Table, float]:
    """The tables `orders` and `exposures`, and what the treatment brought per treated person."""
    rng = columns.generator(seed, "orders")
    buyer, day, n_first = _purchases(rng, crowd)
    exposed = _exposed(columns.generator(seed, "experiment"), crowd)
    added = _persuaded(rng, exposed, buyer, day, crowd)
    n_usual = len(buyer)
    buyer = np.concatenate([buyer, exposed.person[added]])
    day = np.concatenate([day, _when_added(rng, exposed, added, crowd)])
    lines = _lines(rng, crowd, buyer, day, n_first)
    brought = float(lines["revenue"][lines["purchase"] >= n_usual].sum()) / 100
    bought = _in_time(lines)
    return bought, _exposures(exposed, crowd), brought / int(exposed.treated.sum())


def _purchases(
    rng: np.random.Generator, crowd: people.People
) -> tuple[columns.Array, columns.Array, int]:
    """Buyer and day of each order: one soon after sign-up, then at the person's own rate.

    Also the number of first orders, which stand at the start.
    """
    months = (crowd.ends - crowd.started) / 30.4
    rate = np.array([segment.orders_per_month for segment in truth.SEGMENTS.values()])
    own = rate[crowd.segment] * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, crowd.n)
    buys = (crowd.account < 0) | (crowd.place == 0)
    later = np.repeat(np.arange(crowd.n), rng.poisson(own * months * buys))
    length = crowd.ends - crowd.started
    first = np.flatnonzero(buys)
    buyer = np.concatenate([first, later])
    since = np.concatenate(
        [
            np.minimum(0.35 + 3 * rng.random(len(first)), length[first] - 0.01),
            np.maximum(rng.random(len(later)) * length[later], 0.35),
        ]
    )
    return buyer, crowd.started[buyer] + since, len(first)


@dataclass(frozen=True, kw_only=True)
class _Exposed:
    person: columns.Array
    day: columns.Array
    treated: columns.Array


def _exposed(rng: np.random.Generator, crowd: people.People) -> _Exposed:
    """Consumers who were there when the experiment began, half of them in each arm."""
    start = crowd.today - EXPERIMENT_DAYS + 1
    there = (crowd.account < 0) & (crowd.started < start - 30) & (crowd.left > start + ENROL_DAYS)
    person = np.flatnonzero(there)
    treated = rng.permutation(np.arange(len(person)) % 2 == 1)
    return _Exposed(
        person=person, day=start + ENROL_DAYS * rng.random(len(person)), treated=treated
    )


def _persuaded(
    rng: np.random.Generator,
    exposed: _Exposed,
    buyer: columns.Array,
    day: columns.Array,
    crowd: people.People,
) -> columns.Array:
    """Places of the treated who buy in the counted days only because of the treatment."""
    since = np.full(crowd.n, np.nan)
    since[exposed.person] = exposed.day
    counts = (day > since[buyer]) & (day <= since[buyer] + truth.Truth.conversion_days)
    converts = np.zeros(crowd.n, bool)
    converts[buyer[counts]] = True
    bought = converts[exposed.person]
    chance = truth.Truth.conversion_lift / (1 - bought.mean())
    persuaded = exposed.treated & ~bought & (rng.random(len(bought)) < chance)
    return np.flatnonzero(persuaded)


def _when_added(
    rng: np.random.Generator, exposed: _Exposed, added: columns.Array, crowd: people.People
) -> columns.Array:
    """A moment between exposure and the end of the counted days, or of the contract."""
    seen = exposed.day[added] + 0.01
    room = np.minimum(crowd.ends[exposed.person[added]] - seen, truth.Truth.conversion_days - 1)
    return np.asarray(seen + rng.random(len(added)) * (room - 0.01))


def _exposures(exposed: _Exposed, crowd: people.People) -> pa.Table:
    moment = np.floor(exposed.day * 86_400).astype(np.int64) * 1_000_000
    return columns.table(
        "exposures",
        {
            "experiment_id": truth.Truth.experiment,
            "customer_id": crowd.ids(exposed.person),
            "variant": columns.choice(exposed.treated.astype(np.int32), ["control", "treatment"]),
            "exposed_at": columns.moments(moment),
        },
    )


def _lines(
    rng: np.random.Generator,
    crowd: people.People,
    buyer: columns.Array,
    day: columns.Array,
    n_first: int,
) -> dict[str, columns.Array]:
    """One to four lines of each purchase, and the lines that come back."""
    n_lines = np.minimum(1 + rng.poisson(0.45, len(buyer)), 4)
    purchase = np.repeat(np.arange(len(buyer)), n_lines)
    segment = crowd.segment[buyer[purchase]]
    later = (purchase >= n_first).astype(np.int64)
    product = columns.picked(rng, segment + 5 * later, np.vstack([_FIRST, _LATER]))
    machine = shop.PRICE[product] > 10_000
    quantity = 1 + np.where(machine, 0, rng.poisson(_MORE_THAN_ONE[segment]))
    off = np.where(rng.random(len(purchase)) < 0.15, 10, 0)
    revenue = quantity * shop.PRICE[product] * (100 - off) // 100
    lines = {
        "purchase": purchase,
        "line": np.arange(len(purchase)) - (np.cumsum(n_lines) - n_lines)[purchase] + 1,
        "buyer": buyer[purchase],
        "product": product,
        "sold_in": columns.picked(rng, crowd.segment[buyer], _SOLD_IN)[purchase],
        "day": day[purchase],
        "quantity": quantity,
        "revenue": revenue,
        "margin": revenue - quantity * shop.COST[product],
    }
    return _with_returns(rng, lines, crowd.today)


def _with_returns(
    rng: np.random.Generator, lines: dict[str, columns.Array], today: int
) -> dict[str, columns.Array]:
    """Some lines once more, some days later, with negative quantity and money."""
    chance = np.where(lines["day"] < today - RETURN_DAYS, RETURN_SHARE, 0.0)
    back = np.flatnonzero(rng.random(len(chance)) < chance)
    returned = {name: column[back] for name, column in lines.items()}
    returned |= {name: -returned[name] for name in ("quantity", "revenue", "margin")}
    returned["day"] = returned["day"] + rng.uniform(2, RETURN_DAYS - 1, len(back))
    return {name: np.concatenate([lines[name], returned[name]]) for name in lines}


def _in_time(lines: dict[str, columns.Array]) -> pa.Table:
    """The table `orders`, in the order in which things happened."""
    order = np.lexsort((lines["line"], lines["purchase"], lines["day"]))
    lines = {name: column[order] for name, column in lines.items()}
    moment = np.floor(lines["day"] * 86_400).astype(np.int64) * 1_000_000
    bought, returned = (columns.ids(letter, lines["purchase"], 8) for letter in ("O", "R"))
    return columns.table(
        "orders",
        {
            "order_id": pc.if_else(pa.array(lines["quantity"] > 0), bought, returned),
            "line": lines["line"],
            "customer_id": columns.ids("C", lines["buyer"]),
            "ordered_at": columns.moments(moment),
            "product_id": columns.choice(lines["product"], shop.PRODUCT_IDS),
            "quantity": lines["quantity"].astype(float),
            "revenue_amount": columns.money(lines["revenue"]),
            "margin_amount": columns.money(lines["margin"]),
            "channel": columns.choice(lines["sold_in"], SHOPS),
            "currency": truth.CURRENCY,
        },
    )
