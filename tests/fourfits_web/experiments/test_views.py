"""Experiments, request to answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from fourfits_web.core import display, jobs
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.data import queries as data
from fourfits_web.experiments import mirrors
from fourfits_web.experiments.models import Experiment, State
from fourfits_web.members.models import Member
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(sample_reports: dict[str, Report]) -> Experiment:
    """The experiment of the sample company, copied from its exposures."""
    mirrors.run(data.source(), lambda *_: None)
    return Experiment.objects.get()


def test_the_list_shows_the_clearest_effect(viewer: Client, checkout: Experiment) -> None:
    page = viewer.get("/experiments/").content.decode()

    assert display.titled(checkout.name) in page
    assert "Bought anything: higher" in page
    assert "As planned" in page


def test_the_page_shows_each_arm_with_its_interval(viewer: Client, checkout: Experiment) -> None:
    page = viewer.get(checkout.get_absolute_url()).content.decode()

    assert "Higher" in page
    assert "No difference shown" in page
    assert "against control" in page
    assert "explains" in page
    assert "The arms are not the size" not in page


def test_the_page_says_what_the_p_values_are(viewer: Client, checkout: Experiment) -> None:
    page = viewer.get(checkout.get_absolute_url()).content.decode()

    assert "The p value is how often chance alone would show a difference as large." in page
    assert "adjusted for 2 comparisons (Holm), and verdicts rest on it" in page


def test_uneven_arms_raise_the_alarm(
    viewer: Client, checkout: Experiment, sample_reports: dict[str, Report]
) -> None:
    report = sample_reports["experiment"]
    for row in report.result["rows"]:  # type: ignore[index]
        row["srm_p_value"], row["verdict"] = 1e-5, "none: the arms are not the size they should be"
    report.save()

    page = viewer.get(checkout.get_absolute_url()).content.decode()

    assert "The arms are not the size they should be" in page
    assert "Uneven" in viewer.get("/experiments/").content.decode()


def test_the_mirror_keeps_what_people_wrote(checkout: Experiment) -> None:
    Experiment.objects.update(hypothesis="One page is quicker", state=State.DECIDED)

    mirrors.run(data.source(), lambda *_: None)

    found = Experiment.objects.get()
    assert (found.hypothesis, found.state) == ("One page is quicker", State.DECIDED)
    assert sum(found.arms.values()) == found.n_units


def test_an_analyst_plans_and_describes_an_experiment(
    as_: Callable[[Role], Client], member: Callable[[Role], Member]
) -> None:
    analyst, owner = as_(Role.ANALYST), member(Role.PRODUCT_MANAGER)

    planned = analyst.post(
        "/experiments/new/", {"experiment_id": "trial", "hypothesis": "A trial sells more"}
    )
    url = planned["Location"]
    analyst.post(
        f"{url}describe/",
        {
            "name": "Free trial",
            "hypothesis": "It sells more",
            "owner": owner.pk,
            "state": "stopped",
        },
    )

    page = analyst.get(url).content.decode()
    assert "Free trial" in page
    assert owner.name in page
    assert "Nobody was exposed yet" in page
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["experiment.plan", "experiment.describe"]


def test_an_id_is_planned_once(owner: Client) -> None:
    given = {"experiment_id": "trial", "hypothesis": "A trial sells more"}
    owner.post("/experiments/new/", given)

    answer = owner.post("/experiments/new/", given)

    assert answer.status_code in {409, 422}
    assert Experiment.objects.count() == 1


def test_another_metric_is_computed_when_asked(owner: Client, checkout: Experiment) -> None:
    given = {"metrics": ["n_orders"], "days": "14", "correction": "holm", "control": ""}

    owner.post(f"/experiments/{checkout.pk}/measure/", given)
    assert "Being computed" in owner.get(checkout.get_absolute_url()).content.decode()
    jobs.run_waiting()

    page = owner.get(checkout.get_absolute_url()).content.decode()
    assert "Orders per customer" in page
    assert "14 days after exposure" in page


def test_a_viewer_changes_nothing(viewer: Client, checkout: Experiment) -> None:
    page = viewer.get(checkout.get_absolute_url()).content.decode()

    assert "What is measured" not in page
    assert viewer.get("/experiments/new/").status_code == 403
    assert viewer.post(f"/experiments/{checkout.pk}/describe/").status_code == 403
    assert viewer.post(f"/experiments/{checkout.pk}/measure/").status_code == 403
