"""What pages need of customers, asked of the engine that holds the data: one query a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from fourfits import customers, errors, segments

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fourfits import sources

PEOPLE = {
    "customer_id": "string",
    "account_id": "string",
    "name": "string",
    "email": "string",
    "country": "string",
    "city": "string",
    "birth_year": "int64",
    "gender": "string",
    "plan": "string",
    "acquisition_channel": "string",
    "job_title": "string",
    "buying_role": "string",
    "signed_up_on": "date",
}
ACCOUNTS = {
    "account_id": "string",
    "name": "string",
    "industry": "string",
    "country": "string",
    "employees": "int64",
    "annual_revenue_amount": "float64",
    "plan": "string",
    "arr_amount": "float64",
    "renewal_on": "date",
    "owner": "string",
    "parent_account_id": "string",
    "currency": "string",
}
DEALS = {
    "deal_id": "string",
    "account_id": "string",
    "name": "string",
    "stage": "string",
    "amount": "float64",
    "probability_share": "float64",
    "opened_on": "date",
    "closed_on": "date",
    "won": "boolean",
    "currency": "string",
}
MEMBERS = {"segmentation": "string", "customer_id": "string", "segment": "string"}
MOMENT = {
    "customer_id": "string",
    "account_id": "string",
    "happened_at": "timestamp",
    "kind": "string",
    "title": "string",
    "detail": "string",
    "amount": "float64",
    "currency": "string",
    "n": "int64",
}
VALUES = {"customer_id": "string", "alive_share": "float64", "value_amount": "float64"}
QUOTE_LENGTH = 300

TABLES = frozenset(
    {
        "accounts", "activities", "customers", "deals", "events", "feedback", "memberships",
        "orders", "products", "responses", "subscriptions", "values",
    }
)  # fmt: skip


def rows(data: sources.Data, name: str, columns: dict[str, str]) -> ir.Table | None:
    """The columns of a table, those that it lacks empty; nothing where the source lacks the table."""
    return _shaped(data.table(name), columns) if name in data else None


def members(data: sources.Data) -> ir.Table | None:
    """Who is in which segment of the way of dividing that `segment` means.

    That is the first by name; where nobody divided the customers, they are divided by what they
    buy.
    """
    if "memberships" in data:
        found = data.memberships
        chosen = data.segmentation or found.segmentation.min().to_pyarrow().as_py()
        if chosen is not None:
            return _shaped(found.filter(found.segmentation == chosen), MEMBERS)
    return bought_alike(data)


def bought_alike(data: sources.Data) -> ir.Table | None:
    """Segments by recency, frequency and money, where the orders carry them."""
    if "orders" not in data:
        return None
    try:
        return _shaped(segments.rfm(data.orders).members(), MEMBERS)
    except errors.FourfitsError:  # the report of the same name tells why
        return None


def values(data: sources.Data) -> Any:
    """P(alive) and value of the next twelve months, one row a customer, where orders carry them."""
    if "values" in data:
        return _shaped(data.table("values"), VALUES)
    if "orders" not in data:
        return None
    try:
        return customers.lifetime_value(data.orders).values().select(list(VALUES))
    except errors.FourfitsError:  # the report of the same name tells why
        return None


def moments(data: sources.Data) -> Iterator[tuple[str, ir.Table]]:
    """What happened: one query for each table that tells of it."""
    import ibis

    for name, (kind, told) in _TOLD.items():
        if name in data:
            for query in told(data):
                yield name, _shaped(query.mutate(kind=ibis.literal(kind)), MOMENT)


def _orders(data: sources.Data) -> Iterator[ir.Table]:
    """One moment an order, with its sum and its first product."""
    from ibis import _

    lines = _shaped(
        data.orders,
        {"order_id": "string", "line": "int64", "customer_id": "string", "product_id": "string",
         "ordered_at": "timestamp", "revenue_amount": "float64", "currency": "string"},
    ).filter(_.customer_id.notnull())  # fmt: skip
    bought = lines.group_by("customer_id", "order_id").agg(
        happened_at=_.ordered_at.min(),
        product_id=_.product_id.argmin(_.line),
        more=_.count() - 1,
        amount=_.revenue_amount.sum().round(2),
        currency=_.currency.min(),
    )
    known = rows(data, "products", {"product_id": "string", "name": "string"})
    first = bought.product_id
    if known is not None:
        bought = bought.left_join(known, "product_id")
        first = bought.name.coalesce(bought.product_id)
    others = (bought.more > 0).ifelse(" and " + bought.more.cast("string") + " more", "")
    yield bought.mutate(title=bought.order_id, detail=first + others)


def _events(data: sources.Data) -> Iterator[ir.Table]:
    """One moment for each kind of event of a day, with how often."""
    from ibis import _

    events = _shaped(
        data.events,
        {"customer_id": "string", "account_id": "string", "event": "string", "feature": "string",
         "occurred_at": "timestamp"},
    )  # fmt: skip
    known = events.filter(_.customer_id.notnull() | _.account_id.notnull())
    daily = known.mutate(day=known.occurred_at.date())
    yield (
        daily.group_by("customer_id", "account_id", "day", "event", "feature")
        .agg(happened_at=_.occurred_at.max(), n=_.count())
        .mutate(title=_.event, detail=_.feature)
    )


def _feedback(data: sources.Data) -> Iterator[ir.Table]:
    said = _shaped(
        data.feedback,
        {"customer_id": "string", "account_id": "string", "source": "string", "text": "string",
         "occurred_at": "timestamp", "rating": "float64"},
    )  # fmt: skip
    yield said.mutate(
        happened_at=said.occurred_at, title=said.source,
        detail=said.text.substr(0, QUOTE_LENGTH), amount=said.rating,
    )  # fmt: skip


def _responses(data: sources.Data) -> Iterator[ir.Table]:
    """One moment a filled-in survey, with its answers."""
    from ibis import _

    answers = _shaped(
        data.responses,
        {"response_id": "string", "question_id": "string", "survey_id": "string", "kind": "string",
         "customer_id": "string", "answered_at": "timestamp", "value_number": "float64",
         "value_text": "string"},
    ).filter(_.customer_id.notnull())  # fmt: skip
    whole = answers.value_number.cast("int64")
    number = (answers.value_number == whole).ifelse(
        whole.cast("string"), answers.value_number.cast("string")
    )
    answers = answers.mutate(said=answers.question_id + ": " + answers.value_text.coalesce(number))
    yield answers.group_by("customer_id", "response_id").agg(
        happened_at=_.answered_at.max(),
        title=_.survey_id.min(),
        detail=_.said.group_concat(" · ", order_by=_.question_id),
    )


def _activities(data: sources.Data) -> Iterator[ir.Table]:
    dealings = _shaped(
        data.activities,
        {"customer_id": "string", "account_id": "string", "kind": "string", "subject": "string",
         "occurred_at": "timestamp"},
    )  # fmt: skip
    yield dealings.select(
        "customer_id", "account_id", happened_at=dealings.occurred_at, title=dealings.kind,
        detail=dealings.subject,
    )  # fmt: skip


def _deals(data: sources.Data) -> Iterator[ir.Table]:
    """A moment for the beginning of a deal, and one for its end."""
    import ibis

    deals = _shaped(data.deals, DEALS)
    won = ibis.cases((deals.won, "won"), (~deals.won, "lost"), else_="closed")
    for at, what in ((deals.opened_on, ibis.literal("opened")), (deals.closed_on, won)):
        dated = deals.mutate(happened_at=at.cast("timestamp"), title=deals.name, detail=what)
        yield dated.filter(dated.happened_at.notnull())


def _subscriptions(data: sources.Data) -> Iterator[ir.Table]:
    """A moment for the beginning of a contract, and one for its end."""
    import ibis

    contracts = _shaped(
        data.subscriptions,
        {"customer_id": "string", "account_id": "string", "plan": "string", "started_on": "date",
         "ended_on": "date", "mrr_amount": "float64", "currency": "string"},
    )  # fmt: skip
    for at, what in ((contracts.started_on, "started"), (contracts.ended_on, "ended")):
        dated = contracts.mutate(
            happened_at=at.cast("timestamp"), title=contracts.plan, detail=ibis.literal(what),
            amount=contracts.mrr_amount,
        )  # fmt: skip
        yield dated.filter(dated.happened_at.notnull())


_TOLD: dict[str, tuple[str, Callable[[sources.Data], Iterator[ir.Table]]]] = {
    "orders": ("order", _orders),
    "events": ("usage", _events),
    "feedback": ("feedback", _feedback),
    "responses": ("answer", _responses),
    "activities": ("activity", _activities),
    "deals": ("deal", _deals),
    "subscriptions": ("contract", _subscriptions),
}


def _shaped(table: ir.Table, columns: dict[str, str]) -> ir.Table:
    """Those columns in that order and type; what the table lacks is empty."""
    import ibis

    return table.select(
        **{
            name: (table[name] if name in table.columns else ibis.null()).cast(kind)
            for name, kind in columns.items()
        }
    )
