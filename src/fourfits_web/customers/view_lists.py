"""The lists of people and of accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, countries, display, lists, naming
from fourfits_web.customers import queries

BUYING_ROLES = {
    "decision_maker": "Decision maker",
    "champion": "Champion",
    "influencer": "Influencer",
    "user": "User",
    "blocker": "Blocker",
}
NONE = SafeString('<span class="none">–</span>')
Offered = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, eq=False)
class Within(lists.Text):
    """The account whose page led here: it has no control of its own, only a chip to let it go."""

    def words(self, chosen: str) -> str:
        found = queries.account(chosen)
        return str(found) if found else chosen

    def control(self, chosen: str) -> SafeString:
        return lists.Kept(self.name, self.title).control(chosen)


def people(offered: Offered, **changes: Any) -> lists.List:
    """The list of people, with the values that its filters offer; `changes` to what it says."""
    named = (
        ("segment", "Segment"), ("plan", "Plan"), ("country", "Country"),
        ("acquisition_channel", "Channel"), ("buying_role", "Buying role"),
    )  # fmt: skip
    words: dict[str, Any] = {
        "key": "people",
        "title": "People",
        "lead": "Who buys and uses the product: what they brought, what they are expected to bring.",
        "noun": ("person", "people"),
        "empty": lists.Empty(
            "Nobody is known yet",
            "Import customers or orders, and everybody in them appears here.",
            action=("Import data", "data:bring"),
            permission="data.import",
            icon="users",
        ),
        **changes,
    }
    return lists.List(
        columns=_people_columns(settings.WORKSPACE.product_kind),
        filters=(
            *_choices(offered, named),
            lists.Days("seen", "Last activity", field="last_at"),
            Within("account", "Account", field="account_id", test="exact"),
        ),
        search=lambda found, text: queries.matching(found, "person", text),
        search_hint="Name, e-mail or id",
        default_sort="-value_amount",
        open=person_address,
        **words,
    )


def accounts(offered: Offered) -> lists.List:
    """The list of accounts, with the values that its filters offer."""
    named = (
        ("industry", "Industry"), ("plan", "Plan"), ("country", "Country"), ("owner", "Owner"),
    )  # fmt: skip
    return lists.List(
        key="accounts",
        title="Accounts",
        lead="Organisations that buy: what they pay in a year, when they renew, what is open.",
        noun="account",
        columns=_ACCOUNT_COLUMNS,
        filters=(
            *_choices(offered, named),
            lists.Flag("dealing", "Open deals", when=queries.has_open_deals()),
            lists.Range("arr", "ARR", field="arr_amount"),
        ),
        search=lambda found, text: queries.matching(found, "account", text),
        search_hint="Name or id",
        default_sort="-arr_amount",
        open=account_address,
        empty=lists.Empty(
            "No account is known yet",
            "Import accounts, or customers that name one, and each appears here.",
            action=("Import data", "data:bring"),
            permission="data.import",
            icon="building",
        ),
    )


def person_address(person: Any) -> str:
    """Where a person's page is."""
    return addresses.to("customers:person", person.customer_id)


def account_address(record: Any) -> str:
    """Where the page of an account is, that a record names."""
    return addresses.to("customers:account", record.account_id) if record.account_id else ""


def _choices(offered: Offered, named: Sequence[tuple[str, str]]) -> tuple[lists.Choice, ...]:
    """Filters whose field has values."""
    return tuple(
        lists.Choice(
            field,
            title,
            options=[(value, f"{_called(field, value)} ({n:,})") for value, n in offered[field]],
        )
        for field, title in named
        if offered.get(field)
    )


def _called(field: str, value: str) -> str:
    if field == "segment":
        return naming.segments().heading(value)
    if field == "country":
        return countries.name(value)
    return BUYING_ROLES.get(value) or display.titled(value)


def _cell(field: str) -> Callable[[Any], str]:
    """Draws a value as people call it; files keep what the data hold."""

    def drawn(row: Any) -> str:
        value = getattr(row, field)
        return _called(field, value) if value else NONE

    return drawn


def _people_columns(serves: str) -> tuple[lists.Column, ...]:
    column = lists.Column
    return (
        column("name", "Name", value=str, link=True, sort="name"),
        column("account", "Account", value="account_name", link=account_address,
               shown=serves != "people"),
        column("buying_role", "Buying role", labels=BUYING_ROLES, shown=serves == "companies"),
        column("job_title", "Job title", shown=False),
        column("segment", "Segment", render=_segment),
        column("plan", "Plan"),
        column("country", "Country", render=_cell("country"), shown=serves == "people"),
        column("city", "City", shown=False),
        column("acquisition_channel", "Channel", render=_cell("acquisition_channel"), shown=False,
               note="The channel that brought them"),
        column("customer_id", "Id", shown=False),
        column("email", "E-mail", shown=False),
        column("n_orders", "Orders", kind="number", shown=serves == "people"),
        column("revenue_amount", "Revenue", kind="money", unit="field:currency",
               sort="revenue_amount", note="All orders, returns taken off"),
        column("value_amount", "Expected value", value=_value, kind="money", unit="field:currency",
               sort="value_amount", note="Margin to expect in the next twelve months"),
        column("alive_share", "Still a customer", value=_alive, kind="share", render=_likely,
               note="Probability that they are still customers; nothing where they bought once"),
        column("n_feedback", "Feedback", kind="number", shown=False),
        column("signed_up_on", "Signed up", kind="day", sort="signed_up_on", shown=False),
        column("last_at", "Last activity", kind="ago", sort="last_at"),
    )  # fmt: skip


def _segment(person: Any) -> str:
    """The segment, as people call it; files keep the name that the data know."""
    return naming.segments().heading(person.segment) if person.segment else NONE


def _value(person: Any) -> Any:
    """What they are expected to bring; nothing where it is not known."""
    return None if person.alive_share is None and not person.value_amount else person.value_amount


def _alive(person: Any) -> float | None:
    """P(alive), where it tells something: whoever bought once counts as alive by the model."""
    return person.alive_share if person.n_orders > 1 else None


def _likely(person: Any) -> str:
    """The same, where no draw contradicts it not called certain; files keep the number."""
    alive = _alive(person)
    return NONE if alive is None else display.likely(alive)


_ACCOUNT_COLUMNS = (
    lists.Column("name", "Account", value=str, link=True, sort="name"),
    lists.Column("industry", "Industry", render=_cell("industry")),
    lists.Column("employees", "Employees", kind="number", shown=False),
    lists.Column("country", "Country", render=_cell("country")),
    lists.Column("plan", "Plan"),
    lists.Column("arr_amount", "ARR", kind="money", unit="field:currency", sort="arr_amount",
                 note="Annual recurring revenue: what its running contracts bring in a year"),
    lists.Column("renewal_on", "Renewal", kind="day", sort="renewal_on"),
    lists.Column("open_amount", "Open deals", value=lambda row: row.open_amount or None,
                 kind="money", unit="field:currency", sort="open_amount"),
    lists.Column("n_people", "People", kind="number", sort="n_people"),
    lists.Column("n_feedback", "Feedback", kind="number", shown=False),
    lists.Column("revenue_amount", "Orders", kind="money", unit="field:currency", shown=False,
                 note="What its people ordered"),
    lists.Column("owner", "Owner", shown=False),
    lists.Column("account_id", "Id", shown=False),
    lists.Column("last_at", "Last activity", kind="ago", sort="last_at"),
)  # fmt: skip
