"""Adding, changing, linking features; stating inputs of their scores."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fourfits.errors import ParameterError, RangeError
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError, RefusedError
from fourfits_web.core.models import AuditEntry, Job
from fourfits_web.core.roles import Role
from fourfits_web.features import actions, queries
from fourfits_web.features.models import Feature
from fourfits_web.feedback import actions as feedback
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need

from .conftest import Add

Act = Callable[[Role], Actor]
pytestmark = pytest.mark.django_db


def test_an_added_feature_waits_to_be_written_to_the_lake_once(add: Add) -> None:
    add("Export"), add("Roles")

    assert queries.unwritten().count() == 2
    assert Job.objects.filter(kind=actions.WRITE_BACK).count() == 1


def test_each_action_leaves_one_entry(add: Add, actor: Act) -> None:
    feature = add()
    actions.change(actor(Role.OWNER), feature, name="Export to Excel")
    actions.give_input(actor(Role.ANALYST), feature, name="reach", likely=10)

    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["feature.add", "feature.change", "feature.give_input"]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.CONTRIBUTOR, Role.VIEWER])
def test_who_does_not_plan_cannot_add_a_feature(role: Role, actor: Act) -> None:
    with pytest.raises(RefusedError, match="may not add and change features"):
        actions.add(actor(role), name="Export")

    assert not Feature.objects.exists()


def test_an_analyst_states_inputs_but_a_viewer_does_not(add: Add, actor: Act) -> None:
    feature = add()
    actions.give_input(actor(Role.ANALYST), feature, name="impact", likely=2)

    with pytest.raises(RefusedError):
        actions.give_input(actor(Role.VIEWER), feature, name="impact", likely=3)
    assert Feature.objects.get().impact == 2


def test_the_newest_statement_counts_and_earlier_ones_stay(add: Add, actor: Act) -> None:
    feature, planner = add(), actor(Role.PRODUCT_MANAGER)
    for likely in (3.0, 5.0):
        actions.give_input(
            planner, feature, name="effort", likely=likely, low=2, high=9, source="the team"
        )

    feature.refresh_from_db()
    shown = queries.inputs(feature)
    assert (feature.effort_low, feature.effort_likely, feature.effort_high) == (2, 5, 9)
    assert shown[0]["counts"].likely == 5
    assert [old.likely for old in shown[0]["earlier"]] == [3]


def test_confidence_widens_a_value_without_ends(add: Add, actor: Act) -> None:
    feature = add()
    actions.give_input(actor(Role.OWNER), feature, name="effort", likely=4, confidence_share=0.8)

    feature.refresh_from_db()
    assert (feature.effort_low, feature.effort_high) == (3.2, 5.0)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "impact", "likely": 11}, "Impact is 11, must be from 0 to 10"),
        ({"name": "effort", "likely": 0}, "Effort is 0, must be more than 0"),
        ({"name": "job_size", "likely": 4}, "Job size is 4, must be one of 1, 2, 3"),
        ({"name": "reach", "likely": 5, "low": 6, "high": 9}, "they must enclose it"),
        ({"name": "reach", "likely": 5, "low": 1}, "only one end"),
        ({"name": "reach", "likely": 5, "confidence_share": 2}, "confidence must be"),
    ],
)
def test_a_statement_outside_of_its_scale_is_refused_in_words(
    add: Add, actor: Act, given: dict[str, float], sentence: str
) -> None:
    feature = add()

    with pytest.raises(RangeError, match=sentence):
        actions.give_input(actor(Role.OWNER), feature, **given)  # type: ignore[arg-type]


def test_an_unknown_status_is_refused(add: Add, actor: Act) -> None:
    with pytest.raises(ParameterError, match="status"):
        actions.change(actor(Role.OWNER), add(), status="someday")


def test_a_link_names_the_need_in_the_lake_until_it_is_taken_away(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    feature, planner = add(), actor(Role.PRODUCT_MANAGER)
    minor, major = need("dark theme"), need("fast export")
    actions.link_need(planner, feature, need=minor, strength="nice_to_have")
    actions.link_need(planner, feature, need=major, strength="critical")
    feature.refresh_from_db()
    assert feature.need == "fast export"

    actions.unlink_need(planner, feature, need=major)
    feature.refresh_from_db()
    assert feature.need == "dark theme"
    with pytest.raises(ConflictError, match="no longer linked"):
        actions.unlink_need(planner, feature, need=major)


def test_a_feature_follows_its_need_to_another_name_and_into_another_need(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    feature, planner = add(), actor(Role.PRODUCT_MANAGER)
    wanted, other = need("export"), need("reports")
    actions.link_need(planner, feature, need=wanted)

    needs.rename(planner, wanted, name="fast export")
    feature.refresh_from_db()
    renamed = feature.need
    needs.merge(planner, wanted, into=other)

    feature.refresh_from_db()
    assert (renamed, feature.need) == ("fast export", "reports")
    assert [link.need for link in queries.links(feature)] == [other]


def test_a_feature_stays_with_its_need_when_a_part_of_that_is_split_off(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    planner, wanted = actor(Role.PRODUCT_MANAGER), need("export")
    linked, named = add("Files"), add("Named by an import", need="export")
    actions.link_need(planner, linked, need=wanted)
    said = feedback.receive(planner, text="The export has no dates")
    needs.link(planner, said, need=wanted)

    needs.split(planner, wanted, name="dates", items=[said.pk])

    for feature in (linked, named):
        feature.refresh_from_db()
        assert feature.need == "export"


def test_features_come_back_with_a_need_whose_merger_is_taken_back(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    planner, wanted, other = actor(Role.PRODUCT_MANAGER), need("export"), need("reports")
    brought, chosen = add("Export"), add("Files")
    for feature in (brought, chosen):
        actions.link_need(planner, feature, need=wanted)
    needs.merge(planner, wanted, into=other)
    actions.link_need(planner, chosen, need=other, strength="critical")

    needs.unmerge(planner, Need.objects.get(pk=wanted.pk))

    brought.refresh_from_db()
    assert ([link.need for link in queries.links(brought)], brought.need) == ([wanted], "export")
    assert [link.need for link in queries.links(chosen)] == [other], "as a person said since"


def test_a_feature_of_both_needs_is_theirs_once_and_again_when_the_merger_is_taken_back(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    planner, wanted, other, third = actor(Role.PRODUCT_MANAGER), *map(need, ("a", "b", "c"))
    both, named = add("Both"), add("Named by an import", need="a")
    actions.link_need(planner, both, need=wanted, strength="critical")
    actions.link_need(planner, both, need=other, strength="nice_to_have")

    needs.merge(planner, wanted, into=other)
    needs.merge(planner, Need.objects.get(pk=other.pk), into=third)
    for feature in (both, named):
        assert [link.need for link in queries.links(feature)] == [third]

    needs.unmerge(planner, Need.objects.get(pk=other.pk))
    assert [link.need for link in queries.links(both)] == [other]
    assert [link.need for link in queries.links(named)] == [other]

    needs.unmerge(planner, Need.objects.get(pk=wanted.pk))
    assert [(link.need, link.strength) for link in queries.links(both)] == [
        (wanted, "critical"), (other, "nice_to_have"),
    ]  # fmt: skip
    assert [link.need for link in queries.links(named)] == [wanted]
    named.refresh_from_db()
    assert named.need == "a"


def test_the_need_that_an_import_named_stays_beside_the_first_link(
    add: Add, actor: Act, need: Callable[[str], Need]
) -> None:
    named, linked = need("export"), need("reports")
    feature = add(need="export")

    actions.link_need(actor(Role.PRODUCT_MANAGER), feature, need=linked, strength="nice_to_have")

    assert {link.need for link in queries.links(feature)} == {named, linked}
    feature.refresh_from_db()
    assert feature.need == "export"
