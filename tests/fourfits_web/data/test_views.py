"""The pages of the data: who may see them, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from data_pages import Bring, address, posted, text
from fourfits_web.core import jobs
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.data import places
from fourfits_web.data.models import Batch, QualityCheck, Upload

PAGES = ("start", "imports", "quality", "quarantine")
MAKERS = (Role.OWNER, Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER, Role.ANALYST)


@pytest.mark.parametrize("page", PAGES)
def test_everybody_sees_the_data(
    page: str, as_: Callable[[Role], Client], empty_home: Path
) -> None:
    for role in Role:
        assert as_(role).get(address(page)).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "bring", "settings"])
def test_a_stranger_is_asked_to_sign_in(page: str, stranger: Client) -> None:
    answer = stranger.get(address(page))

    assert answer.status_code == 302
    assert "/sign-in/" in answer.url


def test_a_stranger_uploads_nothing(stranger: Client, empty_home: Path, shop: str) -> None:
    answer = stranger.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 302
    assert not places.uploads().exists()


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.VIEWER])
def test_who_may_not_import_is_told_who_may(
    role: Role, as_: Callable[[Role], Client], empty_home: Path, shop: str
) -> None:
    client = as_(role)

    assert client.get(address("bring")).status_code == 403
    answer = client.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 403
    assert "may not import, undo and mend data" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("role", MAKERS)
def test_makers_import(
    role: Role, as_: Callable[[Role], Client], imported: Bring, shop: str
) -> None:
    upload = imported(as_(role), shop)

    assert upload.status == Upload.Status.IMPORTED


def test_only_the_owner_changes_settings(
    owner: Client, product_manager: Client, empty_home: Path
) -> None:
    changed = {
        "name": "Harbour",
        "currency": "usd",
        "product_kind": "both",
        "fiscal_start_month": 4,
    }

    assert product_manager.post(address("settings"), changed).status_code == 403
    answer = owner.post(address("settings"), changed)

    assert answer.status_code == 302
    config = (empty_home / "config.toml").read_text()
    assert 'name = "Harbour"' in config
    assert 'currency = "USD"' in config
    assert AuditEntry.objects.filter(verb="settings.change_workspace").count() == 1


def test_a_currency_has_three_letters(owner: Client, empty_home: Path) -> None:
    answer = owner.post(
        address("settings"),
        {"name": "x", "currency": "€€€", "product_kind": "both", "fiscal_start_month": 1},
    )

    assert answer.status_code == 422
    assert "three letters" in answer.content.decode()


# ----------------------------------------------------------------------------------- what they show


def test_an_empty_home_teaches_what_to_bring(
    owner: Client, viewer: Client, empty_home: Path
) -> None:
    page = text(owner, "start")

    assert "Choose a file" in page
    assert "What to bring first" in page
    assert address("template", "orders", "csv") in page
    assert "Choose a file" not in text(viewer, "start")


@pytest.mark.slow
def test_quality_shows_every_part_of_every_table(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)

    page = text(owner, "quality")

    for part in ("Complete", "Valid", "Unique", "Fresh", "Joined"):
        assert part in page
    assert "60%" in page, "three of five rows kept the contract"
    owner.post(address("check_quality"))
    jobs.run_waiting()
    assert QualityCheck.objects.count() == 2


@pytest.mark.slow
def test_the_start_page_shows_rows_freshness_and_quality(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)

    page = text(owner, "start")

    assert "2 rows broke the contract" in page
    assert str(empty_home) in page
    assert "1 Dec 2010" in page


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_the_database_the_same_few_questions_whatever_it_holds(
    page: str, owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)

    def questions() -> int:
        owner.get(address(page))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            owner.get(address(page))
        return len(seen)

    before = questions()
    more = "".join(f"9{n},1,THING,few,2010-12-02 08:00:00,2,1,France\n" for n in range(20))
    imported(owner, shop + more, "more.csv")

    assert questions() == before
    assert before <= 16


@pytest.mark.parametrize("path", ["/data/tables/nothing/", "/data/templates/orders.exe"])
def test_what_is_not_there_is_not_found(path: str, owner: Client) -> None:
    assert owner.get(path).status_code == 404


def test_a_table_explains_every_column(viewer: Client, empty_home: Path) -> None:
    page = text(viewer, "table", "feedback")

    assert "One of review, ticket" in page or "one of review, ticket" in page
    assert "required" in page


@pytest.mark.parametrize(("table", "n_links"), [("orders", 1), ("memberships", 0)])
def test_an_import_leads_to_its_table_where_that_has_a_page(
    table: str, n_links: int, viewer: Client
) -> None:
    counts = dict.fromkeys(("n_read", "n_added", "n_changed", "n_known", "n_quarantined"), 0)
    Batch.objects.create(batch_id="b1", table=table, imported_at=timezone.now(), **counts)

    page = text(viewer, "batch", "b1")

    assert page.count(f'href="/data/tables/{table}/"') == n_links


def test_quality_without_data_leads_to_the_import(db: None, owner: Client, viewer: Client) -> None:
    assert 'href="/data/import/">Import data' in owner.get("/data/quality/").content.decode()
    assert "Import data</a>" not in viewer.get("/data/quality/").content.decode()
