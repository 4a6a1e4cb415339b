"""The lists of releases, and of who asked for what has shipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import Q
from django.utils.safestring import SafeString

from fourfits_web.core import addresses, display, lists, naming
from fourfits_web.customers import queries as customers
from fourfits_web.features.models import Feature, Status
from fourfits_web.feedback.templatetags.feedback import excerpt
from fourfits_web.roadmap import asked
from fourfits_web.roadmap.models import Message, Release


def _state(release: Release) -> str:
    return "shipped" if release.shipped_on else "ahead"


RELEASES = lists.List(
    key="releases",
    title="Releases",
    noun="release",
    lead="Work that reaches customers together, on a day that companies can plan with.",
    columns=(
        lists.Column("name", "Release", link=True, sort="name"),
        lists.Column(
            "state", "Status", value=_state,
            labels={"ahead": ("Ahead", "info"), "shipped": ("Shipped", "good")},
        ),
        lists.Column("release_on", "Date", kind="day", sort="release_on"),
        lists.Column("n_items", "Features", kind="number", sort="n_items"),
        lists.Column("is_shared", "Announced", kind="flag", headed=True),
        lists.Column("shipped_on", "Shipped on", kind="day", sort="shipped_on", shown=False),
    ),
    filters=(lists.Flag("ahead", "Only those ahead", when=Q(shipped_on=None)),),
    search=("name", "notice"),
    search_hint="Search releases",
    open=lambda release: addresses.to("roadmap:release", release.pk),
    empty=lists.Empty(
        "No releases yet",
        "Plan one, then put features of the roadmap into it.",
        action=("Plan a release", "roadmap:new_release"),
        permission="roadmap.plan",
        icon="rocket",
    ),
)  # fmt: skip


STATES = {
    "waiting": ("Not told yet", ""),
    "told": ("Told", "info"),
    "helped": ("It helped", "good"),
    "not_helped": ("It did not help", "bad"),
}
_UNBROKEN = {
    key: (words.replace(" ", "\N{NO-BREAK SPACE}"), tone) for key, (words, tone) in STATES.items()
}
"""The same for a narrow column, which would set each word on a line."""
_MAY = "features.change"
_TELLING = (
    lists.Bulk("Note as told", "roadmap:tell", _MAY, "roadmap/_told_how.html", key="t"),
    lists.Bulk("It helped", "roadmap:helped", _MAY, key="h"),
    lists.Bulk("It did not help", "roadmap:not_helped", _MAY, key="d"),
    lists.Bulk("Take back", "roadmap:take_back", _MAY, key="b"),
)


@dataclass(frozen=True)
class InState(lists.Choice):
    """Those who asked who were told, or answered, or neither."""

    feature: int = 0

    def narrow(self, rows: Any, chosen: list[str]) -> Any:
        return rows.when(asked.in_state(self.feature, chosen))


def who_asked(feature: Feature, behind: tuple[int, ...], message: Message, mark: str) -> lists.List:
    """The list of who asked for a feature, each with a letter to them in the message's words.

    `mark` changes with who asked, as `asked.mark` tells.
    """
    serves, offered = settings.WORKSPACE.product_kind, customers.facets("person")
    address = addresses.to("roadmap:asked", feature.pk)
    has_shipped = feature.status == Status.SHIPPED

    def prepare(found: list[Any]) -> None:
        asked.look_up(found, feature.pk, behind, mark)
        for person in found:
            person.opened = f"{address}people/{quote(person.customer_id, safe='')}/"
            person.letter = mailto(person, message) if person.email and has_shipped else ""

    return lists.List(
        key="who-asked",
        title="Who asked",
        noun=("person", "people"),
        columns=asked_columns(serves),
        filters=(
            InState("state", "Told", options=asked.STATES, feature=feature.pk),
            *(
                lists.Choice(
                    name, title, options=[(value, say(value)) for value, _ in offered[name]]
                )
                for name, title, say in (
                    ("segment", "Segment", naming.segments()),
                    ("plan", "Plan", str),
                )
                if offered.get(name)
            ),
            lists.Text("account", "Account", field="account_name"),
        ),
        search=lambda found, text: customers.matching(found, "person", text),
        search_hint="Name, e-mail or id",
        default_sort="account" if serves == "companies" else "name",
        row_id="customer_id",
        open=attrgetter("opened"),
        prepare=prepare,
        bulk=_TELLING if has_shipped else (),
        empty=lists.Empty(
            "Nobody asked for it yet",
            "Whoever says something that speaks of a need which this feature answers stands here. "
            "Link a need to it, and feedback to the need.",
            action=("Open the feature", feature.get_absolute_url()),
            icon="users",
        ),
    )


def mailto(person: Any, message: Message) -> str:
    """An address that opens a mail program with the message to somebody in it; it sends nothing."""
    told = _encoded(message.subject, message.text, asked.NAME if person.name else "")
    return (
        f"mailto:{quote(person.email, safe='@')}?{told.replace(_NAME, quote(person.name, safe=''))}"
    )


_NAME = quote(asked.NAME, safe="")


@lru_cache(maxsize=100)
def _encoded(subject: str, text: str, name: str) -> str:
    """The message as an address carries it, the same for all but for the name in its place."""
    told = {
        "subject": asked.addressed(subject, name),
        "body": asked.addressed(text, name).replace("\n", "\r\n"),
    }
    return urlencode(told, quote_via=quote)


@cache
def asked_columns(serves: str) -> tuple[lists.Column, ...]:
    """What the list of who asked can show, for a product that serves companies or people."""
    column = lists.Column
    return (
        column("name", "Name", value=str, link=attrgetter("opened"), sort="name"),
        column("account", "Account", value="account_name", link=_account_address,
               sort="account_name,name", shown=serves != "people"),
        column("said", "Said last", value=_said, render=_excerpt, link=_said_address,
               wraps=True),
        column("said_at", "When", value=lambda row: _newest(row, "occurred_at"), kind="ago"),
        column("n_said", "Times", value="asked.n_said", kind="number", shown=False,
               note="How often they spoke of it"),
        column("email", "E-mail", link=attrgetter("letter")),
        column("state", "Told", value="asked.state", labels=_UNBROKEN),
        column("told_at", "Told on", value="asked.asker.told.at", kind="day", shown=False),
        column("channel", "How", value=_channel, shown=False),
        column("told_by", "By", value="asked.asker.told.author.name", shown=False),
        column("answer", "In their words", value="asked.asker.words", shown=False, wraps=True),
        column("segment", "Segment", render=_segment, shown=False),
        column("plan", "Plan", shown=False),
        column("job_title", "Job title", shown=False),
        column("value_amount", "Expected value", value=lambda row: row.value_amount or None,
               kind="money", unit="field:currency", sort="value_amount", shown=False,
               note="Margin to expect in the next twelve months"),
        column("customer_id", "Id", shown=False),
    )  # fmt: skip


def _segment(person: Any) -> str:
    return naming.segments()(person.segment) or display.NOTHING


def _newest(person: Any, name: str) -> Any:
    return getattr(person.asked.newest, name) if person.asked.newest else None


def _said(person: Any) -> str:
    newest = person.asked.newest
    return f"{newest.title} {newest.text}".strip() if newest else ""


def _excerpt(person: Any) -> str:
    newest = person.asked.newest
    if newest is None:
        return SafeString('<span class="none">speaks of other needs now</span>')
    return excerpt(newest)


def _said_address(person: Any) -> str:
    newest = person.asked.newest
    return addresses.to("feedback:item", newest.pk) if newest else ""


def _account_address(person: Any) -> str:
    return addresses.to("customers:account", person.account_id) if person.account_id else ""


def _channel(person: Any) -> str:
    asker = person.asked.asker
    return asker.told.get_channel_display() if asker else ""
