"""Copies who is in which segment from the lake, and adds up what they are and bring."""

# ruff: noqa: S608 - every name in a statement is ours

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from fourfits_web.customers import differences, reading, scratch
from fourfits_web.customers import queries as customers
from fourfits_web.segments.models import Membership, Segment, Segmentation

if TYPE_CHECKING:
    from fourfits import sources

TABLES = frozenset({"memberships", "customers", "orders", "values"})
ATTRIBUTES = {
    "plan": "Plan",
    "country": "Country",
    "acquisition_channel": "Channel",
    "buying_role": "Buying role",
    "age": "Age",
    "gender": "Gender",
}
"""What a segment's people are described by; ages in bands of ten years."""
MOST_VALUES, MOST_KNOWN = 40, 200
"""Values kept of a segment, and of everybody."""

_COPY = differences.Copy(
    table="members", model=Membership, key=("segmentation", "segment", "customer_id")
)
_SUMS = (
    "n_people", "n_buyers", "n_orders", "revenue_amount", "n_valued", "value_amount",
    "n_repeaters", "alive_sum",
)  # fmt: skip


def run(data: sources.Data, progress: Callable[[float, str], None]) -> None:
    """Copy and add up; what people wrote of a segment stays, also when it is empty for a while."""
    with scratch.opened(data) as space:
        progress(0.1, "Reading segments")
        space.make("members", reading.MEMBERS, reading.rows(data, "memberships", reading.MEMBERS))
        if not space.one("SELECT count(*) FROM members WHERE segmentation = 'rfm'"):
            found = reading.bought_alike(data)
            if found is not None:
                space.add("members", found)
        progress(0.3, "Writing who is in which segment")
        differences.write(space, _COPY)
        progress(0.6, "Adding up segments")
        _facts(space)
        _keep(_sums(space), _profiles(space))


def _facts(space: scratch.Scratch) -> None:
    """What each person is and brings, beside the segments they are in."""
    space.make("facts", customers.FACTS)
    for part in customers.facts():
        space.add("facts", part)
    space.run(
        "CREATE TABLE placed AS SELECT segmentation, segment, facts.* "
        "FROM members JOIN facts USING (customer_id)"
    )


def _sums(space: scratch.Scratch) -> dict[tuple[str, str], dict[str, Any]]:
    """Sums by segmentation and segment; the segment's name is empty for all of them together."""
    rows = space.run(
        "SELECT segmentation, coalesce(segment, ''), count(*), count(*) FILTER (n_orders > 0), "
        "sum(n_orders)::BIGINT, round(sum(revenue_amount), 2), count(alive_share), "
        "round(sum(value_amount), 2), count(alive_share) FILTER (n_orders > 1), "
        "coalesce(sum(alive_share) FILTER (n_orders > 1), 0) "
        "FROM placed GROUP BY GROUPING SETS ((segmentation), (segmentation, segment))"
    ).fetchall()
    return {(row[0], row[1]): dict(zip(_SUMS, row[2:], strict=True)) for row in rows}


def _profiles(space: scratch.Scratch) -> dict[tuple[str, str], dict[str, Any]]:
    """By segmentation and segment, for each attribute: of how many it is known, and its values."""
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for attribute in ATTRIBUTES:
        rows = space.run(
            f"SELECT segmentation, coalesce(segment, ''), {attribute}, count(*) AS n FROM placed "
            f"WHERE {attribute} <> '' "
            f"GROUP BY GROUPING SETS ((segmentation, {attribute}), "
            f"(segmentation, segment, {attribute})) ORDER BY n DESC, {attribute}"
        ).fetchall()
        for segmentation, segment, value, n in rows:
            known = found[segmentation, segment].setdefault(attribute, {"n": 0, "values": []})
            known["n"] += n
            if len(known["values"]) < (MOST_VALUES if segment else MOST_KNOWN):
                known["values"].append([value, n])
    return found


def _keep(
    sums: dict[tuple[str, str], dict[str, Any]],
    profiles: dict[tuple[str, str], dict[str, Any]],
) -> None:
    nothing = dict.fromkeys(_SUMS, 0)
    with transaction.atomic():
        Segmentation.objects.exclude(name__in=[name for name, _ in sums]).delete()
        wholes = {
            name: Segmentation.objects.update_or_create(
                name=name, defaults={**fields, "profile": profiles[name, ""]}
            )[0]
            for (name, segment), fields in sums.items()
            if not segment
        }
        there = set()
        for (name, segment), fields in sums.items():
            if segment:
                row, _ = Segment.objects.update_or_create(
                    segmentation=wholes[name],
                    name=segment,
                    defaults={**fields, "profile": profiles[name, segment]},
                )
                there.add(row.pk)
        empty = Segment.objects.exclude(pk__in=there)
        empty.filter(described_at=None).delete()
        empty.update(**nothing, profile={})
