"""Tables of one question side by side, so that each can be divided by what another knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from fourfits import checks, config, errors, sources, sums
from fourfits.fits.evidence import Group, Judged

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Tables(TypedDict, total=False):
    """Canonical tables that a fit may use beside its first; each is optional."""

    accounts: Any
    assignments: Any
    deals: Any
    events: Any
    feedback: Any
    memberships: Any
    orders: Any
    products: Any
    subscriptions: Any


class BesideResponses(Tables, total=False):
    """Tables beside `responses`."""

    customers: Any
    features: Any
    spend: Any


class BesideCustomers(Tables, total=False):
    """Tables beside `customers`."""

    features: Any
    responses: Any
    spend: Any


class BesideSpend(Tables, total=False):
    """Tables beside `customers` and `spend`."""

    features: Any
    responses: Any


class BesidePlan(Tables, total=False):
    """Tables beside `features` and `customers`."""

    responses: Any
    spend: Any


SMALL_NAMED = 4
"""Groups too few to judge that a note names."""

TABLES = ("customers", "features", "responses", "spend", *Tables.__annotations__)
"""Every table that a fit may use."""


def together(**given: Any) -> dict[str, ir.Table | None]:
    """The tables as Ibis tables that find each other's attributes (see `checks.grouped`).

    Tables of a source know their neighbours already; tables in memory are introduced here. Every
    table that a fit may use is in the answer, `None` where it was not given.

    Raises:
        TableError: If a name is not among them.

    >>> tables = together(customers={"customer_id": ["c1"], "plan": ["Pro"]},
    ...                   responses={"customer_id": ["c1"], "value_number": [9]})
    >>> checks.grouped(tables["responses"], "plan").columns
    ('customer_id', 'value_number', 'plan')
    """
    import ibis.expr.types as ir

    unknown = sorted(set(given) - set(TABLES))
    if unknown:
        raise errors.TableError(
            f"The fits use no table {', '.join(unknown)}; they use {', '.join(TABLES)}.",
            hint="leave it out",
        )
    present = {name: table for name, table in given.items() if table is not None}
    if not any(isinstance(table, ir.Table) for table in present.values()):
        data = sources.from_tables(present, check=False)
        present = {name: data.table(name) for name in present}
    return {name: checks.table(present[name]) if name in present else None for name in TABLES}


def needed(given: Mapping[str, ir.Table | None], name: str) -> ir.Table:
    """A table without which the question has no answer.

    Raises:
        NotEnoughDataError: If it was not given.
    """
    table = given[name]
    if table is None:
        raise errors.NotEnoughDataError(f"no data for {name}")
    return table


def customers_by(
    customers: ir.Table | None, groups: Sequence[str], *, buyers: bool = False
) -> dict[Group, int]:
    """Customers per group, those without a group left out; nothing where there is no table.

    Args:
        customers: Persons.
        groups: Columns to divide by.
        buyers: Count the contacts of an account once.
    """
    import ibis

    if customers is None:
        return {}
    divided = checks.grouped(customers, groups)
    who = divided.customer_id
    if buyers and "account_id" in divided.columns:
        who = ibis.coalesce(divided.account_id, who)
    counts = sums.fetch(divided.aggregate(by=list(groups), n=who.nunique()))
    found = zip(keys(counts, groups), counts["n"].astype(int).tolist(), strict=True)
    return {group: n for group, n in found if all(group)}


def companies(customers: ir.Table, by: str) -> dict[str, bool]:
    """Whether a group consists of companies: most of its customers belong to an account."""
    if "account_id" not in customers.columns:
        return {}
    divided = checks.grouped(customers, by)
    counts = divided.aggregate(by=by, n=divided.count(), n_contacts=divided.account_id.count())
    found = sums.fetch(counts.filter(counts[by].notnull()))
    return dict(
        zip(found[by].astype(str), (2 * found["n_contacts"] > found["n"]).tolist(), strict=True)
    )


def divided_by_account(
    table: ir.Table, customers: ir.Table | None, groups: Sequence[str]
) -> ir.Table:
    """The table of accounts' rows with every grouping column, taken from their contacts.

    Contacts of an account are in the same group; where they are not, the first by name counts.
    """
    wanted = [name for name in groups if name not in table.columns]
    if not wanted or customers is None or "account_id" not in customers.columns:
        return checks.grouped(table, wanted)
    contacts = checks.grouped(customers, wanted)
    contacts = contacts.filter(contacts.account_id.notnull())
    accounts = contacts.aggregate(
        by="account_id", **{name: contacts[name].min() for name in wanted}
    )
    return table.left_join(accounts, "account_id").select(
        table, *(accounts[name] for name in wanted)
    )


def keys(columns: sums.Columns, groups: Sequence[str]) -> list[Group]:
    """The group of each row as texts; an empty value is an empty text."""
    texts = (("" if value is None else str(value) for value in columns[name]) for name in groups)
    return list(zip(*texts, strict=True))


def rows(table: pa.Table, groups: Sequence[str]) -> list[tuple[Group, dict[str, Any]]]:
    """The rows of a result with their group; rows without a group are left out."""
    found = [(tuple(str(row[name] or "") for name in groups), row) for row in table.to_pylist()]
    return [(group, row) for group, row in found if all(group)]


def counted(details: pa.Table) -> dict[str, int]:
    """Rows behind a fit, by canonical table: of each table the evidence with the most."""
    counts: dict[str, dict[str, int]] = {}
    for row in details.to_pylist():
        if row["from_table"]:
            each = counts.setdefault(row["from_table"], {})
            each[row["evidence"]] = each.get(row["evidence"], 0) + row["n"]
    return {table: max(each.values()) for table, each in counts.items()}


def notes(
    customers: ir.Table | None, groups: Sequence[str], rows: pa.Table, judged: Judged
) -> tuple[str, ...]:
    """What limits a fit as a whole.

    Args:
        customers: The table of customers, if there is one.
        groups: The grouping columns.
        rows: The fit by group.
        judged: What the groups are made of.
    """
    if customers is None:
        return ("Customers were not given: every group weighs the same in the overall score.",)
    known = [row for row in rows.to_pylist() if row["score"] is not None]
    small = [
        " · ".join(row[name] for name in groups)
        for row in known
        if row["n_judged"] < config.MIN_GROUP
    ]
    if not small:
        return ()
    more = [f"{len(small) - SMALL_NAMED} more"] if len(small) > SMALL_NAMED else []
    return (
        f"{len(small)} of {len(known)} groups {'is' if len(small) == 1 else 'are'} too few to judge "
        f"({judged.fewer(config.MIN_GROUP)}): {', '.join([*small[:SMALL_NAMED], *more])}.",
    )
