"""Opening files of any form."""

import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fourfits import errors
from fourfits.imports import files


def test_a_path_that_does_not_exist_is_refused(tmp_path, connection):
    with pytest.raises(errors.FileError, match=r"There is no file .*absent\.csv"):
        files.open_file(tmp_path / "absent.csv", connection)


def test_a_folder_is_refused(tmp_path, connection):
    with pytest.raises(errors.FileError, match="is a folder"):
        files.open_file(tmp_path, connection)


@pytest.mark.parametrize("content", [b"", b"\n \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(opened, content):
    with pytest.raises(errors.FileError, match="is empty"):
        opened("empty.csv", content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "a PNG picture"),
        (b"%PDF-1.7 " + b"x" * 99, "a PDF document"),
        (bytes(range(256)) * 50, "a binary file"),
        (b"PAR1" + b"x" * 99 + b"PAR1", "could not be read"),
        (b"PK\x03\x04garbage", "a damaged zip file"),
        (b"PK\x05\x06" + bytes(18), "a zip without a file in it"),
        (b'[{"a":', "not valid JSON: Malformed JSON in file 'data.csv'"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(opened, content, what):
    with pytest.raises(errors.FileError, match=what) as caught:
        opened("data.csv", content)

    assert "\n" not in caught.value.message


def test_a_parquet_file_keeps_its_types_and_numbers_its_rows(tmp_path, connection, rows):
    pq.write_table(pa.table({"id": [7, 8], "day": ["a", "b"]}), tmp_path / "x.parquet")

    source = files.open_file(tmp_path / "x.parquet", connection)

    assert source.types == {"id": "BIGINT", "day": "VARCHAR"}
    assert rows(source.relation) == [(7, "a", 1), (8, "b", 2)]


def test_what_was_laid_down_goes_with_the_source(opened):
    source = opened("a.csv", "a,b\n1,2\n")
    folder = source.folder

    assert folder.is_dir()
    source.close()
    assert not folder.exists()


def test_a_failed_reading_leaves_nothing_behind(opened, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(errors.ColumnError):
        opened("a.csv", "a,a\n1,2\n")

    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_full_disk_is_said_plainly(opened, monkeypatch):
    def full(*_: object) -> None:
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr("fourfits.imports.text.read", full)

    with pytest.raises(errors.SpaceError, match="The disk is full"):
        opened("a.csv", "a,b\n1,2\n")


def test_a_packed_parquet_file_is_read(tmp_path, connection, rows):
    pq.write_table(pa.table({"id": [7]}), tmp_path / "x.parquet")
    packed = tmp_path / "x.parquet.gz"
    packed.write_bytes(gzip.compress(Path(tmp_path / "x.parquet").read_bytes()))

    source = files.open_file(packed, connection)

    assert source.description == "Parquet, gzip"
    assert rows(source.relation) == [(7, 1)]
