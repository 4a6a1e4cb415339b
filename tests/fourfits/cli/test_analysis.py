"""`fourfits analyse` on a home and straight on a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


ANSWERS = "response_id,question_id,kind,score,plan\n" + "".join(
    f"r{number},nps,nps,{score},{'Pro' if number % 2 else 'Free'}\n"
    for number, score in enumerate([10, 9, 9, 8, 3, 0, 10, 7])
)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file of eight answers: four promoters, two detractors."""
    file = tmp_path / "answers.csv"
    file.write_text(ANSWERS)
    return file


@pytest.mark.slow
def test_analyse_reads_a_file_without_a_home(run: Run, answers: Path) -> None:
    done = run("analyse", "nps", answers, "--format", "json")

    content = json.loads(done.out)
    assert done.code == 0
    assert content["analysis"] == "nps"
    assert content["summary"]["nps"] == 25
    assert content["data"] == {"responses": 8}
    assert set(content) >= {"parameters", "as_of", "data", "rows", "summary", "warnings"}


def test_analyse_groups_by_a_column_of_the_file(run: Run, answers: Path) -> None:
    done = run("analyse", "nps", answers, "--by", "plan", "--format", "csv")

    lines = done.out.splitlines()
    assert lines[0].startswith("plan,n_responses,")
    assert {line.split(",")[0] for line in lines[1:]} == {"Pro", "Free"}


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("html", b"<!doctype html>"),
        ("text", b"Net promoter"),
    ],
)
def test_analyse_writes_every_form(
    run: Run, answers: Path, tmp_path: Path, form: str, start: bytes
) -> None:
    file = tmp_path / "out" / f"nps.{form}"

    done = run("analyse", "nps", answers, "--format", form, "--out", file)

    assert done.code == 0, done.err
    assert file.read_bytes().startswith(start)


def test_the_ending_of_the_file_decides_the_form(run: Run, answers: Path, tmp_path: Path) -> None:
    run("analyse", "nps", answers, "-o", tmp_path / "nps.svg")

    assert (tmp_path / "nps.svg").read_text().startswith("<svg")


def test_analyse_reads_a_home(run: Run, home: Path) -> None:
    done = run("analyse", "nps", "--home", home, "--by", "segment", "--format", "json")

    content = json.loads(done.out)
    assert {row["segment"] for row in content["rows"]} >= {"students", "home baristas"}
    assert content["versions"]["responses"] == 0


def test_a_parameter_is_set_by_name(run: Run, answers: Path) -> None:
    done = run("analyse", "nps", answers, "--set", "confidence=0.5", "--format", "json")

    assert json.loads(done.out)["parameters"]["confidence"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["npx"], "There is no analysis 'npx'"),
        (["nps", "--set", "colour=red"], "nps has no parameter colour"),
        (["nps", "--set", "confidence"], "--set holds 'confidence', must be name=value"),
        (["nps", "--set", "confidence=95"], "confidence is 95, must lie between 0 and 1"),
        (["nps", "--format", "pdf"], "--format is 'pdf', must be one of text, json"),
        (["nps", "--by", "colour"], "has no column 'colour'"),
        (["nps", "--as-of", "yesterday"], "'yesterday' is not a date"),
    ],
)
def test_bad_input_is_one_sentence_and_a_hint(
    run: Run, home: Path, arguments: list[str], sentence: str
) -> None:
    done = run("analyse", *arguments, "--home", home)

    assert done.code == 2
    assert sentence in done.err
    assert done.err.count("Error: ") == 1
    assert "Hint: " in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_hints_name_options_as_they_are_typed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "exposures.csv"
    file.write_text(
        "customer_id,variant,exposed_at,bought\n1,old,2024-01-31,1\n2,new,2024-01-31,0\n"
    )

    unnamed = run("analyse", "experiment", file)
    without_control = run("analyse", "experiment", file, "--set", "means=bought")

    assert "--set means=, --set proportions= or --set ratios=" in unnamed.err
    assert "_batch" not in unnamed.err
    assert (unnamed.code, without_control.code) == (2, 1)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    done = run("analyse", "nps", tmp_path / "nowhere.csv")

    assert done.code == 2
    assert "nowhere.csv" in done.err


def test_what_the_data_cannot_support_exits_with_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("response_id,question_id,kind,value_number\nr1,q,csat,5\nr2,q,csat,4\n")

    done = run("analyse", "nps", file)

    assert done.code == 1
    assert "There is no NPS answer" in done.err


def test_analyses_lists_and_describes(run: Run) -> None:
    listed = run("analyses").out
    described = run("analyses", "nps").out

    assert "Net promoter score" in listed
    assert "Reads: responses" in described
    assert "confidence = 0.95" in described


ORDERS = "order_id,line,customer_id,ordered_at,revenue_amount\n" + "".join(
    f"o{i},1,c{i * i % 17},2024-01-{i + 1:02}T10:00:00,{10 + i}\n" for i in range(28)
)


@pytest.mark.slow
def test_analyse_keep_fills_a_table_that_others_read(run: Run, tmp_path: Path) -> None:
    file, home = tmp_path / "orders.csv", tmp_path / "home"
    file.write_text(ORDERS)
    run("import", "orders", file, "--home", home)

    kept = run("analyse", "rfm", "--home", home, "--format", "json", "--keep")
    again = run("analyse", "rfm", "--home", home, "--format", "json", "--keep")
    exported = run("export", "memberships", "--home", home)

    assert json.loads(kept.out)["analysis"] == "rfm"
    assert "Kept 9 rows in memberships (version 0)." in kept.err
    assert "holds these 9 rows already" in again.err
    assert exported.out.splitlines()[0].startswith('"segmentation","customer_id","segment"')
    divided = run("analyse", "lifetime_value", "--home", home, "--by", "segment")
    assert divided.code in {0, 1}  # so few customers may carry no model, but the column is there
    assert "no column" not in divided.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("nps", "--keep"),
            "nps fills no table that could be kept; rfm, lifetime_value, themes do.",
        ),
        (("rfm", "orders.csv", "--keep"), "neither FILE nor --as-of goes with --keep"),
        (("rfm", "--as-of", "2024-01-31", "--keep"), "neither FILE nor --as-of goes with --keep"),
    ],
)
def test_analyse_refuses_to_keep_what_cannot_be_kept(
    run: Run, words: tuple[str, ...], message: str
) -> None:
    done = run("analyse", *words)

    assert done.code == 2
    assert message in done.err
