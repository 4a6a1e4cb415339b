from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest

from fourfits_web.core import lists
from fourfits_web.core.lists import export

AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
COLUMNS = (
    lists.Column("title", "Title", link=True),
    lists.Column("amount", "Amount", kind="money", unit="EUR"),
    lists.Column("at", "At", kind="ago"),
    lists.Column("tags", "Tags", kind="tags"),
    lists.Column("change", "Change", render=lambda row: "<button>", is_control=True),
)


def read(records: list[dict[str, Any]]) -> list[list[str]]:
    """The file's lines, as a spreadsheet reads them."""
    answer = export.csv_file("items", COLUMNS, records)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(text)))


def test_a_file_holds_exact_values_under_the_columns_names_and_no_buttons() -> None:
    lines = read([{"title": 'Ünal, "quoted"', "amount": -12.345, "at": AT, "tags": ["a", "b"]}])

    assert lines == [
        ["title", "amount", "at", "tags"],
        ['Ünal, "quoted"', "-12.345", "2026-03-02T12:00:00+00:00", "a; b"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_file_holds_no_formula(start: str) -> None:
    title = f"{start}cmd|' /C calc'!A1"

    assert read([{"title": title, "amount": None, "at": None, "tags": None}])[1][0] == f"'{title}"


def test_a_list_is_exported_as_it_is_filtered(owner: Any) -> None:
    owner.post("/views/save/", {"key": "audit", "name": "Mine", "query": ""})

    answer = owner.get("/audit/?q=view&columns=verb,door&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert lines == ["verb,door", "view.saved,page"]


def test_a_file_comes_in_parts() -> None:
    answer = export.csv_file("items", COLUMNS, ({"title": str(n), "amount": n, "at": None, "tags": None} for n in range(1_200)))  # fmt: skip

    assert len(list(answer.streaming_content)) == 3
