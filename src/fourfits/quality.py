"""How good the data are: complete, valid, unique, fresh and joined, per table and source."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from fourfits import charts, config, errors, results, sums, tables

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

_DIMENSIONS = ("completeness", "validity", "uniqueness", "freshness", "references")
_UNKNOWN_SHOWN = 3
_UNDATED = ("products", "features")
"""Tables whose dates say nothing of how fresh they are: launches and plans."""
_NAMES_COMPARED = 10_000
"""Where a table has more keys than this, no spelling is proposed."""


@dataclass(frozen=True, kw_only=True)
class QualityResult(results.Result):
    """Quality of the data, one row per table and, below it, one per file that it came from.

    Columns: `table`; `source` (the file; `all` for the whole table); `n_rows`; the shares (0-1)
    `completeness_share`, `validity_share`, `uniqueness_share`, `freshness_share`,
    `references_share`, empty where they cannot be told; `n_alike` (rows that equal another in
    everything but the key); `fresh_days` (age of the newest row); `score` (0-100).
    """

    analysis: ClassVar[str] = "check"
    definition: ClassVar[str] = (
        "Quality score, 0-100: the mean of completeness (cells filled), validity (rows read that "
        "keep the contract), uniqueness (rows whose key stands once), freshness (1 up to "
        f"{config.FRESH_DAYS:g} days of age, 0 from {config.STALE_DAYS:g}) and references "
        "(named customers, accounts, products ... that exist)."
    )
    assumptions: ClassVar[str] = (
        "All rows are counted, so there is no interval. A column that is empty throughout does "
        "not count as incomplete. What cannot be told (no date, no import record, no table to "
        "refer to) is left out of the mean."
    )
    source: ClassVar[str] = "Dimensions: Batini and Scannapieco (2016), chapter 2."

    def summary(self) -> dict[str, Any]:
        """The mean score of the tables, and what is weakest."""
        rows = [row for row in self.table.to_pylist() if row["source"] == "all"]
        if not rows:
            return {"score": None, "weakest": None, "n_tables": 0}
        found = [
            (row[f"{name}_share"], f"{row['table']}: {name}")
            for row in rows
            for name in _DIMENSIONS
            if row[f"{name}_share"] is not None
        ]
        return {
            "score": round(sum(row["score"] for row in rows) / len(rows), 1),
            "weakest": min(found)[1],
            "n_tables": len(rows),
        }

    def chart(self) -> alt.TopLevelMixin:
        """A bar per table, coloured by whether the score is good."""
        import altair as alt

        whole = self.table.filter(pa.array([s == "all" for s in self.table["source"].to_pylist()]))
        colour = (
            alt.when(alt.datum.score >= 80)
            .then(alt.value(charts.GOOD))
            .when(alt.datum.score >= 60)
            .then(alt.value(charts.WARN))
            .otherwise(alt.value(charts.BAD))
        )
        chart: alt.TopLevelMixin = (
            alt.Chart(charts.data(whole))
            .mark_bar()
            .encode(
                y=alt.Y("table:N", sort=None, title=None),
                x=alt.X("score:Q", scale=alt.Scale(domain=[0, 100]), title="Quality score (0-100)"),
                color=colour,
                tooltip=[
                    alt.Tooltip("table:N"),
                    alt.Tooltip("score:Q"),
                    *(alt.Tooltip(f"{name}_share:Q") for name in _DIMENSIONS),
                ],
            )
        )
        return chart


def check(
    data: Mapping[str, ir.Table], *, as_of: datetime.datetime, only: str | None = None
) -> QualityResult:
    """How complete, valid, unique, fresh and joined each table is.

    Args:
        data: Tables by their canonical names; with `batches` among them, also each file is scored.
        as_of: The moment against which freshness is measured (UTC).
        only: The one table to look at; the others serve as what it refers to.

    Returns:
        One row per table and per file; `.warnings` name values that refer to nothing.

    Raises:
        TableError: If `only` names no table of the contract.

    >>> import ibis
    >>> orders = ibis.memtable({"order_id": ["A", "B"], "line": [1, 1], "customer_id": ["1", None],
    ...     "ordered_at": [datetime.datetime(2026, 3, 1)] * 2, "revenue_amount": [5.0, 6.0]})
    >>> result = check({"orders": orders}, as_of=datetime.datetime(2026, 3, 2))
    >>> result.summary()
    {'score': 96.7, 'weakest': 'orders: completeness', 'n_tables': 1}
    """
    chosen = tables.CANONICAL if only is None else {tables.named(only).name: tables.named(only)}
    batches = _batches(data)
    rows: list[dict[str, Any]] = []
    warnings: list[str] = []
    for name, contract in chosen.items():
        if name not in data or contract.derived:
            continue
        measured = _measure(contract, data, batches)
        rows += measured.rows(_utc(as_of))
        for column, target in measured.references.items():
            if measured.whole.found[column] < measured.whole.given[column]:
                warnings.append(_unknown(contract, column, target, data))
    return QualityResult(
        table=pa.Table.from_pylist(rows, schema=_SCHEMA),
        parameters={"as_of": as_of, "only": only},
        data={row["table"]: row["n_rows"] for row in rows if row["source"] == "all"},
        warnings=tuple(warnings),
    )


def quarantined(
    data: Mapping[str, ir.Table], *, only: str | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """The first rows that were set aside, newest import first.

    A row that was set aside again, because its file grew and came once more, is listed once.

    Args:
        data: Tables by their names; `quarantine` among them if there is any, and `batches`, which
            say when each came.
        only: The one table to list.
        limit: Most rows to list.

    Returns:
        `batch_id`, `table`, `file`, `line`, `column`, `value`, `reason`, `row` of each.
    """
    import ibis

    if "quarantine" not in data:
        return []
    held = data["quarantine"]
    if only is not None:
        held = held.filter(held.table == tables.named(only).name)
    names = tables.QUARANTINE.names
    held = _dated(held.select(*names), data)
    again = held.mutate(
        nth=ibis.row_number().over(
            group_by=[name for name in names if name != "batch_id"],
            order_by=[held.came_at.desc(), held.batch_id.desc()],
        )
    )
    held = again.filter(again.nth == 0)
    held = held.order_by([held.came_at.desc(), held.batch_id.desc(), held.line, held.column])
    found: list[dict[str, Any]] = sums.fetch_arrow(held.select(*names).limit(limit)).to_pylist()
    return found


def _dated(held: ir.Table, data: Mapping[str, ir.Table]) -> ir.Table:
    """Rows that were set aside with the moment of their import; without it all are of one time."""
    import ibis

    if "batches" not in data:
        return held.mutate(came_at=ibis.null("timestamp"))
    came = data["batches"].select(batch="batch_id", came_at="imported_at").distinct()
    return held.left_join(came, held.batch_id == came.batch).drop("batch")


_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("source", pa.string()),
        ("n_rows", pa.int64()),
        *((f"{name}_share", pa.float64()) for name in _DIMENSIONS),
        ("n_alike", pa.int64()),
        ("fresh_days", pa.float64()),
        ("score", pa.float64()),
    ]
)


@dataclass
class _Counts:
    """What is counted over the rows of a table, or of one of its files."""

    n: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    newest: datetime.datetime | None = None
    n_read: int = 0
    n_quarantined: int = 0

    def add(self, other: _Counts) -> None:
        self.n += other.n
        self.n_read += other.n_read
        self.n_quarantined += other.n_quarantined
        for mine, theirs in (
            (self.filled, other.filled),
            (self.given, other.given),
            (self.found, other.found),
        ):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        moments = [each.newest for each in (self, other) if each.newest is not None]
        self.newest = max(moments, default=None)


@dataclass(frozen=True)
class _Measured:
    """All that was counted about one table."""

    contract: tables.Table
    whole: _Counts
    files: dict[str, _Counts]
    references: dict[str, str]
    n_keys: int
    n_alike: int | None

    def rows(self, as_of: datetime.datetime) -> list[dict[str, Any]]:
        """The row of the table and those of its files."""
        unique = self.n_keys / self.whole.n if self.whole.n else None
        used = [name for name, count in self.whole.filled.items() if count]
        rows = [self._row("all", self.whole, used, as_of, unique) | {"n_alike": self.n_alike}]
        rows += [
            self._row(file, counts, used, as_of, None)
            for file, counts in sorted(self.files.items())
        ]
        return rows

    def _row(
        self,
        source: str,
        counts: _Counts,
        used: list[str],
        as_of: datetime.datetime,
        unique: float | None,
    ) -> dict[str, Any]:
        days = None
        if counts.newest is not None and self.contract.name not in _UNDATED:
            days = max((as_of - counts.newest).total_seconds() / 86_400, 0.0)
        shares = {
            "completeness": _share(sum(counts.filled[c] for c in used), counts.n * len(used)),
            "validity": _share(counts.n_read - counts.n_quarantined, counts.n_read),
            "uniqueness": unique,
            "freshness": None if days is None else _freshness(days),
            "references": _share(sum(counts.found.values()), sum(counts.given.values())),
        }
        told = [share for share in shares.values() if share is not None]
        return {
            "table": self.contract.name,
            "source": source,
            "n_rows": counts.n,
            **{f"{name}_share": share for name, share in shares.items()},
            "fresh_days": days,
            "score": round(100 * sum(told) / len(told), 1) if told else None,
        }


def _measure(
    contract: tables.Table, data: Mapping[str, ir.Table], batches: Mapping[str, _Batch]
) -> _Measured:
    """Count with two queries: one row per import, and one of the keys."""
    table = data[contract.name]
    references = {
        column.name: column.references
        for column in contract
        if column.references in data and column.name in table.columns
    }
    whole, files = _Counts(), dict[str, _Counts]()
    for row in sums.fetch_arrow(_by_batch(contract, table, references, data)).to_pylist():
        counts = _counts(row, contract, references)
        whole.add(counts)
        batch = batches.get(row["batch"] or "")
        if batch is not None:
            files.setdefault(batch.file, _Counts()).add(counts)
    for batch in batches.values():
        if batch.table == contract.name:
            read = _Counts(n_read=batch.n_read, n_quarantined=batch.n_quarantined)
            whole.add(read)
            if batch.file in files:
                files[batch.file].add(read)
    (keys,) = sums.fetch_arrow(_keys(contract, table)).to_pylist()
    return _Measured(
        contract=contract,
        whole=whole,
        files=files,
        references=references,
        n_keys=keys["n_keys"],
        n_alike=None if keys["n_contents"] is None else whole.n - keys["n_contents"],
    )


def _by_batch(
    contract: tables.Table,
    table: ir.Table,
    references: Mapping[str, str],
    data: Mapping[str, ir.Table],
) -> ir.Table:
    """Rows, filled cells, newest moment and references found, one row per import."""
    import ibis

    columns = [name for name in contract.names if name in table.columns]
    batch = (
        table[tables.BATCH_COLUMN].cast("string")
        if tables.BATCH_COLUMN in table.columns
        else ibis.literal("")
    )
    rows = table.select(*columns, batch=batch)
    for number, (column, target) in enumerate(references.items()):
        key = data[target][tables.named(target).key[0]]
        known = data[target].select(key.name(f"known_{number}")).distinct()
        rows = rows.left_join(known, rows[column] == known[f"known_{number}"])
    moment = contract.moment
    newest = rows[moment].max().cast("timestamp") if moment in columns else ibis.null("timestamp")
    return rows.aggregate(
        by="batch",
        n=rows.count(),
        newest=newest,
        **{f"filled_{name}": rows[name].count() for name in columns},
        **{f"found_{number}": rows[f"known_{number}"].count() for number in range(len(references))},
    )


def _counts(
    row: Mapping[str, Any], contract: tables.Table, references: Mapping[str, str]
) -> _Counts:
    newest = row["newest"]
    return _Counts(
        n=row["n"],
        filled={name: row[f"filled_{name}"] for name in contract.names if f"filled_{name}" in row},
        given={column: row[f"filled_{column}"] for column in references},
        found={column: row[f"found_{number}"] for number, column in enumerate(references)},
        newest=None if newest is None else _utc(newest),
    )


def _keys(contract: tables.Table, table: ir.Table) -> ir.Table:
    """How many keys there are, and how many contents beside the key (empty where there are none)."""
    import ibis

    content = [
        name for name in contract.names if name in table.columns and name not in contract.key
    ]
    keys = table.select(*contract.key).distinct().aggregate(n_keys=lambda t: t.count())
    if not content:
        return keys.mutate(n_contents=ibis.null("int64"))
    contents = table.select(*content).distinct().aggregate(n_contents=lambda t: t.count())
    return keys.cross_join(contents)


def _unknown(contract: tables.Table, column: str, target: str, data: Mapping[str, ir.Table]) -> str:
    """A sentence on the commonest values that refer to nothing, with a proposal of what is meant."""
    key = tables.named(target).key[0]
    rows, known = data[contract.name], data[target].select(known=data[target][key]).distinct()
    values = rows.select(value=rows[column])
    joined = values.left_join(known, values.value == known.known)
    missing = joined.filter(joined.value.notnull() & joined.known.isnull())
    counts = missing.aggregate(by="value", n=missing.count())
    total = counts.aggregate(n_values=counts.count(), n_rows=counts.n.sum())
    top = counts.order_by([counts.n.desc(), counts.value]).limit(_UNKNOWN_SHOWN)
    (all_,) = sums.fetch_arrow(total).to_pylist()
    names = sums.fetch_arrow(known.limit(_NAMES_COMPARED + 1))["known"].to_pylist()
    shown = "; ".join(
        f"'{row['value']}' in {errors.counted(row['n'], 'row')}{_proposal(row['value'], names)}"
        for row in sums.fetch_arrow(top).to_pylist()
    )
    n_values = "a value" if all_["n_values"] == 1 else f"{all_['n_values']:,} values"
    more = "" if all_["n_values"] <= _UNKNOWN_SHOWN else "; and more"
    return (
        f"{contract.name}.{column} holds {n_values} that {target} does not have, "
        f"in {errors.counted(all_['n_rows'], 'row')}: {shown}{more}."
    )


def _proposal(value: str, names: list[str]) -> str:
    """What may be meant by a value that is not among the names.

    >>> _proposal("GTXPro", ["GTX Basic", "GTX Pro"])
    " (is 'GTX Pro' meant?)"
    """
    if len(names) > _NAMES_COMPARED:
        return ""
    plain = {_plain(name): name for name in names if name}
    close = difflib.get_close_matches(_plain(value), plain, n=1, cutoff=0.8)
    return f" (is '{plain[close[0]]}' meant?)" if close else ""


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


@dataclass(frozen=True)
class _Batch:
    table: str
    file: str
    n_read: int
    n_quarantined: int


def _batches(data: Mapping[str, ir.Table]) -> dict[str, _Batch]:
    """The imports that stand, by name."""
    if "batches" not in data:
        return {}
    records: Iterable[dict[str, Any]] = sums.fetch_arrow(data["batches"]).to_pylist()
    return {
        record["batch_id"]: _Batch(
            table=record["table"],
            file=record.get("file") or record["batch_id"],
            n_read=record.get("n_read") or 0,
            n_quarantined=record.get("n_quarantined") or 0,
        )
        for record in records
        if record.get("undone_at") is None
    }


def _freshness(days: float) -> float:
    """1 up to the days that count as fresh, then falling to 0 where the data are stale."""
    span = config.STALE_DAYS - config.FRESH_DAYS
    return min(max((config.STALE_DAYS - days) / span, 0.0), 1.0)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
