"""Files whose rows are not yet the table's rows."""

import pytest

from fourfits import tables


def test_a_column_of_spend_for_each_channel_becomes_a_row_each(opened, canonical):
    source = opened(
        "m.csv", "DATE,revenue,tv_S,search_S\n2024-01-01,99,10,5.5\n2024-01-08,98,0,6\n"
    )

    found, read = canonical(source, tables.SPEND)

    assert [(row["channel"], float(row["spend_amount"])) for row in read] == [
        ("tv", 10.0),
        ("search", 5.5),
        ("tv", 0.0),
        ("search", 6.0),
    ]
    assert "not spend, and left out: revenue" in found.notes


def test_rows_that_say_the_same_of_an_item_are_one(opened, canonical):
    source = opened(
        "d.csv",
        "Task ID,Started On,Completed On,who\nT1,02-Nov-04,16-Nov-04,ann\nT1,02-Nov-04,16-Nov-04,bob\n"
        "T2,02-Nov-04,,ann\nT2,03-Nov-04,,bob\n",
    )

    found, read = canonical(source, tables.DELIVERIES)

    assert [row["item_id"] for row in read] == ["T1", "T2", "T2"]
    assert "1 row repeats what another says of the same item: one is kept" in found.notes


@pytest.mark.realdata
def test_tasks_of_several_developers_are_one_delivery(realdata, canonical, opened):
    for name in ("est-act-dates.csv", "Sip-task-info.csv.gz"):
        content = (realdata / "sip_delivery" / name).read_bytes()

        _, read = canonical(opened(name, content), tables.DELIVERIES)

        assert len(read) == len({row["item_id"] for row in read}) == 10_266
