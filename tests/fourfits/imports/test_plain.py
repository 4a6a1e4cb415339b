"""Lines without quotation marks: split apart from DuckDB, to the same rows."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfits.imports import files, plain

LINES = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\r\n").filter(
            lambda character: character != '"'
        ),
        max_size=12,
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def steps(monkeypatch):
    """What each attempt returned."""
    returned = []
    split = plain.split

    def noted(*args, **kwargs):
        returned.append(split(*args, **kwargs))
        return returned[-1]

    monkeypatch.setattr(plain, "split", noted)
    return returned


def test_lines_without_quotation_marks_are_split_in_one_pass(opened, rows, steps):
    source = opened("a.csv", "a,b\n1,\n,y\n")

    assert rows(source.relation) == [("1", None, 2), (None, "y", 3)]
    assert steps == [2]


@pytest.mark.parametrize("content", ["a,b\n1,2\n3\n", "a,b\n1,2\n\n3,4\n", b"a,b\n1,\xff\n"])
def test_lines_that_are_no_rows_are_left_to_the_reader_that_names_them(opened, steps, content):
    opened("a.csv", content)

    assert steps == [None]


def test_a_quotation_mark_anywhere_leaves_the_file_to_duckdb(opened, rows, steps):
    source = opened("a.csv", 'a,b\n1,2\n3,"4"\n')

    assert rows(source.relation)[1] == ("3", "4", 3)
    assert steps == []


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(LINES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_rows_are_those_that_duckdb_reads(tmp_path_factory, lines, delimiter, end):
    file = tmp_path_factory.mktemp("plain") / "a.csv"
    header = delimiter.join(("id", "text"))
    content = [header, *(f"{i}{delimiter}{line}" for i, line in enumerate(lines))]
    file.write_bytes((end.join(content) + end).encode())

    with pytest.MonkeyPatch.context() as patch:
        quick = _read(file)
        patch.setattr(plain, "split", lambda *_, **__: None)
        slow = _read(file)

    assert quick == slow


def test_progress_is_told_as_a_share_of_the_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(plain, "_BLOCK_BYTES", 1_000)
    file = tmp_path / "a.csv"
    file.write_text("a,b\n" + "1,2\n" * 1_000)
    shares = []

    with duckdb.connect() as connection:
        files.open_file(file, connection, reached=shares.append)

    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def _read(file):
    with duckdb.connect() as connection:
        source = files.open_file(file, connection)
        rows = connection.execute(f"SELECT * FROM {source.relation} ORDER BY _line").fetchall()
        rejects = source.rejects
        aside = connection.execute(f"SELECT * FROM {rejects}").fetchall() if rejects else []
    return source.description, source.columns, rows, aside


def test_the_ending_of_a_name_does_not_have_a_plain_file_unpacked(opened, rows):
    source = opened("orders.csv.gz", "a,b\n1,2\n")

    assert rows(source.relation) == [("1", "2", 2)]
    assert source.description == "CSV, UTF-8"
