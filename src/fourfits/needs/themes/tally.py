"""Needs that stand, counted: who speaks of each, what they pay, how it moves, in whose words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourfits import checks, config, errors, results, sums
from fourfits.needs import voices
from fourfits.needs.themes import embedding, labels, result, sizes, texts

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

QUOTES = 8
MONTHS = 12
_SEGMENTS = pa.list_(
    pa.struct([("segment", pa.string()), ("n_people", pa.int64()), ("n_spoke", pa.int64())])
)


@dataclass(frozen=True, kw_only=True)
class TallyResult(results.Result):
    """Needs that feedback was assigned to, one row each, most items first.

    Columns: `need`, `keywords`; `n_items`; `share` of all items, `share_low`, `share_high` (0-1);
    `n_customers` (distinct people), `n_accounts`; `amount` (yearly revenue of the accounts that
    voice it and of the people without an account, in the data's currency); `trend_ratio`,
    `trend_low`, `trend_high` (share of the newer half of the period over share of the older half;
    1 is steady), `trend` (`growing` or `shrinking` where the interval leaves 1 out); `months`
    (items of each of the last twelve months, oldest first); `segments` (`segment`, `n_people` who
    voice it, `n_spoke` who said anything); `quotes` and `quoted` (their `feedback_id`).
    """

    analysis: ClassVar[str] = "tally"
    definition: ClassVar[str] = (
        "A need has the items that were assigned to it, by people or by an earlier run of themes; "
        "they are counted, not found anew."
    )
    assumptions: ClassVar[str] = (
        "Items were written independently, for the intervals of share and trend. Amounts count an "
        "account's whole revenue, whoever in it spoke."
    )
    source: ClassVar[str] = (
        "Shares: Wilson (1927); ratio of shares: Katz et al. (1978); class-based TF-IDF: "
        "Grootendorst (2022)."
    )

    def summary(self) -> dict[str, Any]:
        """How many needs there are, and how much of the feedback they cover."""
        first = self.table.slice(0, 1).to_pylist()[0]
        return {
            "n_needs": len(self.table),
            "n_items": self.data["feedback"],
            "covered_share": self.data["assignments"] / self.data["feedback"],
            "largest_need": first["need"],
            "largest_share": first["share"],
        }

    def chart(self) -> alt.TopLevelMixin:
        """A bar per need with its share; colour tells the trend."""
        return result.bars(self.table.drop_columns(["months", "segments", "quoted"]), "need")

    def __str__(self) -> str:
        """The table without what is too wide for a line."""
        wide = ["keywords", "quotes", "quoted", "months", "segments", "share_low", "share_high"]
        return str(results.Result(table=self.table.drop_columns(wide), warnings=self.warnings))


def tally(
    feedback: Any,
    assignments: Any,
    *,
    text: str = "text",
    customers: Any = None,
    memberships: Any = None,
    accounts: Any = None,
    subscriptions: Any = None,
    orders: Any = None,
    as_of: datetime.date | str | None = None,
    seed: int = config.SEED,
    confidence: float = config.CONFIDENCE,
) -> TallyResult:
    """How large each need is that feedback was assigned to, how it moves, in whose words.

    Where `themes` finds groups, this counts those that stand, as the team has shaped them.

    Args:
        feedback: Items (see `tables.FEEDBACK`).
        assignments: Which item speaks of which need (`feedback_id`, `theme`).
        text: Column with the words.
        customers: Tells the account of each person.
        memberships: Tells the segment of each customer; the first segmentation by name counts.
        accounts: Tells what each account pays (`arr_amount`).
        subscriptions: Tells what people pay, and accounts without `arr_amount`.
        orders: Tells what people bought in the year until `as_of`.
        as_of: Last day that counts; `None` takes the last in the feedback.
        seed: Draws the sample for the axes along which quotes are chosen.
        confidence: Level of the intervals.

    Returns:
        One row per need, most items first.

    Raises:
        ColumnError: If a column is missing.
        NotEnoughDataError: If no item of the feedback was assigned to a need.

    Assumes that items were written independently. Source: Wilson (1927) for shares; Katz et al.
    (1978) for the trend.

    >>> items = {"feedback_id": ["1", "2", "3"], "customer_id": ["ann", "ann", "bea"],
    ...          "text": ["please let me export", "an export would help", "it is too loud"]}
    >>> needs = {"feedback_id": ["1", "2", "3"], "theme": ["export", "export", "quiet"]}
    >>> [(row["need"], row["n_items"], row["n_customers"]) for row in tally(items, needs).table.to_pylist()]
    [('export', 2, 1), ('quiet', 1, 1)]
    """
    checks.share(confidence, "confidence")
    items = voices.said(feedback, customers, as_of=checks.day(as_of, "as_of"))
    checks.columns(items, text)

    period = voices.period(items)
    names, numbered = _numbered(items, assignments)

    money = sizes.money(accounts, subscriptions, orders, as_of=period.end_on)
    counts = sizes.fetch(items, numbered, money=money, middle=period.middle)
    spread = _spread(items, numbered, memberships)
    ids = pa.table({"feedback_id": numbered["feedback_id"].combine_chunks().unique()})
    said = texts.read(sizes.only(items, ids), text)

    columns = sizes.columns(counts, n=period.n_items, confidence=confidence)
    columns |= spread.columns(len(names), period.end_on)
    columns |= _words(said, numbered, len(names), seed)
    table = pa.table({"need": names} | columns)
    return TallyResult(
        table=table.sort_by([("n_items", "descending"), ("need", "ascending")]),
        parameters={"text": text, "as_of": period.end_on, "seed": seed, "confidence": confidence},
        data={"feedback": period.n_items, "assignments": len(ids)},
        warnings=() if period.middle else ("The items carry no moments: no trend can be told.",),
    )


def _numbered(items: ir.Table, assignments: Any) -> tuple[list[str], pa.Table]:
    """Names of the needs in order; `feedback_id` and number of the need, of every item with one."""
    said = checks.table(assignments)
    checks.columns(said, "feedback_id", "theme")
    said = said.select(feedback_id=said.feedback_id.cast("string"), theme=said.theme.cast("string"))
    here = items.select(feedback_id=items.feedback_id.cast("string"))
    said = said.filter(said.theme.notnull()).semi_join(here, "feedback_id")
    rows = sums.fetch_arrow(said.order_by("feedback_id", "theme"))
    if not len(rows):
        raise errors.NotEnoughDataError(
            "No item of this feedback was assigned to a need.",
            hint="run `themes` first, or pass assignments that belong to this feedback",
        )
    names = sorted(set(rows["theme"].to_pylist()))
    place = pc.index_in(rows["theme"], value_set=pa.array(names, rows["theme"].type))
    return names, pa.table({"feedback_id": rows["feedback_id"], "theme": place})


@dataclass(frozen=True)
class _Spread:
    """Items by need and month, people by need and segment, and who spoke in each segment."""

    months: sums.Columns
    carriers: sums.Columns
    spoke: sums.Columns

    def columns(self, n: int, end: datetime.date | None) -> dict[str, pa.Array]:
        """One element per need."""
        return {
            "months": pa.array(_months(self.months, n, end), pa.list_(pa.int64())),
            "segments": pa.array(_segments(self.carriers, self.spoke, n), _SEGMENTS),
        }


def _spread(items: ir.Table, numbered: pa.Table, memberships: Any) -> _Spread:
    members = voices.members_of(memberships)
    return _Spread(
        months=sums.fetch(sizes.by_month(items, numbered)),
        carriers=sums.fetch(sizes.by_segment(items, numbered, members)),
        spoke=sums.fetch(sizes.spoke(items, members)),
    )


def _words(found: texts.Texts, numbered: pa.Table, n: int, seed: int) -> dict[str, Any]:
    """Keywords, quotes, and the items that these stand in, of each need."""
    ids = found.ids.combine_chunks()
    item = pc.index_in(numbered["feedback_id"], value_set=ids).to_numpy(zero_copy_only=False)
    need = numbered["theme"].to_numpy()
    has_words = ~np.isnan(item) if item.dtype.kind == "f" else np.ones(len(item), bool)
    item, need = item[has_words].astype(np.int64), need[has_words]
    members = [np.unique(found.place[item[need == each]]) for each in range(n)]
    if not len(found.distinct):
        nothing = pa.array([[]] * n, pa.list_(pa.string()))
        return {"keywords": [""] * n, "quotes": nothing, "quoted": nothing}
    terms = labels.keywords(found.distinct, members)
    x, _ = embedding.embed(found.distinct, seed=seed)
    spots = [_spots(found.distinct, x, rows) for rows in members]
    return {
        "keywords": [", ".join(each) for each in terms],
        "quotes": [[labels.cut(found.distinct[spot].as_py()) for spot in each] for each in spots],
        "quoted": [
            [_first(ids, found.place, item[need == number], spot) for spot in each]
            for number, each in enumerate(spots)
        ],
    }


def _spots(distinct: pa.Array, x: embedding.Vectors, rows: Any) -> list[int]:
    return labels.quoted(distinct, x, rows, n=QUOTES) if len(rows) else []


def _first(ids: pa.Array, place: Any, items: Any, wanted: int) -> str:
    """The first of a need's items that says the wanted text."""
    return str(ids[int(items[place[items] == wanted][0])])


def _months(rows: sums.Columns, n: int, end: datetime.date | None) -> list[list[int]]:
    """Items of each of the last twelve months; nothing where no item carries a moment."""
    if end is None:
        return [[] for _ in range(n)]
    counts = np.zeros((n, MONTHS), np.int64)
    back = (end.year - rows["year"]) * 12 + end.month - rows["month"]
    lately = (back >= 0) & (back < MONTHS)
    place = MONTHS - 1 - back[lately].astype(np.int64)
    counts[rows["theme"][lately].astype(np.int64), place] = rows["n"][lately]
    return [[int(count) for count in row] for row in counts]


def _segments(carriers: sums.Columns, spoke: sums.Columns, n: int) -> list[list[dict[str, Any]]]:
    """Who voices each need, the segments with most people first."""
    all_of = dict(zip(spoke["segment"].tolist(), spoke["n_spoke"].tolist(), strict=True))
    found: list[list[dict[str, Any]]] = [[] for _ in range(n)]
    rows = zip(*(carriers[name].tolist() for name in ("theme", "segment", "n_people")), strict=True)
    for need, segment, n_people in sorted(rows, key=lambda row: (row[0], -row[2], row[1])):
        found[int(need)].append(
            {"segment": segment, "n_people": int(n_people), "n_spoke": int(all_of[segment])}
        )
    return found
