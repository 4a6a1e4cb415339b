"""Demand of a need or feature: people and accounts, two figures that are never added up."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits import charts, checks, config, errors, needs, results, sums
from fourfits.features import influence, people
from fourfits.needs import voices

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class DemandResult(results.Result):
    """Demand, one row per need (or per feature, through the need it answers), most people first.

    Columns: `feature_id`, `name` (only with features); `need`; `n_items`; `n_people` (distinct
    people who said it); `people`, `people_low`, `people_high` (customers who have it, said or
    unsaid); `silent_share` (part of `people` that is inferred for those who said nothing, 0-1);
    `freshness_share` (weight of the statements by their mean age, 0-1); `account_amount`,
    `account_amount_low`, `account_amount_high` (yearly revenue at stake plus expected open deals,
    in the data's currency); `pipeline_amount` (the part of it from open deals); `n_accounts`;
    `largest_account_share`, `herfindahl_index` (0-1); `carried_by_one_account`: one account holds
    most of that money, and most of those who voice the need speak for accounts. Columns of money
    are empty where no table tells it.
    """

    analysis: ClassVar[str] = "demand"
    definition: ClassVar[str] = (
        "People: the share of each segment that mentions the need among those who spoke, shrunk "
        "towards the product's share, times the segment's size. Accounts: yearly recurring "
        "revenue times strength of statement, plus open deals that name the need times their "
        "probability, decayed by age. The two are never added up."
    )
    assumptions: ClassVar[str] = (
        "Within a segment, those who are silent need what those who spoke need. Accounts were "
        "drawn independently (money is resampled by whole accounts)."
    )
    source: ClassVar[str] = (
        "Beta-binomial shrinkage: Gelman et al. (2013); Poisson bootstrap: Chamandy et al. (2012); "
        "Herfindahl (1950)."
    )

    def summary(self) -> dict[str, Any]:
        """How many needs there are, whom most people and most money want, and what rests on one."""
        needs = {row["need"]: row for row in self.table.to_pylist()}
        told: dict[str, Any] = {"n_needs": len(needs), "n_items": self.data["assignments"]}
        for column in ("people", "account_amount"):
            known = [row for row in needs.values() if row[column] is not None]
            if known:
                most = max(known, key=lambda row: row[column])
                told |= {f"most_{column}_need": most["need"], f"most_{column}": most[column]}
        carried = [need for need, row in needs.items() if row["carried_by_one_account"]]
        return told | {"carried_by_one_account": sorted(carried)}

    def chart(self) -> alt.TopLevelMixin:
        """Two panels, people and accounts, each with its intervals."""
        import altair as alt

        label = "name" if "name" in self.table.column_names else "need"
        table = self.table.slice(0, SHOWN)
        sides = [("people", "people who have it", ".0f")]
        if table["account_amount"].null_count < len(table):
            sides.append(("account_amount", "money of accounts in a year", ",.0f"))
        panels: list[Any] = [
            charts.interval_dots(
                table,
                label=label,
                value=value,
                low=f"{value}_low",
                high=f"{value}_high",
                title=title,
                form=form,
            )
            for value, title, form in sides
        ]
        return alt.hconcat(*panels) if len(panels) > 1 else panels[0]


@dataclass(frozen=True)
class _Given:
    """The tables beside the feedback, as they were given."""

    assignments: Any
    customers: Any
    memberships: Any
    accounts: Any
    deals: Any
    subscriptions: Any


@dataclass(frozen=True)
class _Asked:
    """What can be set, as it counts."""

    rows: str
    as_of: datetime.date | None
    half_life_days: float
    seed: int
    confidence: float


def demand(  # noqa: PLR0913 - six tables and what can be set
    feedback: Any,
    features: Any = None,
    *,
    assignments: Any = None,
    customers: Any = None,
    memberships: Any = None,
    accounts: Any = None,
    deals: Any = None,
    subscriptions: Any = None,
    rows: str = "features",
    as_of: datetime.date | str | None = None,
    half_life_days: float = config.EVIDENCE_HALF_LIFE_DAYS,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> DemandResult:
    """How much each need is wanted, by people and by accounts, apart.

    Args:
        feedback: Items (see `tables.FEEDBACK`); an extra column `strength` (critical, important,
            nice to have) says how much it matters.
        features: With them, one row per feature through its column `need`.
        assignments: Which item speaks of which need (`feedback_id`, `theme`). Where none is
            given, themes are found in the texts and named after the features' needs.
        customers: Everybody, also those who are silent; tells accounts and buying roles.
        memberships: Tells the segment of each customer; the first segmentation by name counts.
        accounts: Tells what each account pays (`arr_amount`).
        deals: Open deals count where an extra column `need` names what they wait for.
        subscriptions: Tells the revenue of accounts without `arr_amount`.
        rows: `needs` gives one row per need though there are features.
        as_of: Last day that counts; `None` takes the last in the feedback.
        half_life_days: After so many days a deal, or a statement's freshness, counts a half.
        seed: Draws posterior rates and resampled accounts.
        confidence: Level of the intervals.

    Returns:
        One row per need or feature, most people first.

    Raises:
        ColumnError: If a column is missing.
        NotEnoughDataError: If no item speaks of a need.

    Assumes that within a segment the silent need what the others say. Source: Gelman et al.
    (2013) for the shrinkage; Chamandy et al. (2012) for the resampling.

    >>> feedback = {"feedback_id": ["1", "2", "3"], "customer_id": ["ann", "bea", "cai"]}
    >>> themes = {"feedback_id": ["1", "2", "3"], "theme": ["export", "export", "roles"]}
    >>> customers = {"customer_id": ["ann", "bea", "cai", "dan", "eve", "fay"]}
    >>> found = demand(feedback, assignments=themes, customers=customers).table.to_pylist()
    >>> [(row["need"], row["n_people"], round(row["people"], 1)) for row in found]
    [('export', 2, 3.8), ('roles', 1, 2.2)]
    """
    _check(rows, half_life_days, confidence)
    given = _Given(assignments, customers, memberships, accounts, deals, subscriptions)
    items = voices.said(feedback, customers, as_of=checks.day(as_of, "as_of"))
    period = voices.period(items)
    end = checks.day(as_of, "as_of") or period.end_on
    asked = _Asked(rows, end, half_life_days, seed, confidence)

    answering = _features(features)
    heard = _heard(items, given, answering, asked)
    table = _solved(heard, asked)
    table = _by_feature(table, answering) if answering and rows == "features" else table
    return DemandResult(
        table=table.sort_by([("people", "descending")]),
        parameters={**vars(asked)},
        data={"feedback": period.n_items, "assignments": int(heard.spoken["n_items"].sum())},
        warnings=_warnings(heard, table, given),
    )


def _check(rows: str, half_life_days: float, confidence: float) -> None:
    checks.share(confidence, "confidence")
    checks.positive(half_life_days, "half_life_days")
    checks.one_of(rows, "rows", ("features", "needs"))


@dataclass(frozen=True)
class _Heard:
    """What the tables tell: statements by need and segment, and the money of accounts."""

    names: list[str]
    """Every need that is voiced, waited for in a deal, or answered by a feature."""
    spoken: sums.Columns
    mentioned: people.Mentions
    money: _Money | None


def _heard(
    items: ir.Table, given: _Given, answering: dict[str, list[Any]] | None, asked: _Asked
) -> _Heard:
    known = answering["need"] if answering else []
    stated = _stated(items, given.assignments, known, asked.seed)
    members = voices.members_of(given.memberships)
    sizes = sums.fetch(people.segments(items, given.customers, members))
    spoken = sums.fetch(people.mentions(stated, members))
    _refuse(spoken)
    money = _money(items, stated, given, asked.as_of, asked.half_life_days)
    names = _needs(spoken["need"], money.need if money else (), known)
    return _Heard(names, spoken, _mentions(spoken, sizes, names), money)


def _solved(heard: _Heard, asked: _Asked) -> pa.Table:
    """One row per need: people and accounts with their intervals."""
    names, spoken, mentioned, seed = heard.names, heard.spoken, heard.mentioned, asked.seed
    counted = people.estimate(
        mentioned, draws=config.RESAMPLES, seed=seed, confidence=asked.confidence
    )
    freshness = _freshness(spoken, names, asked.as_of, asked.half_life_days)
    table = _table(names, spoken, mentioned, counted, freshness)
    behind = None
    if heard.money:
        behind = heard.money.estimate(names, seed=seed, confidence=asked.confidence)
    for_accounts = _per_need(spoken, names, "n_contacts") * 2 >= mentioned.people.sum(axis=1)
    return _with_money(table, behind, for_accounts)


def _stated(items: ir.Table, assignments: Any, known: list[str], seed: int) -> ir.Table:
    """The items that speak of a need, with it in `need`; praise and the like ask for nothing."""
    given = assignments
    if given is None:
        given = needs.themes(items, known=sorted(set(known)), seed=seed).assignments()
    said = checks.table(given)
    checks.columns(said, "feedback_id", "theme")
    said = said.select(feedback_id=said.feedback_id.cast("string"), need=said.theme.cast("string"))
    said = said.filter(said.need.notnull(), said.need.lower().notin(config.NOT_NEEDS))
    if "need" in items.columns:
        items = items.drop("need")
    items = items.mutate(feedback_id=items.feedback_id.cast("string"))
    return items.inner_join(said, "feedback_id")


def _refuse(spoken: sums.Columns) -> None:
    if len(spoken["need"]) == 0:
        raise errors.NotEnoughDataError(
            "No item of this feedback speaks of a need.",
            hint="pass `assignments` that belong to this feedback, or a later `as_of`",
        )


@dataclass(frozen=True)
class _Money:
    """What accounts have at stake, one element per need and account, and twice where both tell it."""

    need: sums.Array
    account: sums.Array
    value: sums.Array
    pipeline: sums.Array
    notes: tuple[str, ...] = ()

    def __add__(self, other: _Money) -> _Money:
        return _Money(
            np.concatenate([self.need, other.need]),
            np.concatenate([self.account, other.account]),
            np.concatenate([self.value, other.value]),
            np.concatenate([self.pipeline, other.pipeline]),
            self.notes + other.notes,
        )

    def estimate(self, names: list[str], *, seed: int, confidence: float) -> influence.Estimate:
        return influence.estimate(
            np.searchsorted(names, self.need.astype(str)),
            np.unique(self.account.astype(str), return_inverse=True)[1],
            self.value,
            self.pipeline,
            n_needs=len(names),
            draws=config.RESAMPLES,
            seed=seed,
            confidence=confidence,
        )


def _money(
    items: ir.Table, stated: ir.Table, given: _Given, end: datetime.date | None, half_life: float
) -> _Money | None:
    """Statements of accounts with revenue, and open deals; `None` where no table tells either."""
    revenue = voices.revenue_of_accounts(given.accounts, given.subscriptions, as_of=end)
    at_stake = None
    if revenue is not None:
        at_stake = _at_stake(influence.statements(stated, items, revenue, given.customers))
    if given.deals is None or "need" not in checks.table(given.deals).columns:
        return at_stake
    waiting = _waiting(influence.open_deals(given.deals, as_of=end), end, half_life)
    return waiting if at_stake is None else at_stake + waiting


def _at_stake(query: ir.Table) -> _Money:
    rows = sums.fetch(query)
    empty = np.isnan(rows["amount"])
    n_unknown = len(np.unique(rows["account_id"][empty].astype(str)))
    have = (
        "has no known revenue and counts" if n_unknown == 1 else "have no known revenue and count"
    )
    note = f"{errors.counted(n_unknown, 'account')} that spoke {have} nothing in money."
    return _Money(
        need=rows["need"],
        account=rows["account_id"],
        value=np.where(empty, 0, rows["strength"] * rows["amount"]),
        pipeline=np.zeros(len(empty)),
        notes=(note,) if n_unknown else (),
    )


def _waiting(query: ir.Table, end: datetime.date | None, half_life: float) -> _Money:
    rows = sums.fetch(query)
    age = _days_before(rows["opened_on"], end)
    n_unknown = int(rows["n_unknown"].sum())
    note = f"{n_unknown:,} open deals lack an amount or a probability and count nothing."
    return _Money(
        need=rows["need"],
        account=rows["account_id"],
        value=np.zeros(len(age)),
        pipeline=np.nan_to_num(rows["amount"]) * influence.decay(age, half_life),
        notes=(note,) if n_unknown else (),
    )


def _days_before(days: sums.Array, end: datetime.date | None) -> sums.Array:
    """Age in days; what has no day counts as new."""
    if end is None:
        return np.zeros(len(days))
    day = days.astype("datetime64[D]")
    age = (np.datetime64(end, "D") - day).astype(np.int64)
    return np.where(np.isnat(day), 0, age)


def _features(features: Any) -> dict[str, list[Any]] | None:
    """Id, name and need of the features that answer a need."""
    if features is None:
        return None
    rows = checks.table(features)
    checks.columns(rows, "feature_id", "name", "need")
    rows = rows.filter(rows.need.notnull()).select("feature_id", "name", "need")
    found: dict[str, list[Any]] = sums.fetch_arrow(rows.order_by("feature_id")).to_pydict()
    if not found["feature_id"]:
        raise errors.NotEnoughDataError(
            "No feature names the need it answers.",
            hint="fill the column `need` of the features, or leave the features out",
        )
    return found


def _needs(*found: Sequence[str] | sums.Array) -> list[str]:
    """Every need that is voiced, waited for in a deal, or answered by a feature."""
    return sorted({str(name) for names in found for name in names})


def _mentions(spoken: sums.Columns, sizes: sums.Columns, names: list[str]) -> people.Mentions:
    matrix = np.zeros((len(names), len(sizes["segment"])))
    column = {segment: number for number, segment in enumerate(sizes["segment"])}
    someone = spoken["n_people"] > 0  # items of nobody in particular have no segment to be found
    rows = np.searchsorted(names, spoken["need"][someone].astype(str))
    columns = [column[name] for name in spoken["segment"][someone]]
    matrix[rows, columns] = spoken["n_people"][someone]
    return people.Mentions(sizes["size"].astype(float), sizes["spoke"].astype(float), matrix)


def _table(
    names: list[str],
    spoken: sums.Columns,
    mentioned: people.Mentions,
    counted: people.Estimate,
    freshness: sums.Array,
) -> pa.Table:
    nobody = np.full(len(names), mentioned.spoke.sum() == 0)
    return pa.table(
        {
            "need": names,
            "n_items": _per_need(spoken, names, "n_items").astype(np.int64),
            "n_people": mentioned.people.sum(axis=1).astype(np.int64),
            "people": pa.array(counted.people, mask=nobody),
            "people_low": pa.array(counted.low, mask=nobody),
            "people_high": pa.array(counted.high, mask=nobody),
            "silent_share": pa.array(counted.silent_share, mask=nobody),
            "freshness_share": pa.array(freshness, from_pandas=True),
        }
    )


def _with_money(
    table: pa.Table, behind: influence.Estimate | None, for_accounts: sums.Array
) -> pa.Table:
    """The columns of money; empty where no table tells it, so that no nought looks measured.

    What people want is not carried by the one account that wants it too.
    """
    n = len(table)
    if behind is None:
        names = ["account_amount", "account_amount_low", "account_amount_high", "pipeline_amount"]
        shares = ["largest_account_share", "herfindahl_index"]
        empty: dict[str, Any] = {name: pa.nulls(n, pa.float64()) for name in names}
        empty["n_accounts"] = pa.nulls(n, pa.int64())
        empty |= {name: pa.nulls(n, pa.float64()) for name in shares}
        empty["carried_by_one_account"] = pa.nulls(n, pa.bool_())
    else:
        one = (behind.largest_share > config.CARRIED_BY_ONE_SHARE) & for_accounts
        empty = {
            "account_amount": behind.amount,
            "account_amount_low": behind.low,
            "account_amount_high": behind.high,
            "pipeline_amount": behind.pipeline,
            "n_accounts": behind.n_accounts,
            "largest_account_share": pa.array(behind.largest_share, from_pandas=True),
            "herfindahl_index": pa.array(behind.herfindahl, from_pandas=True),
            "carried_by_one_account": one,
        }
    for name, column in empty.items():
        table = table.append_column(name, pa.array(column))
    return table


def _per_need(spoken: sums.Columns, names: list[str], column: str) -> sums.Array:
    place = np.searchsorted(names, spoken["need"].astype(str))
    values = np.nan_to_num(spoken[column].astype(float))
    return np.bincount(place, values, minlength=len(names))


def _freshness(
    spoken: sums.Columns, names: list[str], end: datetime.date | None, half_life: float
) -> sums.Array:
    """The weight of each need's statements by their mean age; NaN where they carry no moment."""
    if end is None:
        return np.full(len(names), np.nan)
    dated = _per_need(spoken, names, "n_dated")
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = _per_need(spoken, names, "seconds") / dated / 86_400
    today = (end - datetime.date(1970, 1, 1)).days
    return influence.decay(today - mean, half_life)


def _by_feature(table: pa.Table, asked: dict[str, list[Any]]) -> pa.Table:
    """One row per feature; features that answer the same need share its figures."""
    place = pa.array([table["need"].to_pylist().index(need) for need in asked["need"]])
    found = table.take(place)
    for position, name in enumerate(("feature_id", "name")):
        found = found.add_column(position, name, pa.array(asked[name]))
    return found


def _warnings(heard: _Heard, table: pa.Table, given: _Given) -> tuple[str, ...]:
    mentioned, money = heard.mentioned, heard.money
    spoke, size = mentioned.spoke.sum(), mentioned.size.sum()
    if spoke == 0:
        notes = ["No item names its customer: people cannot be estimated."]
    elif given.customers is None:
        notes = ["Without a table of customers, people are counted among those who spoke."]
    else:
        notes = [
            f"{1 - spoke / size:.0%} of the customers have said nothing; their needs are inferred."
        ]
    few = int((mentioned.spoke < config.MIN_GROUP).sum())
    if few and spoke and len(mentioned.spoke) > 1:
        notes.append(
            f"In {few} of {len(mentioned.spoke)} segments fewer than {config.MIN_GROUP} people "
            "spoke: their rate is mostly that of the others."
        )
    unheard = table.filter(pc.equal(table["n_items"], 0))["need"].to_pylist()
    if unheard:
        names = ", ".join(sorted(set(unheard)))
        notes.append(f"Nobody voices {names}: name the need as the assignments do.")
    if money is not None:
        notes += money.notes
        carried = table.filter(table["carried_by_one_account"])["need"].to_pylist()
        if carried:
            notes.append(f"Carried by one account: {', '.join(sorted(set(carried)))}.")
    return tuple(notes)
