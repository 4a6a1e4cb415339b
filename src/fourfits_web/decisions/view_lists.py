"""The list of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourfits_web.core import display, lists
from fourfits_web.core.roles import Role
from fourfits_web.decisions import queries
from fourfits_web.decisions.models import SOON, Kind, Status

if TYPE_CHECKING:
    from fourfits_web.core.lists.sources import Rows
    from fourfits_web.decisions.models import Decision

STATUSES = {
    Status.STANDING: ("Stands", "good"),
    Status.REOPENED: ("Open again", "warn"),
    Status.WITHDRAWN: ("No longer stands", ""),
}
WORDS_MISSING = (
    *(
        (role.value, f"Waits for {role.label.lower()}")
        for role in (Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER)
    ),
    ("disputed", "Disputed"),
)
_TONES = {"due": "warn", "soon": "info"}


@dataclass(frozen=True)
class LookAgain(lists.Choice):
    """Whether it is time to look again, counted from the day of the request."""

    STATES: ClassVar[tuple[tuple[str, str], ...]] = (
        ("due", "Due"),
        ("soon", "Within two weeks"),
        ("later", "Later"),
    )

    def narrow(self, rows: Rows, chosen: list[str]) -> Rows:
        today = queries.today()
        spans = {
            "due": Q(look_again_on__lte=today),
            "soon": Q(look_again_on__gt=today, look_again_on__lte=today + SOON),
            "later": Q(look_again_on__gt=today + SOON),
        }
        wanted = Q(pk__in=[])
        for state in chosen:
            wanted |= spans[state]
        return rows.when(wanted & ~Q(status=Status.WITHDRAWN))


@dataclass(frozen=True)
class Agreement(lists.Choice):
    """Whose word is missing, and what somebody sees differently."""

    def narrow(self, rows: Rows, chosen: list[str]) -> Rows:
        wanted = Q(pk__in=[])
        for state in chosen:
            is_disputed = state == "disputed"
            wanted |= ~Q(disputed_by="") if is_disputed else Q(waits_for__contains=state)
        return rows.when(wanted & ~Q(status=Status.WITHDRAWN))


def agreement_cell(decision: Decision) -> str | SafeString:
    """What keeps the roles from having agreed."""
    if not decision.agreement or decision.status == Status.WITHDRAWN:
        return SafeString('<span class="none">–</span>')
    tone = "bad" if decision.disputed_by else "warn"
    words = decision.agreement[:1].upper() + decision.agreement[1:]
    return format_html('<span class="status {}">{}</span>', tone, words)


def look_cell(decision: Decision) -> str | SafeString:
    """The day to look again, marked when it is due or near."""
    state = decision.look_state(queries.today())
    if not state:
        return SafeString('<span class="none">–</span>')
    day = display.day(decision.look_again_on)
    if state not in _TONES:
        return day
    return format_html('<span class="status {}">{}</span>', _TONES[state], day)


def _fits(decision: Decision) -> list[str] | None:
    return decision.fit_names or None


DECISIONS = lists.List(
    key="decisions",
    title="Decisions",
    noun="decision",
    lead="What was decided, on which evidence, and whether it came as expected.",
    columns=(
        lists.Column("what", "Decision", link=True, sort="what"),
        lists.Column("status", "State", labels=STATUSES, sort="status"),
        lists.Column("kind", "About", labels=dict(Kind.choices), sort="kind"),
        lists.Column("fits", "Fits", value=_fits, kind="tags"),
        lists.Column("agreement", "Agreement", render=agreement_cell, wraps=True),
        lists.Column("by", "By"),
        lists.Column("role", "As", labels=dict(Role.choices), shown=False),
        lists.Column("decided_at", "Decided", kind="day", sort="decided_at"),
        lists.Column(
            "look_again_on", "Look again", sort="look_again_on", render=look_cell, headed=True
        ),
        lists.Column("n_evidence", "Evidence", kind="number", sort="n_evidence", shown=False),
        lists.Column("why", "Why", shown=False, wide=True),
        lists.Column("expected_effect", "Expected effect", shown=False, wide=True),
    ),
    filters=(
        LookAgain("look", "Look again", options=LookAgain.STATES),
        Agreement("agreement", "Agreement", options=WORDS_MISSING),
        lists.Choice("kind", "About", options=Kind.choices),
        lists.Choice("status", "State", options=Status.choices),
        lists.Choice("by", "By", field="decided_by", options=queries.people),
        lists.Choice("role", "As", options=queries.roles),
        lists.Days("decided_at", "Decided"),
    ),
    search=("what", "why", "expected_effect"),
    default_sort="-decided_at",
    open=lambda row: row.get_absolute_url(),
    empty=lists.Empty(
        "No decisions yet",
        "Record what was decided with the reports that it rests on; they stay as they were that day.",
        action=("Record a decision", "decisions:new"),
        permission="decisions.record",
        icon="gavel",
    ),
)
