"""What tells segments apart."""

from __future__ import annotations

from fourfits_web.segments import analyses
from fourfits_web.segments.models import Segment, Segmentation

PROFILE = {
    "age": {"n": 10, "values": [["40 to 49", 5], ["70 and over", 3], ["under 20", 2]]},
    "country": {"n": 10, "values": [["NL", 6], ["DE", 4]]},
    "acquisition_channel": {"n": 10, "values": [["paid search", 8], ["referral", 2]]},
}


def test_traits_are_named_as_people_name_them_and_ages_stand_from_young_to_old() -> None:
    found = analyses.traits(Segment(profile=PROFILE), Segmentation(profile=PROFILE))

    assert {trait.title: [value.name for value in trait.values] for trait in found} == {
        "Age": ["Under 20", "40 to 49", "70 and over"],
        "Country": ["Netherlands", "Germany"],
        "Channel": ["Paid search", "Referral"],
    }


def test_two_segments_have_their_ages_in_one_order() -> None:
    found = analyses.beside(Segment(profile=PROFILE), Segment(profile=PROFILE))
    age = next(attribute for attribute in found if attribute.title == "Age")

    assert age.ns == (PROFILE["age"]["n"],) * 2
    assert [each.name for each in age.values] == ["Under 20", "40 to 49", "70 and over"]
