"""The quick part of the tests stays quick, and has something of every slice."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SLICES = [
    folder
    for half in ("fourfits", "fourfits_web")
    for folder in sorted((TESTS / half).iterdir())
    if folder.is_dir() and folder.name not in {"browser", "__pycache__"}
]


def _files(request: pytest.FixtureRequest, *, mark: str | None = None) -> set[Path]:
    """Files of the tests that were collected, all or those of a mark."""
    items = request.session.items
    return {item.path for item in items if mark is None or item.get_closest_marker(mark)}


def test_a_test_of_the_unit_part_starts_no_process() -> None:
    with pytest.raises(AssertionError, match="mark it as slow"):
        subprocess.run(["true"], check=True)


def test_a_file_that_drives_a_browser_is_apart(request: pytest.FixtureRequest) -> None:
    units = _files(request, mark="unit")

    assert [file for file in units if "\nfrom playwright" in file.read_text("utf-8")] == []


@pytest.mark.parametrize("folder", SLICES, ids=lambda folder: str(folder.relative_to(TESTS)))
def test_every_slice_has_tests_in_the_unit_part(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    if not _files(request) >= set(folder.rglob("test_*.py")):
        pytest.skip("its tests were not all collected")

    assert any(file.is_relative_to(folder) for file in _files(request, mark="unit"))
