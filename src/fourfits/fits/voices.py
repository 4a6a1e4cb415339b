"""Who wants what: needs by group, as people rated them or, where nobody was asked, voiced them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfits import checks, config, sums
from fourfits.fits import inputs
from fourfits.fits.evidence import Group

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, kw_only=True)
class Voices:
    """How many of each group want each need.

    Attributes:
        wanting: Persons by group and need.
        asked: Persons who could have said so, by group and need.
        table: `responses` where importance was rated, `feedback` where it was voiced.
    """

    wanting: Mapping[Group, Mapping[str, int]]
    asked: Mapping[Group, Mapping[str, int]]
    table: str

    @property
    def verb(self) -> str:
        """What they did, for a sentence."""
        return "rate it important" if self.table == "responses" else "voice it"

    def needs(self) -> set[str]:
        """Every need that somebody wants."""
        return {need for each in self.wanting.values() for need in each}

    def share(self, group: Group, need: str) -> float:
        """Share of a group that wants a need; 0 where nobody could say."""
        asked = self.asked.get(group, {}).get(need, 0)
        return self.wanting.get(group, {}).get(need, 0) / asked if asked else 0.0


def rated(responses: ir.Table, groups: Sequence[str]) -> Voices:
    """Persons who rated the importance of a need `config.IMPORTANT_FROM` or higher, of those asked."""
    answers = checks.grouped(responses, groups)
    answers = answers.filter(
        answers.kind == "rating",
        answers.question_id.startswith("importance:"),
        answers.value_number.notnull(),
    )
    answers = answers.mutate(need=answers.question_id.substr(len("importance:")))
    important = answers.value_number >= config.IMPORTANT_FROM
    found = sums.fetch(
        answers.aggregate(by=[*groups, "need"], wanting=important.sum(), asked=answers.count())
    )
    return _voices(found, groups, "responses")


def voiced(feedback: ir.Table, assignments: ir.Table, groups: Sequence[str]) -> Voices:
    """Persons whose feedback belongs to a need, of those who gave any feedback."""
    said = checks.grouped(feedback, groups).select("feedback_id", "customer_id", *groups)
    themes = said.inner_join(assignments.select("feedback_id", "theme"), "feedback_id")
    persons = themes.aggregate(by=[*groups, "theme"], wanting=themes.customer_id.nunique())
    spoke = said.aggregate(by=list(groups), asked=said.customer_id.nunique())
    joined = persons.inner_join(spoke, list(groups)) if groups else persons.cross_join(spoke)
    found = sums.fetch(joined.filter(~joined.theme.isin(config.NOT_NEEDS)).rename(need="theme"))
    return _voices(found, groups, "feedback")


def _voices(found: sums.Columns, groups: Sequence[str], table: str) -> Voices:
    wanting: dict[Group, dict[str, int]] = {}
    asked: dict[Group, dict[str, int]] = {}
    for place, group in enumerate(inputs.keys(found, groups)):
        if all(group):
            need = str(found["need"][place])
            wanting.setdefault(group, {})[need] = int(found["wanting"][place])
            asked.setdefault(group, {})[need] = int(found["asked"][place])
    return Voices(wanting=wanting, asked=asked, table=table)


def wanted(
    given: Mapping[str, ir.Table | None], groups: Sequence[str], names: set[str]
) -> Voices | None:
    """Ratings of importance where any of the named needs was rated, else what feedback voices.

    Args:
        given: Tables by name, of which `responses`, `feedback` and `assignments` are read.
        groups: Columns to divide by.
        names: Needs that matter to the question.

    Returns:
        `None` where neither knows one of the needs.
    """
    responses, feedback, assignments = (
        given[name] for name in ("responses", "feedback", "assignments")
    )
    if responses is not None and {"kind", "question_id", "value_number"} <= set(responses.columns):
        found = rated(responses, groups)
        if found.needs() & names:
            return found
    if feedback is not None and assignments is not None:
        found = voiced(feedback, assignments, groups)
        if found.needs() & names:
            return found
    return None
