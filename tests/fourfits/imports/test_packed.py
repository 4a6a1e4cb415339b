"""Gzip and zip."""

import gzip
import io
import zipfile

import pytest

from fourfits import config, errors


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def test_gzip_is_unpacked_whatever_the_file_is_called(opened, rows):
    source = opened("a.txt", gzip.compress(b"a,b\n1,2\n"))

    assert rows(source.relation) == [("1", "2", 2)]
    assert source.description == "CSV, UTF-8, gzip"


def test_gzip_of_several_members_is_read_to_its_end(opened, rows):
    source = opened("a.gz", gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))

    assert rows(source.relation) == [("1", "2", 2), ("3", "4", 3)]


def test_a_truncated_gzip_file_is_refused_rather_than_read_in_part(opened):
    with pytest.raises(errors.FileError, match="damaged gzip"):
        opened("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 1000)[:-20])


def test_zip_with_one_file_is_unpacked(opened, rows):
    source = opened("a.zip", _zip(orders_csv=b"a;b\n1,5;2\n"))

    assert rows(source.relation) == [("1,5", "2", 2)]


def test_zip_with_several_files_is_refused_with_their_names(opened):
    with pytest.raises(errors.FileError, match=r"2 files \(one\.csv, two\.csv\)"):
        opened("a.zip", _zip(one_csv=b"a\n", two_csv=b"a\n"))


def test_zip_that_swells_without_measure_is_refused(opened, monkeypatch):
    monkeypatch.setattr(config, "MAX_UNPACKED_FREE_BYTES", 2**20)
    monkeypatch.setattr(config, "MAX_UNPACK_RATIO", 100)

    with pytest.raises(errors.FileError, match="more than 100 times its size"):
        opened("a.zip", _zip(bomb_csv=b"0" * 2**23))


def test_zip_that_is_packed_by_an_unknown_method_is_refused(opened):
    deflate, deflate64 = (8).to_bytes(2, "little"), (9).to_bytes(2, "little")
    packed = bytearray(_zip(a_csv=b"a\n"))
    for header, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = packed.index(header) + place
        assert packed[start : start + 2] == deflate
        packed[start : start + 2] = deflate64

    with pytest.raises(errors.FileError, match="a method that is not read here"):
        opened("a.zip", bytes(packed))


def test_zip_whose_directory_names_another_file_is_refused(opened):
    packed = _zip(a_csv=b"a\n")

    with pytest.raises(errors.FileError, match="damaged zip"):
        opened("a.zip", packed.replace(b"a.csv", b"b.csv", 1))
