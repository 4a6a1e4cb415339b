"""The loop as text for a terminal: what matters, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfits import results
from fourfits.report import findings

if TYPE_CHECKING:
    from fourfits.report.loop import Loop

FEATURES = 5


def text(loop: Loop) -> str:
    """The four fits, the conflicts, what to build and when, and what could not be answered."""
    parts = [
        [f"{loop.name}, {loop.today.isoformat()}"],
        _fits(loop),
        _conflicts(loop),
        _plan(loop),
        _answers(loop),
        _refusals(loop),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _fits(loop: Loop) -> list[str]:
    cards = findings.fits(loop)
    if not cards:
        return []
    lines = ["The four fits (60 works, 100 is excellent)"]
    for card in cards:
        if card["score"] is None:
            lines.append(f"  {card['name']:<16}   –              {card['why']}")
        else:
            interval = f"({card['low']} to {card['high']})"
            lines.append(
                f"  {card['name']:<16} {card['score']:>3}  {interval:<12} {card['verdict']:<14} {card['owner']}"
            )
    return lines


def _conflicts(loop: Loop) -> list[str]:
    found = findings.conflicts(loop)
    if not found:
        return []
    lines = [f"Conflicts ({len(found)})"]
    for number, conflict in enumerate(found, 1):
        lines.append(f"  {number}. {conflict['sentence']}")
        lines += [f"     → {remedy}" for remedy in conflict["remedies"]]
    return lines


def _plan(loop: Loop) -> list[str]:
    ranking = loop.result("ranking")
    if ranking is None:
        return []
    rows = ranking.table.slice(0, FEATURES).to_pylist()
    width = max(len(row["name"]) for row in rows)
    lines = ["Build next"]
    lines += [
        f"  {place}. {row['name']:<{width}}  {findings.ranks(row['rank_low'], row['rank_high'])}, "
        f"among the best {ranking.parameters['k']} with a chance of {results.likely(row['p_top_k'])}"
        for place, row in enumerate(rows, 1)
    ]
    return lines


def _answers(loop: Loop) -> list[str]:
    shown = {"scorecard", "conflicts", "ranking"}
    lines = [
        f"  {entry.question.title}: {findings.finding(entry.result)}"
        for chapter in loop.chapters
        for entry in chapter.entries
        if entry.result is not None and entry.question.analysis not in shown
    ]
    return ["Also found", *lines] if lines else []


def _refusals(loop: Loop) -> list[str]:
    lines = [
        f"  {entry.question.title}: {entry.refusal}"
        for chapter in loop.chapters
        for entry in chapter.entries
        if entry.refusal is not None
    ]
    return ["Not answered", *lines] if lines else []
