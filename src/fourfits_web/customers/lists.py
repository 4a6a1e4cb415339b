"""The lists of people and of accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from fourfits_web.core import lists
from fourfits_web.customers import queries
from fourfits_web.customers.models import Account, Person


def _facets(of: str, field: str) -> Any:
    return lambda: queries.facets(of, field)


def _people(found: QuerySet[Person], text: str) -> QuerySet[Person]:
    return found.filter(customer_id__in=queries.found_by("person", text, 1_000))


def _accounts(found: QuerySet[Account], text: str) -> QuerySet[Account]:
    return found.filter(account_id__in=queries.found_by("account", text, 1_000))


PEOPLE = lists.List(
    key="people",
    title="People",
    noun=("person", "people"),
    columns=(
        lists.Column("name", "Name", value=str, link=True, sort="name"),
        lists.Column("segment", "Segment"),
        lists.Column("plan", "Plan"),
        lists.Column("country", "Country", shown=False),
        lists.Column("city", "City", shown=False),
        lists.Column("acquisition_channel", "Came by", shown=False),
        lists.Column("account_id", "Account", shown=False),
        lists.Column("job_title", "Job title", shown=False),
        lists.Column("buying_role", "Buying role", shown=False),
        lists.Column("email", "E-mail", shown=False),
        lists.Column("n_orders", "Orders", kind="number", sort="n_orders"),
        lists.Column(
            "revenue_amount", "Revenue", kind="money", unit="field:currency", sort="revenue_amount"
        ),
        lists.Column(
            "value_amount",
            "Expected value",
            kind="money",
            unit="field:currency",
            sort="value_amount",
            note="What the next twelve months are expected to bring.",
        ),
        lists.Column("alive_share", "P(alive)", kind="share"),
        lists.Column("n_feedback", "Feedback", kind="number", shown=False),
        lists.Column("last_at", "Last seen", kind="ago", sort="last_at"),
        lists.Column("signed_up_on", "Signed up", kind="day", sort="signed_up_on", shown=False),
    ),
    filters=tuple(
        lists.Choice(field, title, options=_facets("person", field))
        for field, title in (
            ("segment", "Segment"),
            ("plan", "Plan"),
            ("country", "Country"),
            ("acquisition_channel", "Came by"),
            ("buying_role", "Buying role"),
        )
    ),
    search=_people,
    default_sort="-value_amount",
    open=lambda person: reverse("customers:person", args=[person.customer_id]),
    empty=lists.Empty(
        "Nobody is known yet", "Bring in customers or orders, and everybody appears here."
    ),
)

ACCOUNTS = lists.List(
    key="accounts",
    title="Accounts",
    noun="account",
    columns=(
        lists.Column("name", "Account", value=str, link=True, sort="name"),
        lists.Column("industry", "Industry"),
        lists.Column("plan", "Plan"),
        lists.Column("country", "Country", shown=False),
        lists.Column("employees", "Employees", kind="number", shown=False),
        lists.Column(
            "arr_amount",
            "Yearly revenue",
            kind="money",
            unit="field:currency",
            sort="arr_amount",
            note="Annual recurring revenue.",
        ),
        lists.Column("renewal_on", "Renews", kind="day", sort="renewal_on"),
        lists.Column("n_people", "People", kind="number"),
        lists.Column("n_open_deals", "Open deals", kind="number"),
        lists.Column("n_feedback", "Feedback", kind="number", shown=False),
        lists.Column("owner", "Looked after by", shown=False),
        lists.Column("last_at", "Last seen", kind="ago", sort="last_at"),
    ),
    filters=tuple(
        lists.Choice(field, title, options=_facets("account", field))
        for field, title in (("industry", "Industry"), ("plan", "Plan"), ("country", "Country"))
    ),
    search=_accounts,
    default_sort="-arr_amount",
    open=lambda account: reverse("customers:account", args=[account.account_id]),
    empty=lists.Empty("No account yet", "Bring in accounts, and each appears here."),
)
