"""The empty files that people fill in."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from data_pages import Bring, address


@pytest.mark.slow
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
