"""Imports and quarantine are copied as the lake has them; what people decided stays."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from fourfits import imports
from fourfits_web.data import mirrors, queries
from fourfits_web.data.models import Batch, Quarantined

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


def bring(home: Path, text: str, name: str = "shop.csv") -> None:
    file = home.parent / name
    file.write_text(text)
    imports.import_file(file, "orders", home=home, now=NOW)


def copy() -> None:
    mirrors.imports(queries.source(), lambda _share, _step: None)


@pytest.mark.slow
def test_a_row_with_several_problems_is_one_row(empty_home: Path, shop: str) -> None:
    bring(empty_home, shop)

    copy()

    row = Quarantined.objects.get(line=4)
    assert [problem["column"] for problem in row.problems] == ["quantity", "revenue_amount"]
    assert row.problems[1]["columns"] == ["Quantity", "UnitPrice"]
    assert row.row["Description"] == "HAND WARMER"
    assert row.batch.columns[0] == "InvoiceNo"


@pytest.mark.slow
def test_copying_twice_writes_the_same(empty_home: Path, shop: str) -> None:
    bring(empty_home, shop)
    copy()
    before = list(Quarantined.objects.order_by("pk").values())

    copy()

    assert list(Quarantined.objects.order_by("pk").values()) == before
    assert Batch.objects.count() == 1


@pytest.mark.slow
def test_decisions_outlive_a_copy(empty_home: Path, shop: str) -> None:
    bring(empty_home, shop)
    copy()
    Quarantined.objects.update(status=Quarantined.Status.SET_ASIDE, again="x")

    copy()

    assert set(Quarantined.objects.values_list("status", "again")) == {("set_aside", "x")}


@pytest.mark.slow
def test_what_left_the_lake_leaves_the_copy(empty_home: Path, shop: str) -> None:
    bring(empty_home, shop)
    copy()
    imports.undo("orders-1", home=empty_home, now=NOW)

    copy()

    assert not Quarantined.objects.exists()
    assert Batch.objects.get().undone_at == NOW or Batch.objects.get().undone_at is not None


@pytest.mark.slow
def test_of_a_huge_quarantine_the_first_rows_are_shown(
    empty_home: Path, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "MOST_OF_A_BATCH", 1)
    bring(empty_home, shop)

    copy()

    assert list(Quarantined.objects.values_list("line", flat=True)) == [4]
    assert Batch.objects.get().n_quarantined == 2


@pytest.mark.slow
def test_a_character_that_databases_refuse_is_left_out(empty_home: Path, shop: str) -> None:
    bring(empty_home, shop.replace("six", "s\x00x"))

    copy()

    assert "\x00" not in Quarantined.objects.get(line=4).reason
