"""Derived rows replace those of their part as a whole, and only if they keep the contract."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fourfits import errors, lake


@pytest.fixture
def store(tmp_path: Path) -> lake.Lake:
    return lake.Lake(tmp_path / "lake")


def members(segmentation: str, more: dict[str, Any] | None = None, **segments: str) -> pa.Table:
    return pa.table(
        {
            "segmentation": pa.array([segmentation] * len(segments), pa.string()),
            "customer_id": pa.array(list(segments), pa.string()),
            "segment": pa.array(list(segments.values()), pa.string()),
            **(more or {}),
        }
    )


def stored(store: lake.Lake, name: str = "memberships") -> list[dict[str, Any]]:
    rows = store.read(name)
    assert rows is not None
    found: list[dict[str, Any]] = rows.to_pylist()
    return sorted(found, key=lambda row: tuple(map(str, row.values())))


def test_rows_replace_those_of_their_part_and_no_others(store: lake.Lake) -> None:
    store.keep("memberships", members("rfm", a="Loyal", b="Lost"), part={"segmentation": "rfm"})
    store.keep("memberships", members("size", a="small"), part={"segmentation": "size"})

    kept = store.keep("memberships", members("rfm", b="Loyal"), part={"segmentation": "rfm"})

    assert stored(store) == [
        {"segmentation": "rfm", "customer_id": "b", "segment": "Loyal"},
        {"segmentation": "size", "customer_id": "a", "segment": "small"},
    ]
    assert (kept.version, kept.n_rows, kept.changed) == (2, 1, True)
    assert [each.event for each in store.versions("memberships")] == ["keep"] * 3


def test_the_same_rows_again_make_no_version(store: lake.Lake) -> None:
    first = store.keep("memberships", members("rfm", a="Loyal", b="Lost"))

    again = store.keep("memberships", members("rfm", b="Lost", a="Loyal"))

    assert (again.version, again.changed) == (first.version, False)
    assert "already" in str(again)


def test_older_versions_stay_readable(store: lake.Lake) -> None:
    store.keep("memberships", members("rfm", a="Loyal"))
    store.keep("memberships", members("rfm", a="Lost"))

    before, now = (store.read("memberships", version) for version in (0, 1))

    assert before is not None
    assert now is not None
    assert (before["segment"].to_pylist(), now["segment"].to_pylist()) == (["Loyal"], ["Lost"])


def test_no_rows_remove_their_part(store: lake.Lake) -> None:
    store.keep("memberships", members("rfm", a="Loyal"), part={"segmentation": "rfm"})
    store.keep("memberships", members("size", a="small"), part={"segmentation": "size"})

    store.keep("memberships", members("rfm"), part={"segmentation": "rfm"})

    assert [row["segmentation"] for row in stored(store)] == ["size"]


def test_no_rows_where_there_were_none_make_no_table(store: lake.Lake) -> None:
    kept = store.keep("memberships", members("rfm"))

    assert (kept.version, kept.changed) == (None, False)
    assert store.names() == ()


def test_columns_take_the_types_of_the_contract_and_others_are_kept(store: lake.Lake) -> None:
    rows = pa.table({"value_amount": [1.5], "customer_id": [7], "alive_share": [1], "note": ["x"]})

    store.keep("values", rows)

    assert stored(store, "values") == [
        {
            "customer_id": "7",
            "alive_share": 1.0,
            "value_amount": Decimal("1.5000"),
            "currency": None,
            "note": "x",
        }
    ]


def test_a_column_that_came_later_or_went_is_a_change(store: lake.Lake) -> None:
    store.keep("memberships", members("rfm", a="Loyal"))
    store.keep("memberships", members("rfm", {"r": [5]}, a="Loyal"))

    gone = store.keep("memberships", members("rfm", a="Loyal"))

    assert gone.changed
    assert stored(store)[0].get("r") is None


def test_rows_may_come_as_a_stream(store: lake.Lake) -> None:
    rows = members("rfm", a="Loyal", b="Lost")

    kept = store.keep(
        "memberships", pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches())
    )

    assert kept.n_rows == len(stored(store)) == 2


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("memberships", {"customer_id": ["a"]}, "lack segmentation, segment"),
        (
            "memberships",
            {"segmentation": ["rfm"] * 2, "customer_id": ["a", "a"], "segment": ["x", "y"]},
            "hold segmentation rfm, customer_id a more than once",
        ),
        (
            "memberships",
            {"segmentation": ["rfm"], "customer_id": ["a"], "segment": [None]},
            "1 row for memberships has no segment",
        ),
        (
            "assignments",
            {"feedback_id": ["f"], "theme": ["t"], "confidence_share": [1.5]},
            "1 row for assignments holds a confidence_share that is not a share between 0 and 1",
        ),
    ],
)
def test_rows_that_break_the_contract_change_nothing(
    store: lake.Lake, name: str, rows: dict[str, Any], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        store.keep(name, pa.table(rows))

    assert store.names() == ()


def test_rows_of_another_part_are_refused(store: lake.Lake) -> None:
    with pytest.raises(errors.RangeError, match="1 row for memberships is not of segmentation"):
        store.keep("memberships", members("size", a="small"), part={"segmentation": "rfm"})


def test_a_restored_home_has_them(store: lake.Lake, tmp_path: Path) -> None:
    store.keep("memberships", members("rfm", a="Loyal"))

    lake.backup(tmp_path, tmp_path.parent / f"{tmp_path.name}.tar")
    lake.restore(tmp_path.parent / f"{tmp_path.name}.tar", tmp_path / "again")

    assert stored(lake.Lake(tmp_path / "again" / "lake")) == stored(store)


@pytest.mark.slow
def test_who_is_erased_leaves_every_version(store: lake.Lake) -> None:
    store.keep("memberships", members("rfm", a="Loyal", b="Lost"))
    store.keep("memberships", members("rfm", a="Lost", b="Lost"))

    store.forget("customer_id", "a")

    for version in range(3):
        rows = store.read("memberships", version)
        assert rows is not None
        assert rows["customer_id"].to_pylist() == ["b"]
