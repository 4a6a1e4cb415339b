"""A file comes in through the pages, from the browser or from the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import fourfits as ff
from data_pages import Bring, address, orders, posted, text
from fourfits_web.core import jobs
from fourfits_web.core.models import AuditEntry
from fourfits_web.data import places
from fourfits_web.data.models import Batch, QualityCheck, Quarantined, Upload


@pytest.mark.slow
def test_a_file_is_recognised_counted_and_imported(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = bring(owner, shop)
    page = text(owner, "file", upload.pk)
    assert upload.status == Upload.Status.CHECKED
    assert "Import into orders" in page
    assert "Quantity holds &#x27;six&#x27;, must be a number." in page
    assert orders(empty_home) == []

    owner.post(address("import", upload.pk))
    jobs.run_waiting()
    page = text(owner, "file", upload.pk)

    assert "3 new rows in" in page
    assert orders(empty_home) == [
        ("536365", 1, 6, pytest.approx(15.3)),
        ("536365", 2, 6, pytest.approx(20.34)),
        ("C536379", 1, -1, pytest.approx(-27.5)),
    ]
    assert not list(places.uploads().iterdir()), "the copy is gone once its rows are in the lake"


@pytest.mark.slow
def test_a_file_with_a_header_alone_offers_no_import(owner: Client, bring: Bring) -> None:
    upload = bring(owner, "order_id,customer_id,ordered_at,revenue_amount\n")

    page = text(owner, "file", upload.pk)

    assert "a header and no row below it" in page
    assert "Import into orders" not in page


@pytest.mark.slow
def test_an_import_that_was_undone_says_how_its_rows_come_back(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    assert "Bring it back" not in text(owner, "batch", "orders-1")

    owner.post(address("undo", "orders-1"))
    jobs.run_waiting()

    assert "Import the same file again" in text(owner, "batch", "orders-1")


@pytest.mark.slow
def test_each_step_leaves_its_entry_in_the_log(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)

    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["data.upload", "data.import", "data.imported"]
    entry = AuditEntry.objects.get(verb="data.imported")
    assert (entry.door, entry.subject_name) == ("job", "orders-1")


@pytest.mark.slow
def test_what_customers_wrote_does_not_stay_in_the_log(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)
    owner.post(address("row", row.pk), {"v0": "6", "v1": "1.85"})
    jobs.run_waiting()

    written = "".join(entry.before + entry.after for entry in AuditEntry.objects.all())
    assert "HAND WARMER" not in written
    assert "17850" not in written


def test_the_page_of_a_file_can_be_left_and_opened_again(
    owner: Client, empty_home: Path, shop: str
) -> None:
    answer = owner.post(address("upload"), posted("shop.csv", shop.encode()))

    page = owner.get(answer.url).content.decode()
    assert "hx-trigger" in page
    assert "You can leave this page" in page
    assert "On their way in" in text(owner, "start")


@pytest.mark.slow
def test_dates_with_two_readings_are_asked_about(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, "order_id,customer_id,ordered_at,revenue_amount\nA,1,03/04/2024,5\n")
    page = text(owner, "file", upload.pk)
    assert "03/04/2024 is 3 April 2024" in page
    assert "03/04/2024 is 4 March 2024" in page

    fields = {"c0": "order_id", "c1": "customer_id", "c2": "ordered_at", "c3": "revenue_amount"}
    refused = owner.post(address("file", upload.pk), fields)
    owner.post(address("file", upload.pk), {**fields, "date_order": "month"})
    jobs.run_waiting()
    owner.post(address("import", upload.pk))
    jobs.run_waiting()

    assert refused.status_code == 422
    (moment,) = ff.open(empty_home).orders.ordered_at.to_pyarrow().to_pylist()
    assert (moment.month, moment.day) == (3, 4)


@pytest.mark.slow
def test_columns_are_mapped_kept_and_left_out_by_hand(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(
        owner,
        "order_id,customer_id,ordered_at,amount,net,secret\nA,1,2024-03-04,5,4,hush\n",
    )
    fields = {f"c{n}": "=keep" for n in range(6)}
    fields |= {"c0": "order_id", "c1": "customer_id", "c2": "ordered_at"}

    owner.post(address("file", upload.pk), {**fields, "c4": "revenue_amount", "c5": "=out"})
    jobs.run_waiting()
    owner.post(address("import", upload.pk))
    jobs.run_waiting()

    (row,) = ff.open(empty_home).orders.to_pyarrow().to_pylist()
    assert float(row["revenue_amount"]) == 4
    assert row["amount"] == 5
    assert "secret" not in row


@pytest.mark.slow
def test_two_columns_cannot_become_one(owner: Client, bring: Bring) -> None:
    upload = bring(owner, "order_id,customer_id,ordered_at,amount,net\nA,1,2024-03-04,5,4\n")
    fields = {
        "c0": "order_id",
        "c1": "=keep",
        "c2": "ordered_at",
        "c3": "quantity",
        "c4": "quantity",
    }

    answer = owner.post(address("file", upload.pk), fields)

    assert answer.status_code == 422
    assert "amount and net cannot both become quantity." in answer.content.decode()


@pytest.mark.slow
def test_a_file_that_fits_no_table_is_given_one(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, "who,words\n1,It is too slow\n")
    assert upload.status == Upload.Status.OPEN
    assert "No table fits" in text(owner, "file", upload.pk)

    owner.post(address("choose_table", upload.pk), {"table": "feedback"})
    jobs.run_waiting()
    page = text(owner, "file", upload.pk)
    assert "no column that can be recognised as text" in page
    owner.post(address("file", upload.pk), {"c0": "customer_id", "c1": "text"})
    jobs.run_waiting()
    owner.post(address("import", upload.pk))
    jobs.run_waiting()

    assert ff.open(empty_home).feedback.text.to_pyarrow().to_pylist() == ["It is too slow"]


@pytest.mark.slow
def test_a_required_column_can_be_the_same_for_every_row(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, "day,spend_amount\n2024-03-04,5\n", "spend.csv")
    if upload.table != "spend":
        owner.post(address("choose_table", upload.pk), {"table": "spend"})
        jobs.run_waiting()

    owner.post(
        address("file", upload.pk), {"c0": "day", "c1": "spend_amount", "same_channel": "radio"}
    )
    jobs.run_waiting()
    owner.post(address("import", upload.pk))
    jobs.run_waiting()

    assert ff.open(empty_home).spend.channel.to_pyarrow().to_pylist() == ["radio"]


@pytest.mark.slow
def test_a_large_file_is_counted_when_asked(
    owner: Client, bring: Bring, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfits_web.data.jobs.COUNTED_AT_ONCE_BYTES", 10)
    upload = bring(owner, shop)
    assert upload.status == Upload.Status.OPEN
    assert "Count what would happen" in text(owner, "file", upload.pk)
    assert owner.post(address("import", upload.pk)).status_code == 409

    owner.post(address("check", upload.pk))
    jobs.run_waiting()

    upload.refresh_from_db()
    assert upload.status == Upload.Status.CHECKED


@pytest.mark.slow
def test_the_very_same_file_again_changes_nothing(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)

    again = imported(owner, shop)

    assert "This very file came before" in text(owner, "file", again.pk)
    assert Batch.objects.count() == 1
    assert len(orders(empty_home)) == 3


@pytest.mark.slow
def test_a_file_can_be_let_go_of(owner: Client, bring: Bring, shop: str) -> None:
    upload = bring(owner, shop)

    answer = owner.post(address("discard", upload.pk))

    assert answer.status_code == 302
    assert not Upload.objects.exists()
    assert not list(places.uploads().iterdir())


@pytest.mark.slow
def test_the_page_and_the_command_line_lead_to_the_same_lake(
    owner: Client, imported: Bring, shop: str, empty_home: Path, tmp_path: Path
) -> None:
    import datetime

    from fourfits import imports

    imported(owner, shop)
    file = tmp_path / "shop.csv"
    file.write_text(shop)
    now = datetime.datetime.now(datetime.UTC)

    report = imports.import_file(file, "orders", home=tmp_path / "other", now=now)

    def rows(home: Path) -> list[dict[str, Any]]:
        found = ff.open(home).orders.order_by("order_id", "line").to_pyarrow().to_pylist()
        return list(found)

    assert report.batch_id == "orders-1"
    assert rows(tmp_path / "other") == rows(empty_home)


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_online_retail_comes_in_through_the_pages(
    owner: Client, imported: Bring, realdata: Path, empty_home: Path
) -> None:
    packed = (realdata / "online_retail/online_retail.csv.gz").read_bytes()

    upload = imported(owner, packed, "online_retail.csv.gz")

    assert upload.report["n_read"] == 541_909
    assert upload.report["n_added"] + upload.report["n_quarantined"] == 541_909
    data = ff.open(empty_home)
    assert data.orders.order_id.nunique().to_pyarrow().as_py() == 25_900
    revenue = float(data.orders.revenue_amount.sum().to_pyarrow().as_py())
    assert revenue == pytest.approx(9_747_747.934, abs=25_000)
    assert "541,909" in text(owner, "file", upload.pk)
    assert QualityCheck.objects.get().rows[0]["table"] == "orders"


# ------------------------------------------------------------------------------ files of the server


@pytest.mark.slow
def test_a_file_in_the_inbox_is_read_where_it_lies(
    owner: Client, empty_home: Path, shop: str
) -> None:
    inbox = empty_home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "shop.csv").write_text(shop)
    assert str(inbox / "shop.csv") in text(owner, "bring")

    answer = owner.post(address("server_file"), {"path": "shop.csv"})
    jobs.run_waiting()
    upload = Upload.objects.get()
    owner.post(address("import", upload.pk))
    jobs.run_waiting()

    assert answer.status_code == 302
    assert len(orders(empty_home)) == 3
    assert (inbox / "shop.csv").is_file(), "a file of the server is never removed"


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../secret.key", "../../etc/passwd", "link.csv", "folder/../../x", "\x00"],
)
def test_a_path_outside_of_the_allowed_folders_is_refused(
    path: str, owner: Client, empty_home: Path
) -> None:
    inbox = empty_home / "inbox"
    inbox.mkdir(parents=True)
    (empty_home / "secret.key").write_text("secret")
    (inbox / "link.csv").symlink_to(empty_home / "secret.key")

    answer = owner.post(address("server_file"), {"path": path})

    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_a_link_that_is_put_there_later_is_refused_too(
    owner: Client, empty_home: Path, shop: str
) -> None:
    inbox = empty_home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "shop.csv").write_text(shop)
    owner.post(address("server_file"), {"path": "shop.csv"})
    (empty_home / "secret.csv").write_text("order_id,customer_id\n1,2\n")
    (inbox / "shop.csv").unlink()
    (inbox / "shop.csv").symlink_to(empty_home / "secret.csv")

    jobs.run_waiting()

    assert Upload.objects.get().status == Upload.Status.REFUSED


def test_the_owner_allows_other_folders(
    owner: Client, empty_home: Path, shop: str, tmp_path: Path, settings: Any
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    (drive / "shop.csv").write_text(shop)
    settings.IMPORT_FOLDERS = [str(drive)]

    answer = owner.post(address("server_file"), {"path": str(drive / "shop.csv")})

    assert answer.status_code == 302
