"""The pages that repeat what the code says are in step with it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", generator().PAGES)
def test_the_page_is_in_step(page: str) -> None:
    written = (DOCS / page).read_text("utf-8")

    assert written == generator().PAGES[page](), "run `make docs`"


def test_check_names_a_page_that_is_not_in_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = generator()
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "PAGES", {"one.md": lambda: "one", "two.md": lambda: "two"})
    (tmp_path / "one.md").write_text("one")

    assert module.main(["--check"]) == 1
    assert "two.md" in capsys.readouterr().err
    assert module.main([]) == 0
    assert module.main(["--check"]) == 0


def test_arguments_are_read_from_a_docstring() -> None:
    text = "A.\n\nArgs:\n    x: One,\n        two.\n    y: Three.\n\nReturns:\n    z: No."

    assert generator().arguments(text) == {"x": "One, two.", "y": "Three."}
    assert generator().arguments("No arguments.") == {}
