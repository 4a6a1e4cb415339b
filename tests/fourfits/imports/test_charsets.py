"""Character sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfits.imports import charsets

_LATIN = ("Müller", "Straße", "façade", "señor", "naïve", "Ångström")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
        ("latin-1", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
    ],
)
def test_a_western_text_is_read_in_its_character_set(opened, rows, encoding, name):
    text = "name,city\n" + "".join(f"{word} Müller,{word}\n" for word in _LATIN)

    source = opened("a.csv", text.encode(encoding))

    assert name in source.description
    assert rows(source.relation)[1][:2] == ("Straße Müller", "Straße")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "имя,город\nИван Петров,Москва\nПётр Иванов,Тверь\nАнна Смирнова,Казань\n"),
        ("shift_jis", "名前,都市\n山田太郎,東京都\n鈴木花子,大阪府\n佐藤次郎,名古屋市\n"),
    ],
)
def test_other_scripts_are_left_to_statistics(opened, rows, encoding, text):
    source = opened("a.csv", text.encode(encoding))

    assert list(source.columns) == text.splitlines()[0].split(",")
    assert rows(source.relation)[0][0] == text.splitlines()[1].split(",")[0]


def test_curly_quotes_tell_mac_roman_from_windows():
    assert charsets.eight_bit("the quality couldn’t be — good".encode("mac_roman")) == "mac_roman"
    assert charsets.eight_bit("the quality couldn’t be — good".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman"])
def test_two_names_are_enough_to_tell_a_western_character_set(opened, rows, encoding):
    source = opened("a.csv", "id;name\n1;Müller\n2;Zoë\n".encode(encoding))

    assert [row[1] for row in rows(source.relation)] == ["Müller", "Zoë"]


@pytest.mark.parametrize("before", range(4))
def test_a_character_that_stands_across_two_looks_is_not_held_against_utf8(opened, before):
    padding = b"x" * (2**20 - 8 - before)

    source = opened("a.csv", b"id,name\n" + padding + "€€€€€,1\n".encode())

    assert source.description == "CSV, UTF-8"


def test_a_damaged_line_does_not_make_a_file_of_utf8_something_else(opened, rows):
    source = opened("a.csv", "a,b\n1,ü\n2,é\n".encode() + b"3,\xff\n4,y\n")

    assert [row[0] for row in rows(source.relation)] == ["1", "2", "4"]
    assert rows(source.rejects)[0][:2] == (4, "the line is not valid UTF-8")


def test_letters_beyond_the_first_megabyte_count(opened, connection):
    content = b"a,b\n" + b"plain,text\n" * 150_000 + "Müller,5 £\n".encode("cp1252")

    source = opened("a.csv", content)

    last = connection.sql(f"SELECT a, b, _line FROM {source.relation} ORDER BY _line DESC LIMIT 1")
    assert last.fetchone() == ("Müller", "5 £", 150_002)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=200))
def test_valid_utf8_is_never_taken_for_another_set(text):
    assert charsets.eight_bit((text + "é").encode()) == "utf-8"
