"""The four fits, their details and conflicts: request to answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.fits.models import Answer, Conflict, Owner, Score
from fourfits_web.members.models import Member
from fourfits_web.reports.models import Report

pytestmark = pytest.mark.django_db


def _whole(report: Report, fit: str) -> dict[str, object]:
    return next(row for row in report.rows if row["fit"] == fit and row["group"] == "all")


def test_the_square_shows_each_fit_with_its_interval_and_owner(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    page = viewer.get("/fits/").content.decode()

    for name, title in (
        ("product_market", "Product–market"),
        ("product_channel", "Product–channel"),
        ("pricing_channel", "Pricing–channel"),
        ("market_pricing", "Market–pricing"),
    ):
        row = _whole(sample_reports["scorecard"], name)
        assert title in page
        assert f"<strong>{row['score']:.0f}</strong>" in page
        assert f"<span>{row['score_low']:.0f} to {row['score_high']:.0f}</span>" in page
    assert "Product marketing manager" in page


def test_evidence_stands_on_its_own_scale(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    page = viewer.get("/fits/product-market/").content.decode()

    assert "Net promoter score" in page
    assert "<span>−20</span>" in page  # floor, threshold, excellent of its scale
    assert "n = 150" in page
    assert "weakest" in page


def test_many_groups_are_folded_each_around_the_place_that_addresses_name(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    many, few = (
        viewer.get(f"/fits/{fit}/").content.decode()
        for fit in ("pricing-channel", "product-market")
    )
    grid = viewer.get("/fits/").content.decode()

    rows = many.split('<details class="fit-row"')[1:]
    assert len(rows) > 6
    for row in rows:
        shown, _, opened = row.partition("</summary>")
        assert not shown.startswith(" open")
        assert "id=" not in shown  # browsers open what holds the place, not what it stands on
        place = opened.partition('id="')[2].partition('"')[0]
        assert f'/fits/pricing-channel/#{place}"' in grid
    assert '<details class="fit-row" open>' in few


def test_cells_that_won_too_few_look_and_read_as_not_judged(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    report = sample_reports["scorecard"]
    cells = [row for row in report.rows if row["fit"] == "pricing_channel" and row["channel"]]
    few = [row for row in cells if row["n_judged"] < 5]
    page = viewer.get("/fits/").content.decode()
    detail = viewer.get("/fits/pricing-channel/").content.decode()

    assert few
    assert page.count('<td class="heat-few">') == len(few)
    assert "Too few to judge: fewer than 5 won; the score leans on other channels" in page
    grid = page.partition('id="grid"')[2].partition('id="conflicts"')[0]
    told = grid.partition('<td class="heat-few">')[2].partition("</td>")[0]
    assert 'title="Too few to judge: ' in told
    assert ", Too few to judge</span>" in told
    assert detail.count('<span class="status few">Too few to judge</span>') == len(few)
    assert detail.count('<details class="fit-row is-few"') == len(few)
    last = detail.split('<details class="fit-row')[-len(few) :]
    assert all("Too few to judge: " in row for row in last)


def test_a_grid_without_small_cells_has_no_word_on_them(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    report = sample_reports["scorecard"]
    rows = [{**row, "n_judged": None} for row in report.rows]  # runs of before did not say
    report.result["rows"] = rows  # type: ignore[index]
    report.save()

    page = viewer.get("/fits/").content.decode()

    assert "heat-few" not in page
    assert "fewer than 5 won" not in page


def test_a_fit_says_what_its_numbers_count(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    won = _whole(sample_reports["scorecard"], "pricing_channel")["n_customers"]
    all_of_them = _whole(sample_reports["scorecard"], "product_channel")["n_customers"]

    pricing = viewer.get("/fits/pricing-channel/").content.decode()
    channel = viewer.get("/fits/product-channel/").content.decode()
    square = viewer.get("/fits/").content.decode()

    assert f"<dt>Customers won in a year</dt><dd>{won:,}</dd>" in pricing
    assert f"<span>n = {won:,} customers won in a year</span>" in pricing
    assert " won in a year</small>" in pricing
    assert f"<span>n = {all_of_them:,} customers</span>" in channel
    assert f">n = {all_of_them:,} customers</span>" in square
    assert " leads</span>" in channel


def test_the_grid_is_narrowed_to_a_plan(viewer: Client, sample_reports: dict[str, Report]) -> None:
    whole = viewer.get("/fits/").content.decode()
    plus = viewer.get("/fits/?plan=Plus").content.decode()
    unknown = viewer.get("/fits/?plan=Gold").content.decode()

    assert '<th scope="row">Basic' in whole
    assert '<th scope="row">Basic' not in plus
    assert '<th scope="row">Plus' in plus
    assert '<th scope="row">Basic' in unknown


def test_a_newer_run_is_shown_at_once_in_place_of_what_was_kept(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    pages = ["/fits/", "/fits/product-market/"]
    before = [viewer.get(page).content.decode() for page in pages]

    report = sample_reports["scorecard"]
    rows = [{**row, "finding": "Everything is new."} for row in report.rows]
    report.pk, report.result = None, {**(report.result or {}), "rows": rows}
    report.save(force_insert=True)

    assert not any("Everything is new." in page for page in before)
    assert all("Everything is new." in viewer.get(page).content.decode() for page in pages)


def test_what_an_owner_saw_gives_a_viewer_neither_buttons_nor_tokens(
    owner: Client, viewer: Client, sample_reports: dict[str, Report]
) -> None:
    conflict = Conflict.objects.all()[0].get_absolute_url()
    for page in ("/fits/", "/fits/product-market/", conflict, "/pricing/"):
        seen, read = (who.get(page).content.decode() for who in (owner, viewer))

        assert owner.cookies["csrftoken"].value not in read
        assert '<form method="post"' not in read.partition("<main")[2]
        assert "Save the answer" in seen or page != conflict


def test_a_fit_without_evidence_says_what_to_import(
    owner: Client, sample_reports: dict[str, Report]
) -> None:
    report = sample_reports["scorecard"]
    rows = [row for row in report.rows if row["fit"] != "market_pricing"]
    refused = dict.fromkeys(report.rows[0]) | {
        "fit": "market_pricing", "group": "all", "owner": "PM and PMM", "n_evidence": 0,
        "finding": "No evidence. No plan has a price.",
    }  # fmt: skip
    report.result["rows"] = [*rows, refused]  # type: ignore[index]
    report.save()

    page = owner.get("/fits/").content.decode()

    assert "No plan has a price." in page
    assert "four price questions" in page
    assert owner.get("/fits/market-pricing/").status_code == 200


def test_an_empty_workspace_says_what_each_fit_needs(owner: Client, viewer: Client) -> None:
    assert "Bring data in" in owner.get("/fits/").content.decode()
    page = viewer.get("/fits/").content.decode()
    assert "Bring data in" not in page
    assert "spend by channel" in page
    assert viewer.get("/fits/product-market/").status_code == 404


def test_a_conflict_shows_size_probability_and_both_kinds_of_remedy(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    found = Conflict.objects.get(kind="unit economics")

    page = viewer.get(found.get_absolute_url()).content.decode()

    assert found.title in page
    assert "<dd><strong>over 99%</strong></dd>" in page
    assert "Build it for others" in page
    assert "Reach or price them differently" in page
    assert "cheaper channel" in page
    assert "Pays back in" in page
    assert "Save the answer" not in page


def test_a_conflict_says_its_remedies_once(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    for found in Conflict.objects.all():
        page = viewer.get(found.get_absolute_url()).content.decode()

        assert "What would mend it" not in page
        assert found.remedies[0]["sentence"] not in page


def test_whoever_may_not_decide_is_not_offered_it(
    product_manager: Client, viewer: Client, sample_reports: dict[str, Report]
) -> None:
    conflict = Conflict.objects.all()[0].get_absolute_url()
    for address in ("/fits/", conflict):  # the manager first: what is drawn for one is kept
        assert "/decisions/new/" in product_manager.get(address).content.decode()

        assert "/decisions/new/" not in viewer.get(address).content.decode()
        assert "Answer otherwise" not in viewer.get(address).content.decode()


def test_what_one_side_decided_stands_below_the_conflicts_until_the_other_agrees(
    viewer: Client, sample_reports: dict[str, Report], actor: Callable[[Role], Actor]
) -> None:
    manager, marketing = (
        actor(role) for role in (Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER)
    )
    one = decisions.record(manager, what="Raise it", why="They pay", fits=["market_pricing"])

    page = viewer.get("/fits/").content.decode()
    assert "Decided by one side" in page
    assert "waits for product marketing manager" in page
    decisions.answer(marketing, one, agrees=True)

    assert "Decided by one side" not in viewer.get("/fits/").content.decode()


def test_a_note_answers_a_conflict_until_it_is_opened_again(
    product_marketing_manager: Client, sample_reports: dict[str, Report]
) -> None:
    found = Conflict.objects.get(kind="unit economics")
    url = found.get_absolute_url()

    refused = product_marketing_manager.post(url, {"note": " "})
    product_marketing_manager.post(url, {"note": "We try referrals first."})

    assert refused.status_code == 422
    assert "Choose a decision, or write a note." in refused.content.decode()
    assert Answer.objects.get().note == "We try referrals first."
    assert "Answered" in product_marketing_manager.get(url).content.decode()

    product_marketing_manager.post(f"{url}reopen/")

    assert not Answer.objects.exists()
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["fits.answer", "fits.reopen"]


def test_the_address_of_a_decision_brings_its_words_and_evidence(
    product_manager: Client, sample_reports: dict[str, Report]
) -> None:
    found = Conflict.objects.get(kind="unit economics")
    page = product_manager.get("/fits/").content.decode()
    address = next(
        part.split('"')[0].replace("&amp;", "&")
        for part in page.split('href="')
        if f"fits.conflict%3A{found.pk}" in part
    )

    form = product_manager.get(address).content.decode()

    assert found.sentence.split(",")[0] in form
    assert f'value="fits.conflict:{found.pk}"' in form
    assert f'value="{sample_reports["conflicts"].pk}"' in form


def test_a_decision_about_a_conflict_answers_it(
    product_manager: Client, sample_reports: dict[str, Report]
) -> None:
    found = Conflict.objects.get(kind="unit economics")

    product_manager.post(
        "/decisions/new/",
        {
            "what": "Stop the loan machine", "why": "They never pay back", "kind": "product",
            "fits": ["pricing_channel"], "record": f"fits.conflict:{found.pk}",
        },
    )  # fmt: skip

    given = Answer.objects.get()
    assert (given.conflict, given.decision) == (found, Decision.objects.get())
    page = product_manager.get("/fits/").content.decode()
    assert "Stop the loan machine" in page
    assert "1 open conflict<" in page.replace("conflicts<", "conflicts <")


def test_a_planner_names_an_owner(
    product_manager: Client, member: Callable[[Role], Member], sample_reports: dict[str, Report]
) -> None:
    named = member(Role.PRODUCT_MARKETING_MANAGER)

    product_manager.post("/fits/pricing-channel/owner/", {"member": named.pk})

    assert Owner.objects.get().member == named
    assert named.name in product_manager.get("/fits/pricing-channel/").content.decode()


def test_others_change_nothing(
    as_: Callable[[Role], Client], sample_reports: dict[str, Report]
) -> None:
    url = Conflict.objects.all()[0].get_absolute_url()
    for role in (Role.ANALYST, Role.CONTRIBUTOR, Role.VIEWER):
        client = as_(role)
        assert client.post(url, {"note": "no"}).status_code == 403
        assert client.post(f"{url}reopen/").status_code == 403
        assert client.post("/fits/product-market/owner/", {"member": ""}).status_code == 403
        assert client.get("/fits/").status_code == 200
    assert not Answer.objects.exists()


def test_pages_ask_the_same_number_of_queries_for_any_number_of_conflicts(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    viewer.get("/fits/")
    with CaptureQueriesContext(connection) as few:
        viewer.get("/fits/")
    one = Conflict.objects.all()[0]
    for place in range(20):
        one.pk, one.key = None, f"copy {place}"
        one.save()

    viewer.get("/fits/")
    with CaptureQueriesContext(connection) as many:
        viewer.get("/fits/")
    assert len(many) == len(few)


def test_the_trend_counts_from_earlier_data(
    viewer: Client, sample_reports: dict[str, Report]
) -> None:
    score = Score.objects.get(fit="product_market")
    assert "since" not in viewer.get("/fits/").content.decode().split("Product–channel")[0]

    assert score.score is not None
    Score.objects.filter(pk=score.pk).update(score=score.score + 5)
    Score.objects.create(
        fit=score.fit, report=score.report, at=score.at, score=score.score,
        score_low=score.score_low, score_high=score.score_high,
    )  # fmt: skip

    assert "down 5 since" in viewer.get("/fits/").content.decode()
