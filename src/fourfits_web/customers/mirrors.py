"""Copies people, accounts and their timelines from the lake, so that pages need not ask it."""

# ruff: noqa: S608 - every name in a statement is ours

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from django.conf import settings

from fourfits_web.customers import differences, reading, scratch
from fourfits_web.customers.differences import Copy
from fourfits_web.customers.models import Account, Facet, Person, Timeline, Word

if TYPE_CHECKING:
    from fourfits import sources

    Progress = Callable[[float, str], None]

FACETS = {
    "person": (
        "segment", "plan", "country", "acquisition_channel", "buying_role",
    ),
    "account": ("industry", "country", "plan", "owner"),
}  # fmt: skip
MOST_FACETS = 60
DEALS_SHOWN = 60


def run(data: sources.Data, progress: Progress) -> None:
    """Copy everything; rows that did not change are left alone, so running twice does no harm."""
    with scratch.opened(data) as space:
        progress(0.02, "Reading customers")
        _gather(data, space, progress)
        progress(0.5, "Adding up customers")
        currency = settings.WORKSPACE.currency.replace("'", "")
        _add_up(space, currency)
        _pack(space, currency)
        for share, step, copy in _COPIES:
            progress(share, step)
            differences.write(space, copy)


def _words(of: str) -> differences.Belonging:
    return differences.Belonging(table="words", model=Word, of=of)


_COPIES = (
    (0.65, "Writing accounts", Copy(
        table="firms", model=Account, key=("account_id",), belonging=_words("account"))),
    (0.7, "Writing people", Copy(
        table="people", model=Person, key=("customer_id",), belonging=_words("person"))),
    (0.85, "Writing timelines", Copy(
        table="timelines", model=Timeline, key=("of", "key", "part"))),
    (0.98, "Writing filters", Copy(
        table="facets", model=Facet, key=("of", "field", "value", "n"))),
)  # fmt: skip


def _gather(data: sources.Data, space: scratch.Scratch, progress: Progress) -> None:
    for name, columns, rows in (
        ("given_people", reading.PEOPLE, reading.rows(data, "customers", reading.PEOPLE)),
        ("given_accounts", reading.ACCOUNTS, reading.rows(data, "accounts", reading.ACCOUNTS)),
        ("given_deals", reading.DEALS, reading.rows(data, "deals", reading.DEALS)),
        ("members", reading.MEMBERS, reading.members(data)),
        ("worth", reading.VALUES, reading.values(data)),
    ):
        space.make(name, columns, rows)
    space.make("moments", reading.MOMENT)
    for place, (name, query) in enumerate(reading.moments(data)):
        progress(0.2 + place * 0.04, f"Reading {name}")
        space.add("moments", query)


def _add_up(space: scratch.Scratch, currency: str) -> None:
    """People and accounts with their sums, the words that find them, what filters offer."""
    space.run(_DID)
    space.run(_PEOPLE.format(currency=currency))
    space.run(_ACCOUNTS.format(currency=currency, most=DEALS_SHOWN))
    for table in ("people", "firms"):
        space.run(
            f"CREATE OR REPLACE TABLE {table} AS "
            f"SELECT *, (hash(made) >> 1)::BIGINT AS digest FROM {table} AS made"
        )
    space.run(_WORDS)
    asked = [
        f"SELECT '{of}' AS of, '{field}' AS field, {field} AS value, count(*)::INTEGER AS n "
        f"FROM {table} WHERE {field} <> '' GROUP BY 3 ORDER BY n DESC, value LIMIT {MOST_FACETS}"
        for of, table in (("person", "people"), ("account", "firms"))
        for field in FACETS[of]
    ]
    space.run("CREATE TABLE facets AS " + " UNION ALL ".join(f"({each})" for each in asked))


def _pack(space: scratch.Scratch, currency: str) -> None:
    """Moments of each person and account, newest first, joined to texts of up to `PART` moments."""
    space.run(_OWNERS)
    shape = {"number": "int64", "part": "int64", "moments": "string"}
    space.make("timelines", {"of": "string", "key": "string", **shape, "digest": "int64"})
    parts = _parts(space.batches(_TOLD.format(currency=currency)))
    while some := list(itertools.islice(parts, PACKED_AT_ONCE)):
        columns = map(list, zip(*some, strict=True))
        space.make("packed", shape, pa.table(dict(zip(shape, columns, strict=True))))
        space.run(_TIMELINES)
        space.run("DROP TABLE packed")
    space.run("DROP TABLE moments")


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, int, str]]:
    """Whose, which part, and its moments, from rows in the order of their owners."""
    owner, told = 0, list[str]()
    for batch in batches:
        owners, texts = batch["number"].to_numpy(), batch["told"].to_pylist()
        starts = np.flatnonzero(np.diff(owners)) + 1
        for start, end in itertools.pairwise([0, *starts.tolist(), len(texts)]):
            if owners[start] != owner:
                yield from _cut(owner, told)
                owner, told = int(owners[start]), []
            told += texts[start:end]
    yield from _cut(owner, told)


def _cut(owner: int, told: list[str]) -> Iterator[tuple[int, int, str]]:
    for part, start in enumerate(range(0, len(told), Timeline.PART)):
        yield owner, part, f"[{','.join(told[start : start + Timeline.PART])}]"


PACKED_AT_ONCE = 20_000

_DID = """
CREATE TABLE did AS
SELECT
    customer_id,
    count(*) FILTER (kind = 'order' AND amount > 0) AS n_orders,
    sum(amount) FILTER (kind = 'order') AS revenue_amount,
    min(currency) FILTER (kind = 'order') AS currency,
    max(currency) FILTER (kind = 'order') AS last_currency,
    count(*) FILTER (kind = 'feedback') AS n_feedback,
    max(happened_at) AS last_at,
    count(happened_at) AS n_moments
FROM moments
WHERE customer_id <> ''
GROUP BY customer_id
"""

_PEOPLE = """
CREATE TABLE people AS
WITH ids AS (
    SELECT customer_id FROM given_people
    UNION
    SELECT customer_id FROM did
)
SELECT
    customer_id,
    coalesce(given_people.account_id, '') AS account_id,
    coalesce(given_accounts.name, given_people.account_id, '') AS account_name,
    coalesce(given_people.name, '') AS name,
    coalesce(email, '') AS email,
    coalesce(given_people.country, '') AS country,
    coalesce(city, '') AS city,
    birth_year,
    coalesce(gender, '') AS gender,
    coalesce(given_people.plan, '') AS plan,
    coalesce(acquisition_channel, '') AS acquisition_channel,
    coalesce(job_title, '') AS job_title,
    coalesce(buying_role, '') AS buying_role,
    signed_up_on,
    coalesce(did.currency, '{currency}') AS currency,
    coalesce(segment, '') AS segment,
    if(isnan(alive_share), NULL, alive_share) AS alive_share,
    round(coalesce(value_amount, 0), 2) AS value_amount,
    coalesce(n_orders, 0) AS n_orders,
    CASE WHEN did.currency IS DISTINCT FROM last_currency THEN 0  -- sums of unlike money mislead
         ELSE round(coalesce(revenue_amount, 0), 2) END AS revenue_amount,
    coalesce(n_feedback, 0) AS n_feedback,
    last_at,
    coalesce(n_moments, 0) AS n_moments
FROM ids
LEFT JOIN given_people USING (customer_id)
LEFT JOIN did USING (customer_id)
LEFT JOIN members USING (customer_id)
LEFT JOIN worth USING (customer_id)
LEFT JOIN given_accounts ON given_accounts.account_id = given_people.account_id
WHERE customer_id <> ''
"""

_ACCOUNTS = """
CREATE TABLE firms AS
WITH ids AS (
    SELECT account_id FROM given_accounts
    UNION SELECT account_id FROM people WHERE account_id <> ''
    UNION SELECT account_id FROM given_deals WHERE account_id <> ''
),
owned AS (
    SELECT account_id, count(*) AS n_people, sum(revenue_amount) AS revenue_amount,
           sum(value_amount) AS value_amount
    FROM people GROUP BY account_id
),
had AS (
    SELECT coalesce(moments.account_id, people.account_id) AS account_id,
           max(happened_at) AS last_at, count(*) FILTER (kind = 'feedback') AS n_feedback
    FROM moments LEFT JOIN people USING (customer_id)
    GROUP BY 1
),
dealt AS (
    SELECT account_id,
           count(*) FILTER (won IS NULL AND closed_on IS NULL) AS n_open_deals,
           sum(amount) FILTER (won IS NULL AND closed_on IS NULL) AS open_amount,
           to_json(list({{
               id: deal_id, name: name, stage: stage, amount: amount, won: won,
               probability_share: probability_share, opened_on: opened_on, closed_on: closed_on
           }} ORDER BY opened_on DESC, deal_id)[:{most}])::VARCHAR AS deals
    FROM given_deals GROUP BY account_id
)
SELECT
    account_id,
    coalesce(name, '') AS name,
    coalesce(industry, '') AS industry,
    coalesce(country, '') AS country,
    employees,
    round(annual_revenue_amount, 2) AS annual_revenue_amount,
    coalesce(plan, '') AS plan,
    round(arr_amount, 2) AS arr_amount,
    renewal_on,
    coalesce(owner, '') AS owner,
    coalesce(parent_account_id, '') AS parent_account_id,
    coalesce(currency, '{currency}') AS currency,
    coalesce(n_people, 0) AS n_people,
    coalesce(n_feedback, 0) AS n_feedback,
    coalesce(n_open_deals, 0) AS n_open_deals,
    round(coalesce(open_amount, 0), 2) AS open_amount,
    round(coalesce(revenue_amount, 0), 2) AS revenue_amount,
    round(coalesce(value_amount, 0), 2) AS value_amount,
    last_at,
    coalesce(deals, '[]') AS deals
FROM ids
LEFT JOIN given_accounts USING (account_id)
LEFT JOIN owned USING (account_id)
LEFT JOIN had USING (account_id)
LEFT JOIN dealt USING (account_id)
WHERE account_id <> ''
"""

_WORDS = r"""
CREATE TABLE words AS
WITH told AS (
    SELECT 'person' AS of, customer_id AS key, name,
           [email, customer_id, if(account_id <> '', split_part(email, '@', 2), '')] AS whole
    FROM people
    UNION ALL
    SELECT 'account', account_id, name, [account_id] FROM firms
),
split AS (
    SELECT of, key, unnest(
        [lower(each) FOR each IN whole]
        || regexp_extract_all(strip_accents(lower(name)), '[\p{L}\p{N}]+')
        || string_split(strip_accents(lower(name)), ' ')
    ) AS word FROM told
)
SELECT DISTINCT of, left(word, 320) AS word, key FROM split WHERE word <> ''
"""

_OWNERS = """
CREATE TABLE owners AS
SELECT of, key, row_number() OVER () AS number FROM (
    SELECT 'person' AS of, customer_id AS key FROM people
    UNION ALL SELECT 'account', account_id FROM firms
)
"""

_TOLD = """
WITH placed AS (
    SELECT moments.* REPLACE (coalesce(moments.account_id, people.account_id, '') AS account_id)
    FROM moments LEFT JOIN people USING (customer_id)
    WHERE happened_at IS NOT NULL
),
every AS (
    SELECT 'person' AS of, customer_id AS key, happened_at, kind, title, detail, amount,
           nullif(n, 1) AS n, NULL AS who, nullif(currency, '{currency}') AS currency
    FROM placed WHERE customer_id <> ''
    UNION ALL
    SELECT 'account', account_id, happened_at, kind, title, detail, amount, nullif(n, 1),
           customer_id, nullif(currency, '{currency}')
    FROM placed WHERE account_id <> '' AND kind <> 'usage'
    UNION ALL
    SELECT 'account', account_id, max(happened_at), kind, title, detail,
           count(DISTINCT customer_id), nullif(sum(n), 1),
           CASE WHEN count(DISTINCT customer_id) = 1 THEN min(customer_id) END, NULL
    FROM placed WHERE account_id <> '' AND kind = 'usage'
    GROUP BY account_id, happened_at::DATE, kind, title, detail
)
SELECT
    number,
    epoch(happened_at)::BIGINT AS at_second,
    CASE
        WHEN n IS NOT NULL OR who IS NOT NULL OR currency IS NOT NULL
        THEN json_array(at_second, kind, title, detail, amount, n, who, currency)
        WHEN amount IS NOT NULL THEN json_array(at_second, kind, title, detail, amount)
        ELSE json_array(at_second, kind, title, detail)
    END::VARCHAR AS told
FROM every JOIN owners USING (of, key)
ORDER BY number, at_second DESC, told
"""

_TIMELINES = """
INSERT INTO timelines BY NAME
SELECT of, key, part, moments, (hash(moments) >> 1)::BIGINT AS digest
FROM packed JOIN owners USING (number)
"""
