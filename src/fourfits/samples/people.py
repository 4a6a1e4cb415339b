"""Who the customers are: accounts, persons, and when each came and left."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits.samples import columns, truth

HISTORY_DAYS = 730
FIRST_ARRIVAL = 75
"""Days after the history's start on which the first customer comes; touches come before."""
MIN_ACCOUNTS = 160
CUSTOMERS_PER_ACCOUNT = 20
PERIOD_DAYS = 30
"""Contracts are left at the end of a period of this many days."""

SEGMENTS = tuple(truth.SEGMENTS)
CHANNELS = tuple(truth.CHANNELS)
PLANS = tuple(truth.PRICES)
SMALL, LARGE = SEGMENTS.index("small offices"), SEGMENTS.index("large workplaces")
ROLES = ("decision_maker", "champion", "user", "influencer", "blocker")
COUNTRIES = ("DE", "FR", "NL", "AT", "ES", "IT", "BE", "DK")
CITIES = (
    ("Berlin", "Hamburg", "Leipzig"),
    ("Lyon", "Nantes", "Lille"),
    ("Utrecht", "Delft", "Groningen"),
    ("Vienna", "Graz", "Linz"),
    ("Valencia", "Bilbao", "Seville"),
    ("Turin", "Bologna", "Genoa"),
    ("Ghent", "Leuven", "Liège"),
    ("Aarhus", "Odense", "Aalborg"),
)
COUNTRY_WEIGHTS = np.array([[30, 18, 12, 8, 10, 10, 7, 5]], float)
INDUSTRIES = ("software", "logistics", "education", "health care", "finance", "manufacturing")
TITLES = {
    SMALL: ("Owner", "Office manager", "Administrator", "Team lead", "Accountant"),
    LARGE: (
        "Head of facilities",
        "Workplace manager",
        "Site coordinator",
        "IT manager",
        "Purchasing manager",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Organisations, one element of each array per account; days count from 1970."""

    segment: columns.Array
    channel: columns.Array
    plan: columns.Array
    sites: columns.Array
    employees: columns.Array
    contacts: columns.Array
    started: columns.Array
    left: columns.Array
    early: columns.Array
    """Whether somebody used the churn driver's feature in the first 30 days."""
    country: columns.Array

    @property
    def ids(self) -> pa.Array:
        """`A0000000`, `A0000001`, ..."""
        return columns.ids("A", np.arange(len(self.segment)))


@dataclass(frozen=True, kw_only=True)
class People:
    """Persons; consumers first, then the contacts of the accounts, in the accounts' order."""

    segment: columns.Array
    channel: columns.Array
    plan: columns.Array
    account: columns.Array
    """Index of the account, -1 for consumers."""
    place: columns.Array
    """Place among the contacts of the account, from 0; 0 for consumers."""
    started: columns.Array
    left: columns.Array
    activated: columns.Array
    country: columns.Array
    today: int

    @property
    def n(self) -> int:
        """Number of persons."""
        return len(self.segment)

    @property
    def ends(self) -> columns.Array:
        """The day after the last on which the person is a customer, at most tomorrow."""
        return np.minimum(self.left, self.today + 1)

    def ids(self, rows: columns.Array | None = None) -> pa.Array:
        """`C0000000`, ... of all persons, or of some."""
        return columns.ids("C", np.arange(self.n) if rows is None else rows)

    def account_ids(self, rows: columns.Array | None = None) -> pa.Array:
        """The accounts of all persons, or of some; empty for consumers."""
        return columns.ids("A", self.account if rows is None else self.account[rows])


def populate(seed: int, size: int, today: datetime.date) -> tuple[Accounts, People]:
    """Accounts and `size` persons; the first account is the one that carries a need."""
    last = columns.day_number(today)
    accounts = _accounts(
        columns.generator(seed, "accounts"), max(MIN_ACCOUNTS, size // CUSTOMERS_PER_ACCOUNT), last
    )
    rng = columns.generator(seed, "people")
    consumers = _consumers(rng, size - int(accounts.contacts.sum()), last)
    contacts = _contacts(rng, accounts, last)
    parts = {name: np.concatenate([consumers[name], contacts[name]]) for name in consumers}
    activation = np.array([channel.activation_share for channel in truth.CHANNELS.values()])
    parts["activated"] = rng.random(size) < activation[parts["channel"]]
    return accounts, People(**parts, today=last)


def memberships(people: People) -> pa.Table:
    """The planted segment of every person."""
    return columns.table(
        "memberships",
        {
            "segmentation": truth.SEGMENTATION,
            "customer_id": people.ids(),
            "segment": columns.choice(people.segment, SEGMENTS),
        },
    )


def accounts_table(seed: int, accounts: Accounts, mrr: columns.Array, today: int) -> pa.Table:
    """The table `accounts`; `mrr` is each account's open recurring revenue in cents."""
    rng = columns.generator(seed, "accounts table")
    n = len(accounts.segment)
    industry = rng.integers(0, len(INDUSTRIES), n)
    years = (today - accounts.started) // 365 + 1
    parent = np.where(
        (accounts.segment == LARGE) & (np.arange(n) > 0) & (rng.random(n) < 0.05), 0, -1
    )
    return columns.table(
        "accounts",
        {
            "account_id": accounts.ids,
            "name": _names(rng, industry),
            "industry": columns.choice(industry, INDUSTRIES),
            "employees": accounts.employees,
            "annual_revenue_amount": columns.money(
                accounts.employees * (rng.lognormal(11.6, 0.4, n) // 100).astype(np.int64) * 10_000
            ),
            "country": columns.choice(accounts.country, COUNTRIES),
            "plan": columns.choice(accounts.plan, PLANS),
            "arr_amount": columns.money(12 * mrr),
            "renewal_on": columns.days(accounts.started + 365 * years, mask=accounts.left <= today),
            "owner": columns.choice(
                rng.integers(0, 6, n), [f"Account manager {place}" for place in range(1, 7)]
            ),
            "parent_account_id": columns.ids("A", parent),
            "currency": truth.CURRENCY,
        },
    )


def customers_table(seed: int, people: People) -> pa.Table:
    """The table `customers`."""
    rng = columns.generator(seed, "customers table")
    contact = people.account >= 0
    city = people.country * 3 + rng.integers(0, 3, people.n)
    role = np.where(contact, np.where(people.place < 5, people.place, 2), -1)
    title = np.where(contact, (people.segment == LARGE) * 5 + role, -1)
    return columns.table(
        "customers",
        {
            "customer_id": people.ids(),
            "account_id": people.account_ids(),
            "name": columns.ids("Customer ", np.arange(people.n), 6),
            "email": columns.ids("customer", np.arange(people.n), 6, "@example.com"),
            "signed_up_on": columns.days(people.started),
            "country": columns.choice(people.country, COUNTRIES),
            "city": columns.choice(city, [name for names in CITIES for name in names]),
            "birth_year": _birth_years(rng, people),
            "gender": columns.choice(
                columns.picked(rng, np.zeros(people.n, int), np.array([[46, 46, 3, 5]])),
                ["female", "male", "other", None],
            ),
            "income_amount": _incomes(rng, people),
            "plan": columns.choice(people.plan, PLANS),
            "acquisition_channel": columns.choice(people.channel, CHANNELS),
            "job_title": columns.choice(title, [*TITLES[SMALL], *TITLES[LARGE]]),
            "buying_role": columns.choice(role, ROLES),
            "currency": truth.CURRENCY,
        },
    )


def _accounts(rng: np.random.Generator, n: int, today: int) -> Accounts:
    shares = np.array([[truth.SEGMENTS[SEGMENTS[code]].share for code in (SMALL, LARGE)]])
    segment = columns.picked(rng, np.zeros(n, int), shares) + SMALL
    large = segment == LARGE
    sites = np.where(large, rng.choice([1, 2, 3, 4], n, p=[0.35, 0.35, 0.2, 0.1]), 1)
    contacts = np.where(large, rng.integers(3, 6, n), rng.choice([1, 2, 3], n, p=[0.45, 0.35, 0.2]))
    employees = np.where(
        large, np.minimum(100 + rng.lognormal(6.0, 0.9, n), 20_000), rng.integers(4, 100, n)
    ).astype(np.int64)
    plan = _plans(rng, segment)
    channel = _channels(rng, segment)
    started, early = _arrivals(rng, n, today), rng.random(n) < 0.6
    segment[0], sites[0], contacts[0], employees[0], early[0] = LARGE, 18, 10, 14_000, True
    plan[0], channel[0] = PLANS.index("Enterprise"), CHANNELS.index("field sales")
    started[0] = today - 500
    churn = np.array([segment.monthly_churn_share for segment in truth.SEGMENTS.values()])
    hazard = churn[segment] * np.where(early, 1.0, truth.Truth.churn_factor)
    left = started + PERIOD_DAYS * rng.geometric(hazard)
    left[0] = columns.NEVER
    return Accounts(
        segment=segment,
        channel=channel,
        plan=plan,
        sites=sites,
        employees=employees,
        contacts=contacts,
        started=started,
        left=np.where(left > today, columns.NEVER, left),
        early=early,
        country=columns.picked(rng, np.zeros(n, int), COUNTRY_WEIGHTS),
    )


def _consumers(rng: np.random.Generator, n: int, today: int) -> dict[str, columns.Array]:
    shares = np.array([[truth.SEGMENTS[name].share for name in SEGMENTS[:SMALL]]])
    segment = columns.picked(rng, np.zeros(n, int), shares)
    channel = _channels(rng, segment)
    started = _arrivals(rng, n, today)
    plateau = np.array([segment.plateau_share for segment in truth.SEGMENTS.values()])
    factor = np.array([channel.retention_factor for channel in truth.CHANNELS.values()])
    churn = np.array([segment.monthly_churn_share for segment in truth.SEGMENTS.values()])
    left = started + PERIOD_DAYS * rng.geometric(churn[segment])
    stays = rng.random(n) < plateau[segment] * factor[channel]
    return {
        "segment": segment,
        "channel": channel,
        "plan": _plans(rng, segment),
        "account": np.full(n, -1, np.int64),
        "place": np.zeros(n, np.int64),
        "started": started,
        "left": np.where(stays | (left > today), columns.NEVER, left),
        "country": columns.picked(rng, np.zeros(n, int), COUNTRY_WEIGHTS),
    }


def _contacts(rng: np.random.Generator, accounts: Accounts, today: int) -> dict[str, columns.Array]:
    account = np.repeat(np.arange(len(accounts.segment)), accounts.contacts)
    first = np.repeat(np.cumsum(accounts.contacts) - accounts.contacts, accounts.contacts)
    place = np.arange(len(account)) - first
    delay = np.where(place == 0, 0, rng.integers(0, 25, len(account)))
    started = np.minimum(accounts.started[account] + delay, today)
    return {
        "segment": accounts.segment[account],
        "channel": accounts.channel[account],
        "plan": accounts.plan[account],
        "account": account,
        "place": place,
        "started": started,
        "left": accounts.left[account],
        "country": accounts.country[account],
    }


def _arrivals(rng: np.random.Generator, n: int, today: int) -> columns.Array:
    """Days of arrival; twice as many come at the end of the history as at its start."""
    first, last = today - HISTORY_DAYS + FIRST_ARRIVAL, today - 7
    share = np.sqrt(1 + 3 * rng.random(n)) - 1
    return np.asarray(first + (share * (last - first)).astype(np.int64))


def _plans(rng: np.random.Generator, segment: columns.Array) -> columns.Array:
    weights = [[one.plans.get(plan, 0.0) for plan in PLANS] for one in truth.SEGMENTS.values()]
    return columns.picked(rng, segment, np.array(weights))


def _channels(rng: np.random.Generator, segment: columns.Array) -> columns.Array:
    weights = [
        [one.channels.get(channel, 0.0) for channel in CHANNELS] for one in truth.SEGMENTS.values()
    ]
    return columns.picked(rng, segment, np.array(weights))


def _birth_years(rng: np.random.Generator, people: People) -> columns.Array:
    middle = np.array([2003, 1978, 1988, 1982, 1983])[people.segment]
    spread = np.array([1.8, 8, 6, 10, 9])[people.segment]
    return np.clip(np.rint(rng.normal(middle, spread)), 1940, 2007).astype(np.int64)


def _incomes(rng: np.random.Generator, people: People) -> pa.Array:
    """Incomes in hundreds of EUR; unknown for contacts and for one consumer in ten."""
    middle = np.array([13_000, 44_000, 72_000, 1, 1])[people.segment]
    income = middle * rng.lognormal(0, 0.25, people.n)
    unknown = (people.account >= 0) | (rng.random(people.n) < 0.1)
    return columns.money((income // 100).astype(np.int64) * 10_000, mask=unknown)


def _names(rng: np.random.Generator, industry: columns.Array) -> pa.Array:
    """Names put together from a word, the trade and a number."""
    words = (
        *("North", "South", "East", "West", "Central", "Harbour", "Valley", "Lake", "Hill"),
        *("River", "Meadow", "Forest", "Bridge", "Market", "Garden", "Tower", "Station", "Park"),
    )
    trades = ("Software", "Logistics", "Academy", "Clinics", "Finance", "Works")
    parts = (
        columns.choice(rng.integers(0, len(words), len(industry)), words),
        columns.choice(industry, trades),
        columns.ids("", np.arange(1, len(industry) + 1), 5),
    )
    return pc.binary_join_element_wise(*parts, " ")
