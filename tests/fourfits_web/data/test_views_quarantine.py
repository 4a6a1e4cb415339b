"""An import is taken back through the pages, and its broken rows are mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from data_pages import Bring, address, orders, text
from fourfits_web.core import jobs
from fourfits_web.data.models import Batch, Quarantined


@pytest.mark.slow
def test_undo_takes_an_import_back_and_importing_again_restores_it(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)
    changed = shop.replace("LIGHT HOLDER,6", "LIGHT HOLDER,7")
    imported(owner, changed, "changed.csv")
    assert orders(empty_home)[0][2] == 7

    owner.post(address("undo", "orders-2"))
    jobs.run_waiting()
    assert orders(empty_home)[0][2] == 6
    owner.post(address("undo", "orders-1"))
    jobs.run_waiting()
    assert orders(empty_home) == []
    imported(owner, shop)

    assert len(orders(empty_home)) == 3
    page = text(owner, "batch", "orders-1")
    assert "Undone" in page
    assert "Undo this import" not in page


@pytest.mark.slow
def test_an_import_is_undone_once(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)
    owner.post(address("undo", "orders-1"))
    jobs.run_waiting()

    answer = owner.post(address("undo", "orders-1"))

    assert answer.status_code == 409
    assert "orders-1 was undone already." in answer.content.decode()


@pytest.mark.slow
def test_imports_are_listed_with_who_and_how_many(
    product_manager: Client, imported: Bring, shop: str
) -> None:
    imported(product_manager, shop)

    page = text(product_manager, "imports")

    assert "Orders from shop.csv" in page
    assert "orders-1" in page
    assert "Product manager" in page
    usual, chosen = (
        b"".join(product_manager.get(address("imports") + query).streaming_content)
        for query in ("?format=csv", "?format=csv&columns=import,file,table")
    )
    assert b"\norders-1,orders," in usual
    assert b"\norders-1,shop.csv,orders" in chosen


# --------------------------------------------------------------------------------------- quarantine


@pytest.mark.slow
def test_a_row_is_mended_in_a_form_and_lands(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)
    page = text(owner, "row", row.pk)
    assert 'value="six"' in page

    owner.post(address("row", row.pk), {"v0": "6", "v1": "1.85"})
    jobs.run_waiting()

    assert ("536366", 1, 6, pytest.approx(11.1)) in orders(empty_home)
    assert list(Quarantined.objects.values_list("line", flat=True)) == [6]
    assert Batch.objects.get(batch_id="orders-1").n_quarantined == 1
    assert Batch.objects.get(batch_id="orders-2").mends == "orders-1"


@pytest.mark.slow
def test_a_row_that_is_still_wrong_says_so(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)

    owner.post(address("row", row.pk), {"v0": "many", "v1": "1.85"})
    jobs.run_waiting()

    page = text(owner, "row", row.pk)
    assert "Still wrong after it was corrected: Quantity holds &#x27;many&#x27;" in page
    assert 'value="many"' in page


@pytest.mark.slow
def test_rows_with_the_same_wrong_value_are_corrected_together(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    more = "".join(f"53640{n},1,THING,six,2010-12-02 08:00:00,2,1,France\n" for n in range(3))
    imported(owner, shop + more)
    row = Quarantined.objects.get(line=4)
    assert "Correct all 4 rows" in text(owner, "row", row.pk)

    owner.post(address("row", row.pk), {"v0": "6", "v1": "1.85", "also_alike": "on"})
    jobs.run_waiting()

    assert list(Quarantined.objects.values_list("line", flat=True)) == [6]
    assert len(orders(empty_home)) == 7


@pytest.mark.slow
def test_undoing_what_was_mended_sets_it_aside_again(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)
    owner.post(address("row", row.pk), {"v0": "6", "v1": "1.85"})
    jobs.run_waiting()

    owner.post(address("undo", "orders-2"))
    jobs.run_waiting()

    assert list(Quarantined.objects.order_by("line").values_list("line", flat=True)) == [4, 6]


@pytest.mark.slow
def test_rows_are_set_aside_for_good_and_taken_back(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    ids = list(Quarantined.objects.values_list("pk", flat=True))

    owner.post(address("set_aside"), {"ids": ids})
    assert "No row is set aside" in text(owner, "quarantine")
    aside = owner.get(address("quarantine") + "?status=set_aside").content.decode()
    assert "2 rows" in aside
    owner.post(address("take_back"), {"ids": ids})

    assert "2 rows" in text(owner, "quarantine")


@pytest.mark.slow
def test_what_was_set_aside_stays_so_after_the_next_import(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=6)
    owner.post(address("set_aside"), {"ids": [row.pk]})

    imported(owner, shop.replace("LIGHT", "BRIGHT"), "other.csv")

    row.refresh_from_db()
    assert row.status == Quarantined.Status.SET_ASIDE


@pytest.mark.slow
def test_rows_are_read_again_in_bulk(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)
    ids = list(Quarantined.objects.values_list("pk", flat=True))

    owner.post(address("run_again"), {"ids": ids})
    jobs.run_waiting()

    assert all(Quarantined.objects.values_list("again", flat=True))


def test_no_row_chosen_is_said_in_words(owner: Client, empty_home: Path) -> None:
    answer = owner.post(address("set_aside"), {"ids": ["x"]})

    assert answer.status_code == 400
    assert "No row is chosen." in answer.content.decode()


@pytest.mark.slow
def test_a_viewer_reads_a_broken_row_but_cannot_mend_it(
    owner: Client, viewer: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)

    page = text(viewer, "row", row.pk)
    answer = viewer.post(address("row", row.pk), {"v0": "6"})

    assert "Correct and read again" not in page
    assert answer.status_code == 403
