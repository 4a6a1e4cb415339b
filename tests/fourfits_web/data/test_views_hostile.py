"""Files that are no table, too large or meant ill are refused, and do no harm on a page."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from data_pages import Bring, address, posted, text
from fourfits import config
from fourfits_web.core.roles import Role
from fourfits_web.data import places
from fourfits_web.data.models import Quarantined, Upload
from fourfits_web.project import env

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


@pytest.mark.slow
def test_a_bomb_is_refused_and_leaves_nothing(
    owner: Client, bring: Bring, empty_home: Path
) -> None:
    upload = bring(owner, bomb("orders.csv"), "bomb.zip")

    assert upload.status == Upload.Status.REFUSED
    assert "unpacks to more than" in upload.problem["message"]
    assert not [file for file in places.workshop().rglob("*") if file.is_file()]


@pytest.mark.slow
def test_a_bomb_in_gzip_is_refused(owner: Client, bring: Bring) -> None:
    upload = bring(owner, gzip.compress(b"0" * (300 * 2**20), 9), "bomb.csv.gz")

    assert upload.status == Upload.Status.REFUSED
    assert "unpacks to more than" in upload.problem["message"]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
    config.write_workspace(empty_home, config.Workspace(engine="postgres://user:secret@host/db"))
    settings.WORKSPACE = env.LiveWorkspace(empty_home)

    answer = owner.post(address("upload"), posted("shop.csv", shop.encode()))

    assert answer.status_code == 400
    assert "read from another engine" in answer.content.decode()
    assert not Upload.objects.exists()
    assert not [file for file in places.uploads().rglob("*") if file.is_file()]
