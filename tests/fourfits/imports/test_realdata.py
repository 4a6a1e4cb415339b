"""The public data sets through the whole import, against the figures of data/README.md."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import fourfits as ff
from fourfits import imports, quality

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
pytestmark = pytest.mark.realdata


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def bring(file: Path, table: str, home: Path) -> imports.ImportReport:
    return imports.import_file(file, table, home=home, now=NOW)


@pytest.mark.slow
def test_online_retail_arrives_whole_and_once_and_can_be_taken_back(
    realdata: Path, home: Path
) -> None:
    file = realdata / "online_retail" / "online_retail.csv.gz"

    report = bring(file, "orders", home)
    orders = ff.open(home).orders
    valid = orders.filter(
        orders.customer_id.notnull() & (orders.quantity > 0) & (orders.revenue_amount > 0)
    )
    sums = orders.aggregate(total=orders.revenue_amount.sum(), n=orders.count()).to_pyarrow()
    sold = valid.aggregate(total=valid.revenue_amount.sum(), n=valid.count()).to_pyarrow()
    again = bring(file, "orders", home)
    undone = imports.undo("orders-1", home=home, now=NOW)

    assert (report.n_read, report.n_added, report.n_quarantined) == (541_909, 541_909, 0)
    assert abs(float(sums["total"][0].as_py()) - 9_747_747.934) < 0.001
    assert sold["n"][0].as_py() == 397_884
    assert round(float(sold["total"][0].as_py()), 2) == 8_911_407.90
    assert again.repeated
    assert undone.n_removed == 541_909
    assert "orders" not in ff.open(home)


def test_the_crm_pipeline_keeps_a_product_that_nobody_lists(realdata: Path, home: Path) -> None:
    crm = realdata / "crm_sales"
    bring(crm / "accounts.csv", "accounts", home)
    bring(crm / "products.csv", "products", home)

    report = bring(crm / "sales_pipeline.csv", "deals", home)
    data = ff.open(home)
    deals = data.deals
    counts = deals.aggregate(
        no_account=deals.account_id.isnull().sum(),
        won=deals.won.sum(),
        closed=deals.won.count(),
        gtx=(deals.product_id == "GTXPro").sum(),
    ).to_pyarrow()
    found = quality.check({name: data.table(name) for name in data}, as_of=NOW)

    assert (report.n_read, report.n_added, report.n_quarantined) == (8_800, 8_800, 0)
    assert counts["no_account"][0].as_py() == 1_425
    assert round(100 * counts["won"][0].as_py() / counts["closed"][0].as_py(), 2) == 63.15
    assert counts["gtx"][0].as_py() == 1_480
    assert any(
        "deals.product_id" in warning and "'GTXPro'" in warning and "'GTX Pro'" in warning
        for warning in found.warnings
    )


@pytest.mark.parametrize(
    ("name", "n_rows"), [("CDNOW_master.txt.gz", 69_659), ("CDNOW_sample.txt", 6_919)]
)
def test_cdnow_needs_no_map(realdata: Path, home: Path, name: str, n_rows: int) -> None:
    report = bring(realdata / "cdnow" / name, "orders", home)

    assert (report.n_read, report.n_added) == (n_rows, n_rows)


def test_usage_ids_that_repeat_are_set_aside(realdata: Path, home: Path) -> None:
    file = realdata / "ravenstack_saas" / "ravenstack_feature_usage.csv.gz"

    report = bring(file, "events", home)

    assert (report.n_read, report.n_added, report.n_quarantined) == (25_000, 24_979, 21)
    assert report.reasons[0] == (
        "line 4169: event_id 'U-8128da' stands on line 770 already, with other content."
    )


def test_each_task_of_a_firm_arrives_once(realdata: Path, home: Path) -> None:
    file = realdata / "sip_delivery" / "Sip-task-info.csv.gz"

    report = bring(file, "deliveries", home)

    assert (report.n_added, report.n_quarantined) == (10_266, 0)
    assert any("one is kept" in note for note in report.notes)
