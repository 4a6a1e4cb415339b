"""The canonical tables: the rows that customers make, and what each column must hold.

Written once, here. Validation, templates, error texts and `docs/tables.md` are made from it.
Columns that the contract does not know are kept under their own names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fourfits import errors

Kind = Literal[
    "text", "integer", "number", "money", "share", "timestamp", "date", "boolean", "json"
]

ARROW_TYPES: dict[Kind, str] = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "money": "decimal128(18, 4)",
    "share": "float64",
    "timestamp": "timestamp[us]",
    "date": "date32[day]",
    "boolean": "bool",
    "json": "string",
}

DUCKDB_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18, 4)",
    "share": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
}

BATCH_COLUMN = "_batch"
"""Every stored row names the import that brought it, so that the import can be undone."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the contract."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    """`True` when `low` itself is refused."""
    references: str = ""
    """Table in which the value should be found; a missing one is reported, not refused."""

    @property
    def rule(self) -> str:
        """What a value must be, in words: `a number, 0 to 1`."""
        words = {
            "text": "text",
            "integer": "a whole number",
            "number": "a number",
            "money": "an amount of money",
            "share": "a share between 0 and 1",
            "timestamp": "a moment (UTC)",
            "date": "a date",
            "boolean": "yes or no",
            "json": "JSON",
        }[self.kind]
        if self.allowed:
            return f"one of {', '.join(self.allowed)}"
        if self.kind == "share":
            return words
        if self.low is not None and self.high is not None:
            return f"{words}, {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{words}, {'more than' if self.low_open else 'at least'} {self.low:g}"
        return words


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the contract."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    moment: str = ""
    """The column that says when the row happened; freshness is measured on it."""
    derived: bool = False

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise errors.ColumnError(
            f"{self.name} has no column {name!r}; it has {', '.join(self.names)}.",
            hint=f"see `fourfits tables {self.name}`",
        )

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a row is refused; the key is always among them."""
        return tuple(column.name for column in self.columns if column.required)


def _column(name: str, kind: Kind, meaning: str, **more: object) -> Column:
    return Column(name=name, kind=kind, meaning=meaning, **more)  # type: ignore[arg-type]


def _key(name: str, meaning: str, **more: object) -> Column:
    return _column(name, "text", meaning, required=True, **more)


_CURRENCY = _column("currency", "text", "currency of every amount in the row", unit="ISO 4217")
_ACCOUNT = _column("account_id", "text", "the organisation", references="accounts")
_CUSTOMER = _column("customer_id", "text", "the person", references="customers")

ACCOUNTS = Table(
    name="accounts",
    meaning="Organisations that buy, or may buy.",
    key=("account_id",),
    moment="",
    columns=(
        _key("account_id", "the organisation"),
        _column("name", "text", "its name"),
        _column("industry", "text", "branch of trade"),
        _column("employees", "integer", "people it employs", low=0),
        _column("annual_revenue_amount", "money", "its revenue in a year"),
        _column("country", "text", "where it sits", unit="ISO 3166 or name"),
        _column("plan", "text", "plan it subscribes to"),
        _column("arr_amount", "money", "annual recurring revenue it pays us", low=0),
        _column("renewal_on", "date", "when its contract renews"),
        _column("owner", "text", "who looks after it"),
        _column("parent_account_id", "text", "the organisation above it", references="accounts"),
        _CURRENCY,
    ),
)

CUSTOMERS = Table(
    name="customers",
    meaning="Persons. With an account they are its contacts.",
    key=("customer_id",),
    moment="signed_up_on",
    columns=(
        _key("customer_id", "the person"),
        _ACCOUNT,
        _column("name", "text", "their name"),
        _column("email", "text", "their address for mail"),
        _column("signed_up_on", "date", "when they became a customer or user"),
        _column("country", "text", "where they live", unit="ISO 3166 or name"),
        _column("city", "text", "the town"),
        _column("birth_year", "integer", "year of birth", low=1900, high=2100),
        _column("gender", "text", "as they say"),
        _column("income_amount", "money", "income in a year", low=0),
        _column("plan", "text", "plan they use"),
        _column("acquisition_channel", "text", "channel that brought them"),
        _column("job_title", "text", "what they do at their account"),
        _column(
            "buying_role",
            "text",
            "their part in the buying decision",
            allowed=("decision_maker", "influencer", "user", "champion", "blocker"),
        ),
        _CURRENCY,
    ),
)

PRODUCTS = Table(
    name="products",
    meaning="What is sold.",
    key=("product_id",),
    moment="launched_on",
    columns=(
        _key("product_id", "the product"),
        _column("name", "text", "its name"),
        _column("category", "text", "group of products"),
        _column("price_amount", "money", "list price of one unit", low=0),
        _column("cost_amount", "money", "cost of one unit", low=0),
        _column(
            "stage",
            "text",
            "where it stands in its life",
            allowed=(
                "concept",
                "development",
                "launch",
                "growth",
                "maturity",
                "decline",
                "retired",
            ),
        ),
        _column("launched_on", "date", "first sold"),
        _column("retired_on", "date", "last sold"),
        _CURRENCY,
    ),
)

ORDERS = Table(
    name="orders",
    meaning="Lines of orders. Returns are lines of negative quantity and revenue.",
    key=("order_id", "line"),
    moment="ordered_at",
    columns=(
        _key("order_id", "the order"),
        _column("line", "integer", "place within its order, from 1", required=True, low=1),
        _CUSTOMER,
        _column("ordered_at", "timestamp", "when it was ordered", required=True),
        _column("product_id", "text", "what was ordered", references="products"),
        _column("quantity", "number", "units; negative for a return"),
        _column("revenue_amount", "money", "money for the whole line", required=True),
        _column("margin_amount", "money", "revenue less cost of goods, for the whole line"),
        _column("channel", "text", "where it was sold"),
        _CURRENCY,
    ),
)

SUBSCRIPTIONS = Table(
    name="subscriptions",
    meaning="Contracts that recur.",
    key=("subscription_id",),
    moment="started_on",
    columns=(
        _key("subscription_id", "the contract"),
        _ACCOUNT,
        _CUSTOMER,
        _column("plan", "text", "what was subscribed to"),
        _column("started_on", "date", "first day", required=True),
        _column("ended_on", "date", "last day; empty while it runs"),
        _column("mrr_amount", "money", "revenue in a month", low=0),
        _CURRENCY,
    ),
)

EVENTS = Table(
    name="events",
    meaning="What people do in the product.",
    key=("event_id",),
    moment="occurred_at",
    columns=(
        _key("event_id", "the event"),
        _CUSTOMER,
        _ACCOUNT,
        _column("event", "text", "what happened", required=True),
        _column("feature", "text", "the feature that was used"),
        _column("occurred_at", "timestamp", "when", required=True),
        _column("properties", "json", "anything else"),
    ),
)

FEEDBACK = Table(
    name="feedback",
    meaning="What customers say, in their words.",
    key=("feedback_id",),
    moment="occurred_at",
    columns=(
        _key("feedback_id", "the item"),
        _CUSTOMER,
        _ACCOUNT,
        _column(
            "source",
            "text",
            "where it was said",
            allowed=(
                "review",
                "ticket",
                "survey",
                "social",
                "interview",
                "sales",
                "community",
                "board",
            ),
        ),
        _column("occurred_at", "timestamp", "when"),
        _column("title", "text", "its heading"),
        _column("text", "text", "the words", required=True),
        _column("rating", "number", "stars or score given with it"),
        _column("language", "text", "language of the words", unit="ISO 639"),
        _column("url", "text", "where it can be read"),
    ),
)

RESPONSES = Table(
    name="responses",
    meaning="Answers to surveys, one a row.",
    key=("response_id", "question_id"),
    moment="answered_at",
    columns=(
        _key("response_id", "one person's filled-in survey"),
        _key("question_id", "the question"),
        _column("survey_id", "text", "the survey"),
        _CUSTOMER,
        _column("answered_at", "timestamp", "when"),
        _column(
            "kind",
            "text",
            "what kind of question it is",
            required=True,
            allowed=(
                "nps",
                "csat",
                "ces",
                "pmf",
                "rating",
                "choice",
                "number",
                "text",
                "date",
                "boolean",
            ),
        ),
        _column("value_number", "number", "the answer, where it is a number"),
        _column("value_text", "text", "the answer, where it is words"),
    ),
)

ACTIVITIES = Table(
    name="activities",
    meaning="Dealings with customers, as the CRM keeps them.",
    key=("activity_id",),
    moment="occurred_at",
    columns=(
        _key("activity_id", "the activity"),
        _ACCOUNT,
        _CUSTOMER,
        _column(
            "kind",
            "text",
            "what it was",
            allowed=("call", "meeting", "email", "visit", "event", "note"),
        ),
        _column("occurred_at", "timestamp", "when", required=True),
        _column("subject", "text", "what it was about"),
    ),
)

DEALS = Table(
    name="deals",
    meaning="Sales opportunities.",
    key=("deal_id",),
    moment="opened_on",
    columns=(
        _key("deal_id", "the deal"),
        _ACCOUNT,
        _column("name", "text", "its name"),
        _column("product_id", "text", "what is to be sold", references="products"),
        _column("stage", "text", "where it stands"),
        _column("amount", "money", "what it is worth", low=0),
        _column("probability_share", "share", "chance that it is won", low=0, high=1),
        _column("opened_on", "date", "when it began"),
        _column("closed_on", "date", "when it was won or lost"),
        _column("won", "boolean", "yes, no, or empty while it is open"),
        _CURRENCY,
    ),
)

SPEND = Table(
    name="spend",
    meaning="Money put into marketing, by day.",
    key=("channel", "campaign_id", "day"),
    moment="day",
    columns=(
        _key("channel", "where the money went"),
        _key("campaign_id", "the campaign; the channel's name where there is none"),
        _column("day", "date", "the day", required=True),
        _column("spend_amount", "money", "money spent", required=True, low=0),
        _column("impressions", "integer", "times shown", low=0),
        _column("clicks", "integer", "times clicked", low=0),
        _column("leads", "integer", "people who left their details", low=0),
        _CURRENCY,
    ),
)

TOUCHES = Table(
    name="touches",
    meaning="Contacts of a customer with a channel, before and after buying.",
    key=("touch_id",),
    moment="touched_at",
    columns=(
        _key("touch_id", "the touch"),
        _column("customer_id", "text", "the person", required=True, references="customers"),
        _column("channel", "text", "the channel", required=True),
        _column("campaign_id", "text", "the campaign"),
        _column("touched_at", "timestamp", "when", required=True),
    ),
)

EXPOSURES = Table(
    name="exposures",
    meaning="Who saw which arm of an experiment.",
    key=("experiment_id", "customer_id"),
    moment="exposed_at",
    columns=(
        _key("experiment_id", "the experiment"),
        _key("customer_id", "the person", references="customers"),
        _ACCOUNT,
        _column("variant", "text", "the arm", required=True),
        _column("exposed_at", "timestamp", "when first seen"),
    ),
)

DELIVERIES = Table(
    name="deliveries",
    meaning="Work, finished and running.",
    key=("item_id",),
    moment="finished_on",
    columns=(
        _key("item_id", "the piece of work"),
        _column("team", "text", "who does it"),
        _column("kind", "text", "what kind of work it is"),
        _column("created_on", "date", "when it was asked for"),
        _column("started_on", "date", "when work began"),
        _column("finished_on", "date", "when it was done; empty while it runs"),
        _column("estimate", "number", "size as estimated", low=0),
        _column("depends_on", "text", "items that must be done before, separated by `;`"),
        _column("feature_id", "text", "the feature it belongs to", references="features"),
    ),
)

FEATURES = Table(
    name="features",
    meaning="What is asked for and planned.",
    key=("feature_id",),
    moment="release_on",
    columns=(
        _key("feature_id", "the feature"),
        _column("name", "text", "its name", required=True),
        _column("product_id", "text", "the product it belongs to", references="products"),
        _column(
            "kind",
            "text",
            "what kind of work it is",
            allowed=("capability", "usability", "defect", "enabling"),
        ),
        _column("status", "text", "idea, planned, building, shipped, ..."),
        _column("need", "text", "the need it answers"),
        _column("segment", "text", "whom it is for"),
        _column("release_on", "date", "when it is planned to ship"),
        _column("reach", "number", "people reached in a quarter", low=0),
        _column("impact", "number", "0.25 minimal to 3 massive", low=0, high=10),
        _column("confidence_share", "share", "how sure reach and impact are", low=0, high=1),
        _column("effort_low", "number", "least effort", unit="person-months", low=0),
        _column(
            "effort_likely",
            "number",
            "likely effort",
            unit="person-months",
            low=0,
            low_open=True,
        ),
        _column("effort_high", "number", "most effort", unit="person-months", low=0),
    ),
)

CANONICAL: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS,
        CUSTOMERS,
        PRODUCTS,
        ORDERS,
        SUBSCRIPTIONS,
        EVENTS,
        FEEDBACK,
        RESPONSES,
        ACTIVITIES,
        DEALS,
        SPEND,
        TOUCHES,
        EXPOSURES,
        DELIVERIES,
        FEATURES,
    )
}
"""The fifteen tables that can be imported, by name."""

MEMBERSHIPS = Table(
    name="memberships",
    meaning="Which customer belongs to which segment, by segmentation.",
    key=("segmentation", "customer_id"),
    derived=True,
    columns=(
        _key("segmentation", "the way of dividing"),
        _key("customer_id", "the person", references="customers"),
        _column("segment", "text", "the segment", required=True),
    ),
)

ASSIGNMENTS = Table(
    name="assignments",
    meaning="Which feedback belongs to which theme; an item can speak of several.",
    key=("feedback_id", "theme"),
    derived=True,
    columns=(
        _key("feedback_id", "the item", references="feedback"),
        _key("theme", "the theme"),
        _column("confidence_share", "share", "how sure it is", low=0, high=1),
    ),
)

VALUES = Table(
    name="values",
    meaning="What each customer is expected to bring.",
    key=("customer_id",),
    derived=True,
    columns=(
        _key("customer_id", "the person", references="customers"),
        _column("alive_share", "share", "probability of still being a customer", low=0, high=1),
        _column("value_amount", "money", "discounted value over the horizon"),
        _CURRENCY,
    ),
)

QUARANTINE = Table(
    name="quarantine",
    meaning="Rows that broke the contract, with the reason.",
    key=("batch_id", "line", "column"),
    derived=True,
    columns=(
        _key("batch_id", "the import that brought it"),
        _column("table", "text", "table it was meant for", required=True),
        _column("file", "text", "the file it came from"),
        _column("line", "integer", "line or row in that file, the header is line 1", low=1),
        _column("column", "text", "the column that is wrong"),
        _column("value", "text", "what stood there"),
        _column("reason", "text", "what is wrong, in a sentence", required=True),
        _column("row", "json", "the whole row as it was read"),
    ),
)

BATCHES = Table(
    name="batches",
    meaning="Imports: what came when from where, and whether it was undone.",
    key=("batch_id",),
    moment="imported_at",
    derived=True,
    columns=(
        _key("batch_id", "the import"),
        _column("table", "text", "table it went to", required=True),
        _column("file", "text", "name of the file"),
        _column("fingerprint", "text", "hash of the file's bytes"),
        _column("imported_at", "timestamp", "when", required=True),
        _column("n_read", "integer", "rows read", low=0),
        _column("n_added", "integer", "rows that were new", low=0),
        _column("n_changed", "integer", "rows that replaced an older one", low=0),
        _column("n_known", "integer", "rows that stood there already", low=0),
        _column("n_quarantined", "integer", "rows set aside", low=0),
        _column("version_before", "integer", "version of the table before it"),
        _column("version_after", "integer", "version of the table after it"),
        _column("undone_at", "timestamp", "when it was taken back"),
        _column("mapping", "json", "how columns were read"),
    ),
)

DERIVED: dict[str, Table] = {
    table.name: table for table in (MEMBERSHIPS, ASSIGNMENTS, VALUES, QUARANTINE, BATCHES)
}
"""Tables that fourfits writes beside the canonical ones."""


def named(name: str) -> Table:
    """The table of that name, canonical or derived.

    Raises:
        TableError: If there is none.

    >>> named("orders").key
    ('order_id', 'line')
    """
    try:
        return (CANONICAL | DERIVED)[name]
    except KeyError:
        raise errors.TableError(
            f"There is no table {name!r}; there are {', '.join(CANONICAL)}.",
            hint="`fourfits tables` describes each",
        ) from None
