"""`fourfits demo` and `fourfits report`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fourfits import config

Run = Callable[..., Any]


def test_report_gives_the_same_content_as_page_json_and_text(
    run: Run, home: Path, tmp_path: Path
) -> None:
    page, data = tmp_path / "report.html", tmp_path / "report.json"

    as_page = run("report", "--home", home, "--out", page)
    as_data = run("report", "--home", home, "--out", data, "--format", "json")

    content = json.loads(data.read_text())
    assert (as_page.code, as_data.code) == (0, 0), as_page.err + as_data.err
    assert page.read_text().startswith("<!doctype html>")
    assert "The four fits" in as_page.out
    assert {"fits", "conflicts", "plan"} <= {chapter["key"] for chapter in content["chapters"]}


def test_demo_never_replaces_somebodys_data(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    config.write_workspace(tmp_path, config.Workspace(name="My shop"))

    done = run("demo", "--home", tmp_path, "--no-serve")

    assert done.code == 2
    assert "holds data of My shop" in done.err


@pytest.mark.slow
def test_demo_makes_a_company_and_its_report(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--home", tmp_path / "demo", "--size", 1000, "--no-serve")

    assert done.code == 0, done.err
    assert (tmp_path / "demo" / "report.html").stat().st_size > 100_000
    assert "Build next" in done.out


def test_report_refuses_an_unknown_form(run: Run, home: Path) -> None:
    done = run("report", "--home", home, "--format", "pdf")

    assert done.code == 2
    assert "must be html, json or text" in done.err
