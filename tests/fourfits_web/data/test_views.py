"""A file comes in through the pages, is taken back, and its broken rows are mended."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import fourfits as ff
from fourfits_web.core import jobs
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.data import places
from fourfits_web.data.models import Batch, QualityCheck, Quarantined, Upload

Bring = Callable[..., Upload]

PAGES = ("start", "imports", "quality", "quarantine")
MAKERS = (Role.OWNER, Role.PRODUCT_MANAGER, Role.PRODUCT_MARKETING_MANAGER, Role.ANALYST)


def address(name: str, *args: Any) -> str:
    return reverse(f"data:{name}", args=args)


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(address(name, *args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def posted(name: str, content: bytes) -> dict[str, io.BytesIO]:
    file = io.BytesIO(content)
    file.name = name
    return {"file": file}


def orders(home: Path) -> list[tuple[Any, ...]]:
    data = ff.open(home)
    if "orders" not in data:
        return []
    rows = data.orders.select("order_id", "line", "quantity", "revenue_amount")
    found = rows.order_by("order_id", "line").to_pyarrow().to_pylist()
    return [
        (row["order_id"], row["line"], row["quantity"], float(row["revenue_amount"]))
        for row in found
    ]


# ------------------------------------------------------------------------------------ who may


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


# --------------------------------------------------------------------------------- the journey


def test_an_empty_home_teaches_what_to_bring(
    owner: Client, viewer: Client, empty_home: Path
) -> None:
    page = text(owner, "start")

    assert "Choose a file" in page
    assert "What to bring first" in page
    assert address("template", "orders", "csv") in page
    assert "Choose a file" not in text(viewer, "start")


def test_a_file_is_recognised_counted_and_imported(
    owner: Client, bring: Bring, shop: str, empty_home: Path
) -> None:
    upload = bring(owner, shop)
    page = text(owner, "file", upload.pk)
    assert upload.status == Upload.Status.CHECKED
    assert "Import into orders" in page
    assert "quantity holds &#x27;six&#x27;, must be a number." in page
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


def test_each_step_leaves_its_entry_in_the_log(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)

    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["data.upload", "data.import", "data.imported"]
    entry = AuditEntry.objects.get(verb="data.imported")
    assert (entry.door, entry.subject_name) == ("job", "orders-1")


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


def test_the_very_same_file_again_changes_nothing(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)

    again = imported(owner, shop)

    assert "This very file came before" in text(owner, "file", again.pk)
    assert Batch.objects.count() == 1
    assert len(orders(empty_home)) == 3


def test_a_file_can_be_let_go_of(owner: Client, bring: Bring, shop: str) -> None:
    upload = bring(owner, shop)

    answer = owner.post(address("discard", upload.pk))

    assert answer.status_code == 302
    assert not Upload.objects.exists()
    assert not list(places.uploads().iterdir())


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


# ---------------------------------------------------------------------------------------- undo


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


def test_an_import_is_undone_once(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)
    owner.post(address("undo", "orders-1"))
    jobs.run_waiting()

    answer = owner.post(address("undo", "orders-1"))

    assert answer.status_code == 409
    assert "orders-1 was undone already." in answer.content.decode()


def test_imports_are_listed_with_who_and_how_many(
    product_manager: Client, imported: Bring, shop: str
) -> None:
    imported(product_manager, shop)

    page = text(product_manager, "imports")

    assert "orders-1" in page
    assert "Product manager" in page
    exported = product_manager.get(address("imports") + "?format=csv")
    assert b"orders-1,shop.csv,orders" in b"".join(exported.streaming_content)


# ---------------------------------------------------------------------------------- quarantine


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


def test_a_row_that_is_still_wrong_says_so(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)

    owner.post(address("row", row.pk), {"v0": "many", "v1": "1.85"})
    jobs.run_waiting()

    page = text(owner, "row", row.pk)
    assert "Still wrong after it was corrected: quantity holds &#x27;many&#x27;" in page
    assert 'value="many"' in page


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


def test_what_was_set_aside_stays_so_after_the_next_import(
    owner: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=6)
    owner.post(address("set_aside"), {"ids": [row.pk]})

    imported(owner, shop.replace("LIGHT", "BRIGHT"), "other.csv")

    row.refresh_from_db()
    assert row.status == Quarantined.Status.SET_ASIDE


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


def test_a_viewer_reads_a_broken_row_but_cannot_mend_it(
    owner: Client, viewer: Client, imported: Bring, shop: str
) -> None:
    imported(owner, shop)
    row = Quarantined.objects.get(line=4)

    page = text(viewer, "row", row.pk)
    answer = viewer.post(address("row", row.pk), {"v0": "6"})

    assert "Correct and read again" not in page
    assert answer.status_code == 403


# ------------------------------------------------------------------------------------- quality


def test_quality_shows_every_part_of_every_table(owner: Client, imported: Bring, shop: str) -> None:
    imported(owner, shop)

    page = text(owner, "quality")

    for part in ("Complete", "Valid", "Unique", "Fresh", "Joined"):
        assert part in page
    assert "60%" in page, "three of five rows kept the contract"
    owner.post(address("check_quality"))
    jobs.run_waiting()
    assert QualityCheck.objects.count() == 2


def test_the_start_page_shows_rows_freshness_and_quality(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    imported(owner, shop)

    page = text(owner, "start")

    assert "2 rows broke the contract" in page
    assert str(empty_home) in page
    assert "years ago" in page


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


# -------------------------------------------------------------------------------- tables, files


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_can_be_imported_as_it_is(
    form: str, owner: Client, imported: Bring, empty_home: Path
) -> None:
    content = b"".join(owner.get(address("template", "customers", form)).streaming_content)

    upload = imported(owner, content, f"customers.{form}")

    assert (upload.table, upload.report["n_added"]) == ("customers", 1)


def test_the_template_in_excel_explains_its_columns(owner: Client, empty_home: Path) -> None:
    content = b"".join(owner.get(address("template", "orders", "xlsx")).streaming_content)

    book = openpyxl.load_workbook(io.BytesIO(content))

    assert book.sheetnames == ["orders", "columns"]
    assert book["columns"]["A2"].value == "order_id"


@pytest.mark.parametrize("path", ["/data/tables/nothing/", "/data/templates/orders.exe"])
def test_what_is_not_there_is_not_found(path: str, owner: Client) -> None:
    assert owner.get(path).status_code == 404


def test_a_table_explains_every_column(viewer: Client, empty_home: Path) -> None:
    page = text(viewer, "table", "feedback")

    assert "One of review, ticket" in page or "one of review, ticket" in page
    assert "required" in page


# --------------------------------------------------------------------------- files of the server


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


# ------------------------------------------------------------------------------------ bad files

FOREIGN = {
    "paper.pdf": b"%PDF-1.7 hello",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "program.csv": b"MZ" + b"\x00" * 100,
    "broken.xlsx": b"PK\x03\x04not a zip at all",
    "cut.csv.gz": gzip.compress(b"order_id\n" * 1000)[:-20],
    "blank.csv": b"   \n\n  ",
    "damaged.parquet": b"PAR1" + b"\x01" * 40,
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_table_is_refused_in_a_sentence(
    name: str, owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, FOREIGN[name], name)

    page = text(owner, "file", upload.pk)
    assert upload.status == Upload.Status.REFUSED
    assert upload.problem["message"].endswith(".")
    assert "Choose another file" in page
    assert "Traceback" not in page


def test_an_empty_file_is_refused_at_once(owner: Client, empty_home: Path) -> None:
    answer = owner.post(address("upload"), posted("empty.csv", b""))

    assert answer.status_code == 422
    assert "This file is empty" in answer.content.decode()
    assert not Upload.objects.exists()


def test_no_file_is_refused_at_once(owner: Client, empty_home: Path) -> None:
    answer = owner.post(address("upload"), {})

    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_too_large_a_file_is_refused_by_its_length_before_any_of_it_is_read(
    owner: Client, empty_home: Path
) -> None:
    answer = owner.generic(
        "POST",
        address("upload"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 2**30 + 1),
    )

    assert answer.status_code == 413
    assert "That is 2 GiB; at most 1 GiB can be sent here." in answer.content.decode()
    assert not places.uploads().exists()


def test_other_pages_take_no_files_at_all(owner: Client, empty_home: Path) -> None:
    answer = owner.generic(
        "POST",
        address("settings"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 2**20),
    )

    assert answer.status_code == 413


def test_a_file_for_which_the_disk_has_no_room_is_refused(
    owner: Client, empty_home: Path, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        free = 10

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Full)

    answer = owner.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 422
    assert "The disk has 10 bytes left" in answer.content.decode()


def test_an_upload_without_its_token_is_refused(
    member: Callable[[Role], Any], empty_home: Path, shop: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member(Role.OWNER))

    answer = client.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 403
    assert not Upload.objects.exists()
    assert not [file for file in places.uploads().rglob("*") if file.is_file()]


def bomb(name: str, size: int = 300 * 2**20) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w") as member,
    ):
        for _ in range(size // 2**20):
            member.write(b"0" * 2**20)
    return out.getvalue()


def test_a_bomb_is_refused_and_leaves_nothing(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, bomb("orders.csv"), "bomb.zip")

    assert upload.status == Upload.Status.REFUSED
    assert "unpacks to more than" in upload.problem["message"]
    assert not [file for file in places.workshop().rglob("*") if file.is_file()]


def test_a_bomb_in_gzip_is_refused(owner: Client, bring: Bring) -> None:
    upload = bring(owner, gzip.compress(b"0" * (300 * 2**20), 9), "bomb.csv.gz")

    assert upload.status == Upload.Status.REFUSED
    assert "unpacks to more than" in upload.problem["message"]


def test_a_member_of_an_archive_cannot_climb_out(
    owner: Client, imported: Bring, shop: str, empty_home: Path
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../../../evil.csv", shop)

    upload = imported(owner, out.getvalue(), "climbing.zip")

    assert upload.report["n_added"] == 3
    assert not list(empty_home.parent.rglob("evil.csv"))


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/evil.csv", "..\\..\\evil.csv", "/etc/passwd.csv", "a\nb.csv"]
)
def test_a_file_cannot_choose_where_it_is_stored(
    name: str, owner: Client, empty_home: Path, shop: str
) -> None:
    owner.post(address("upload"), posted(name, shop.encode()))

    upload = Upload.objects.get()
    path = Path(upload.path)
    assert path.is_file()
    assert path.parent.parent == places.uploads()
    assert path.resolve().is_relative_to(places.uploads().resolve())


SCRIPT = "<script>alert(1)</script>"


def test_scripts_in_every_field_are_shown_and_not_run(
    owner: Client, imported: Bring, empty_home: Path
) -> None:
    header = f"order_id,customer_id,ordered_at,revenue_amount,quantity,{SCRIPT}"
    good = f"{SCRIPT},{SCRIPT},2024-01-31,5,1,{SCRIPT}"
    bad = f"{SCRIPT},{SCRIPT},{SCRIPT},{SCRIPT},{SCRIPT},{SCRIPT}"
    name = "<script>alert(1)<script>.csv"

    upload = imported(owner, f"{header}\n{good}\n{bad}\n", name)

    row = Quarantined.objects.get()
    for page in (
        text(owner, "file", upload.pk),
        text(owner, "quarantine"),
        text(owner, "row", row.pk),
        text(owner, "batch", "orders-1"),
        text(owner, "imports"),
        text(owner, "start"),
        text(owner, "quality"),
    ):
        assert SCRIPT not in page
        assert "<script>alert" not in page


def test_formulas_are_disarmed_when_the_quarantine_is_exported(
    owner: Client, imported: Bring, empty_home: Path
) -> None:
    header = "order_id,customer_id,ordered_at,revenue_amount"
    evil = '=HYPERLINK("http://evil.example","x")'
    imported(owner, f'{header}\nA,1,2024-01-31,5\nB,1,"{evil.replace(chr(34), chr(34) * 2)}",5\n')

    exported = owner.get(address("quarantine") + "?format=csv&columns=value,reason")

    lines = b"".join(exported.streaming_content).decode().splitlines()
    assert "\"'=HYPERLINK" in lines[1]


def test_an_engine_elsewhere_takes_no_files(
    owner: Client, empty_home: Path, shop: str, settings: Any
) -> None:
    class Elsewhere:
        engine = "postgres://user:secret@host/db"
        name, currency = "x", "EUR"

    settings.WORKSPACE = Elsewhere

    answer = owner.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 400
    assert "read from another engine" in answer.content.decode()
    assert not Upload.objects.exists()
    assert not [file for file in places.uploads().rglob("*") if file.is_file()]
