"""Reads about segments."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet, Subquery

from fourfits_web.core import audit, prepared
from fourfits_web.core.lists.sources import Standing, rows
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.naming import Names
from fourfits_web.core.remembering import once_a_request
from fourfits_web.customers import queries as customers
from fourfits_web.customers.models import Person
from fourfits_web.reports import queries as reports
from fourfits_web.reports.models import Report
from fourfits_web.segments.models import Membership, Segment, Segmentation

BY_SEGMENT = {"by": "segment"}
TOLD = ("lifetime_value", "nps", "pmf", "retention")
"""Analyses that tell segments apart."""
WORTH_MOST = 8
"""Members of a segment whom its page names."""
WORDS = {"segment.describe": "described it"}


def segmentations() -> list[Segmentation]:
    """Ways of dividing; the first is the one that reports by segment mean."""
    return _segmentations()


def segments_of(segmentation: Segmentation) -> list[Segment]:
    """Segments of a way of dividing, those that bring most first."""
    return _segments_of(segmentation.pk)


def everything() -> QuerySet[Segment]:
    """All segments, with their ways of dividing."""
    return Segment.objects.select_related("segmentation").order_by("segmentation__name", "name")


def choices() -> list[Segment]:
    """All segments to choose from, by way of dividing; what they say of themselves is left out."""
    return _choices()


def segment(pk: int) -> Segment | None:
    """One segment, with its way of dividing."""
    found: Segment | None = _segment.first(pk)
    return found


_segmentations = prepared.Question(lambda: Segmentation.objects.defer("profile").order_by("name"))
_segments_of = prepared.Question(
    lambda pk: (
        Segment.objects.filter(segmentation_id=pk)
        .defer("profile", "description")
        .order_by("-revenue_amount", "-n_people", "name")
    )
)
_choices = prepared.Question(
    lambda: everything().defer("description", "profile", "segmentation__profile")
)
_segment = prepared.Question(
    lambda pk: Segment.objects.select_related("segmentation").filter(pk=pk)
)


def neighbours(one: Segment) -> list[Segment]:
    """The other segments of the same way of dividing."""
    return [other for other in _of_segmentation(one.segmentation_id) if other.pk != one.pk]


_of_segmentation = prepared.Question(
    lambda pk: (
        Segment.objects.filter(segmentation_id=pk)
        .only("name", "label")
        .order_by("-revenue_amount", "name")
    )
)


def people_in(one: Segment) -> Standing:
    """The members of a segment.

    Many are found and put in order in tens of milliseconds: who stands where is kept until the data
    change, where they keep versions to tell that by.
    """
    versions = reports.versions_now()
    mark = repr(sorted(versions.items())) if versions else ""
    if is_reported(one.segmentation):
        return Standing(_reported_in, (one.name,), mark=mark)
    return Standing(_members_of, (one.segmentation.name, one.name), mark=mark)


def worth_most(one: Segment) -> list[Person]:
    """The members of a segment who are worth most."""
    return rows(people_in(one)).sorted(["value_amount"], down=True).part(0, WORTH_MOST)


def _reported_in(segment: str) -> QuerySet[Person]:
    return customers.everybody().filter(segment=segment)


def _members_of(segmentation: str, segment: str) -> QuerySet[Person]:
    ids = Membership.objects.filter(segmentation=segmentation, segment=segment)
    return customers.everybody().filter(customer_id__in=ids.values("customer_id"))


def of_person(customer_id: str) -> list[Segment]:
    """The segments that a person is in, one of each way of dividing."""
    places = set(_places(customer_id))
    known = _called(*(list({place[part] for place in places}) for part in (0, 1)))
    return [one for one in known if (one.segmentation.name, one.name) in places]


_places = prepared.Question(
    lambda customer_id: Membership.objects.filter(customer_id=customer_id).values_list(
        "segmentation", "segment"
    )
)
_called = prepared.Question(
    lambda segmentations, names: (
        everything()
        .filter(segmentation__name__in=segmentations, name__in=names)
        .defer("profile", "segmentation__profile")
    )
)


def found(text: str, limit: int) -> list[Segment]:
    """Segments whose name holds the text."""
    held = Q(name__icontains=text) | Q(label__icontains=text)
    return list(everything().filter(held).defer("profile", "segmentation__profile")[:limit])


def rfm() -> Report | None:
    """The report of segments by recency, frequency and money."""
    return reports.stored("rfm", {})


def is_reported(segmentation: Segmentation) -> bool:
    """Whether reports by segment mean this way of dividing."""
    return segmentation.name == _first_name()


@once_a_request
def _first_name() -> str | None:
    found = _names.first()
    return found[0] if found else None


_names = prepared.Question(lambda: Segmentation.objects.order_by("name").values_list("name")[:1])


@once_a_request
def named() -> dict[str, Names]:
    """What people call segments, by way of dividing; `""` stands for that which reports mean."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for way, first, name, label in _named():
        for each in {way, ""} if way == first else {way}:
            pairs.setdefault(each, []).append((name, label))
    return {way: Names(tuple(sorted(found))) for way, found in pairs.items()}


_named = prepared.Question(
    lambda: (
        Segment.objects.exclude(label="")
        .annotate(
            way=F("segmentation__name"),
            first=Subquery(Segmentation.objects.order_by("name").values("name")[:1]),
        )
        .values_list("way", "first", "name", "label")
    )
)


def by_segment(segmentation: Segmentation) -> dict[str, Report]:
    """Reports that tell segments of this way of dividing apart, by analysis."""
    if not is_reported(segmentation):
        return {}
    found = reports.all_stored([(name, BY_SEGMENT) for name in TOLD], light=True)
    return {
        name: report
        for name, report in zip(TOLD, found, strict=True)
        if report is not None and not report.refused
    }


def history(one: Segment) -> list[AuditEntry]:
    """What people did to a segment, newest first."""
    entries = audit.history(one)
    for entry in entries:
        entry.words = WORDS.get(entry.verb, entry.verb)  # type: ignore[attr-defined]
    return entries


def shares(whole: Segmentation, found: list[Segment]) -> list[dict[str, Any]]:
    """Segments with their parts of the people and of what they bring."""
    return [
        {
            "segment": one,
            "people_share": one.share_of(whole, "n_people"),
            "revenue_share": one.share_of(whole, "revenue_amount"),
        }
        for one in found
    ]
