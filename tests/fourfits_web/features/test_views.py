"""Pages of features, through the browser's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.roles import Role
from fourfits_web.data import mirroring
from fourfits_web.features import actions, analyses
from fourfits_web.features.models import Feature
from fourfits_web.reports import actions as reports

from .conftest import Add

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"features:{name}", args=args), query)
    assert answer.status_code == 200
    text: str = answer.getvalue().decode()
    return text


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_viewer_reads_but_finds_nothing_to_change(viewer: Client, add: Add) -> None:
    feature = add("Export")

    text = page(viewer, "feature", feature.pk)

    assert "Export" in text
    assert "State an input" not in text
    assert "Link a need" not in text
    assert viewer.get(reverse("features:new")).status_code == 403
    assert viewer.get(reverse("features:change", args=[feature.pk])).status_code == 403
    given = {"input": "reach", "likely": "5", "source": "x"}
    assert viewer.post(reverse("features:give_input", args=[feature.pk]), given).status_code == 403


def test_a_product_manager_adds_a_feature_for_a_need(
    product_manager: Client, need: Callable[[str], Any]
) -> None:
    wanted = need("fast export")

    answer = product_manager.post(
        reverse("features:new"), {"name": "Export", "status": "idea", "need_link": wanted.pk}
    )

    feature = Feature.objects.get()
    assert answer["Location"] == reverse("features:feature", args=[feature.pk])
    assert feature.need == "fast export"
    assert "fast export" in page(product_manager, "feature", feature.pk)


def test_a_form_that_is_refused_comes_back_with_its_words(product_manager: Client) -> None:
    answer = product_manager.post(reverse("features:new"), {"name": "", "status": "idea"})

    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_a_changed_feature_shows_who_changed_what(product_manager: Client, add: Add) -> None:
    feature = add("Export")
    product_manager.post(
        reverse("features:change", args=[feature.pk]), {"name": "Export", "status": "planned"}
    )

    text = page(product_manager, "feature", feature.pk)

    assert "made it planned" in text
    assert "added it" in text


def test_two_who_change_a_feature_lose_nothing(
    product_manager: Client, product_marketing_manager: Client, add: Add
) -> None:
    feature = add("Export")
    form = reverse("features:change", args=[feature.pk])
    sent = {"name": "Export", "status": "idea"}
    opened = re.search(r'name="seen" value="([^"]+)"', page(product_manager, "change", feature.pk))
    assert opened is not None

    product_manager.post(form, {**sent, "seen": opened[1], "description": "One\r\ntwo"})
    product_marketing_manager.post(form, {**sent, "seen": opened[1], "segment": "offices"})
    refused = product_marketing_manager.post(
        form, {**sent, "seen": opened[1], "description": "Other"}
    )

    feature.refresh_from_db()
    assert (feature.description, feature.segment) == ("One\ntwo", "offices")
    assert refused.status_code == 422
    assert "it says “One\ntwo” now" in refused.getvalue().decode()


def test_a_statement_outside_of_its_scale_is_said_in_words(
    product_manager: Client, add: Add
) -> None:
    answer = product_manager.post(
        reverse("features:give_input", args=[add().pk]),
        {"input": "impact", "likely": "50", "source": "a guess"},
    )

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Impact is 50, must be from 0 to 10" in text
    assert 'value="a guess"' in text, "what was typed is not lost"


def test_who_states_an_input_reads_its_scale_and_others_how_sure_it_is(
    product_manager: Client, add: Add
) -> None:
    feature = add()

    asked = page(product_manager, "feature", feature.pk, input="impact")
    product_manager.post(
        reverse("features:give_input", args=[feature.pk]),
        {"input": "impact", "likely": "2", "confidence": "0.8", "source": "eight interviews"},
    )

    assert '<option value="impact" selected>' in asked
    assert '<span data-scale="impact">3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.' in asked
    assert "as it is 80% sure" in page(product_manager, "feature", feature.pk)


def test_markup_in_a_name_stays_text(product_manager: Client, add: Add) -> None:
    feature = add("<script>alert(1)</script>")

    for text in (page(product_manager, "list"), page(product_manager, "feature", feature.pk)):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_the_list_filters_by_what_the_address_says(viewer: Client, add: Add) -> None:
    add("Export", status="planned", segment="offices")
    add("Roles", status="idea", segment="homes")

    text = page(viewer, "list", status="planned", segment="offices")

    assert "Export" in text
    assert "Roles" not in text


def test_the_list_exports_csv_with_what_is_shown(viewer: Client, add: Add) -> None:
    add("=1+1", status="planned")

    text = page(viewer, "list", format="csv", columns="name,status")

    assert text.splitlines() == ["name,status", "'=1+1,planned"]


@pytest.mark.slow
def test_pages_ask_as_many_queries_for_a_thousand_features_as_for_sixty(
    product_manager: Client, many: Callable[[int], list[Feature]]
) -> None:
    first = many(60)[0]
    addresses = [reverse("features:list"), reverse("features:feature", args=[first.pk])]
    few = [queries_of(product_manager, address) for address in addresses]
    Feature.objects.bulk_create(
        [
            Feature(
                feature_id=f"M{number}",
                name=f"More {number}",
                need=f"need {number}",
                created_at=first.created_at,
                changed_at=first.created_at,
            )
            for number in range(940)
        ]
    )

    many_more = [queries_of(product_manager, address) for address in addresses]

    assert many_more == few
    assert many_more[0] <= 14


def test_the_ranking_says_what_to_learn_first(
    product_manager: Client, own_sample_home: Path
) -> None:
    mirroring.copy({"features"}, lambda share, step: None)
    empty = page(product_manager, "ranking")
    product_manager.post(reverse("features:compute"), {"by": "rice"})
    jobs.run_waiting()

    text = page(product_manager, "ranking")

    assert "Not computed yet" in empty
    assert "Learn this first" in text
    assert "Skip and move deliveries" in text
    assert "let the team that would build it estimate it" in text


def test_a_formula_whose_inputs_are_missing_says_which(
    product_manager: Client, own_sample_home: Path
) -> None:
    mirroring.copy({"features"}, lambda share, step: None)
    product_manager.post(reverse("features:compute"), {"by": "wsjf"})
    jobs.run_waiting()

    text = page(product_manager, "ranking", by="wsjf")

    assert "The data do not carry this formula yet" in text
    assert "business_value" in text


def test_people_and_accounts_stand_side_by_side_and_one_account_is_marked(
    product_manager: Client, own_sample_home: Path
) -> None:
    mirroring.copy({"features"}, lambda share, step: None)
    reports.refresh(Actor.workspace(), "demand", {})
    jobs.run_waiting()

    text = page(product_manager, "list", one_account="1")

    assert "one account" in text
    carried = Feature.objects.filter(standing__carried_by_one_account=True)
    assert carried.exists()
    assert all(feature.name.replace("'", "&#x27;") in text for feature in carried)
    one = carried.first()
    assert one is not None
    assert "One account carries" in page(product_manager, "feature", one.pk)


def test_a_report_of_a_past_day_does_not_move_the_list(sample_home: Path) -> None:
    mirroring.copy({"features"}, lambda share, step: None)
    report = analyses.ranking()

    assert report is None
    assert not Feature.objects.filter(standing__rank__isnull=False).exists()


def test_the_palette_finds_features(viewer: Client, add: Add) -> None:
    feature = add("Roles for coordinators")

    text = viewer.get(reverse("core:palette"), {"q": "coordin"}).content.decode()

    assert reverse("features:feature", args=[feature.pk]) in text


def test_a_contributor_cannot_link_needs(
    as_: Callable[[Role], Client], add: Add, need: Callable[[str], Any]
) -> None:
    feature, wanted = add(), need("fast export")
    answer = as_(Role.CONTRIBUTOR).post(
        reverse("features:link_need", args=[feature.pk]),
        {"need_link": wanted.pk, "strength": "critical"},
    )

    assert answer.status_code == 403


def test_a_need_can_be_linked_and_unlinked_on_the_page(
    product_manager: Client, add: Add, need: Callable[[str], Any]
) -> None:
    feature, wanted = add(), need("fast export")
    product_manager.post(
        reverse("features:link_need", args=[feature.pk]),
        {"need_link": wanted.pk, "strength": "critical"},
    )
    linked = page(product_manager, "feature", feature.pk)
    product_manager.post(reverse("features:unlink_need", args=[feature.pk, wanted.pk]))

    assert "Critical, linked by Product manager" in linked
    assert "No need is linked yet" in page(product_manager, "feature", feature.pk)


def test_a_stranger_is_sent_to_the_sign_in(stranger: Client) -> None:
    for name in ("list", "new", "ranking"):
        assert stranger.get(reverse(f"features:{name}")).status_code == 302


def test_what_people_said_first_wins_over_the_reports_default(add: Add, actor: Any) -> None:
    feature = add()
    actions.give_input(actor(Role.OWNER), feature, name="confidence", likely=0.5)

    feature.refresh_from_db()
    assert feature.confidence_share == 0.5
