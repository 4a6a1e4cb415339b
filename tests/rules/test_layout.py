"""What holds for every file: its place, its size, and what it may not do."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from fourfits import errors

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src" / "fourfits", ROOT / "tests" / "fourfits"
SOURCES = sorted(SOURCE.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
EVERY = sorted(
    [
        *SOURCES,
        *(ROOT / "src" / "fourfits_web").rglob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "benchmarks").rglob("*.py"),
        *(ROOT / "docs").rglob("*.py"),
    ]
)

MOST_LINES = 600
MOST_LINES_OF_A_FUNCTION = 60

MAY_RUN_QUERIES = {
    "sums.py": "the one door",
    "sources.py": "opens a source, asks which segmentation it has",
    "lake": "reads and writes its own files",
    "imports": "parses files in the engine, before there is a table to ask",
}
MAY_READ_THE_CLOCK = {
    "cli": "the door passes the day in",
    "lake": "a commit carries its moment",
}

TESTS_OF_A_WHOLE_SLICE = {
    "imports/test_crashes.py": "kills an import at any moment",
    "imports/test_realdata.py": "imports the public data sets",
    "samples/test_recovery.py": "finds every planted fact again",
}

each_source = pytest.mark.parametrize(
    "file", SOURCES, ids=lambda file: str(file.relative_to(SOURCE))
)
each_file = pytest.mark.parametrize("file", EVERY, ids=lambda file: str(file.relative_to(ROOT)))


@pytest.mark.parametrize("file", TEST_FILES, ids=lambda file: str(file.relative_to(TESTS)))
def test_every_test_file_has_its_source_file(file: Path) -> None:
    if str(file.relative_to(TESTS)) in TESTS_OF_A_WHOLE_SLICE:
        return
    place, name = file.parent.relative_to(TESTS), file.stem.removeprefix("test_")
    folder = SOURCE / place

    assert (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


@each_source
def test_every_source_file_is_tested(file: Path) -> None:
    """By a file of its own, by name in a test of its slice, or through a tested file beside it."""
    if file.name == "__init__.py" or _has_own_test(file):
        return
    tests = (TESTS / file.relative_to(SOURCE).parts[0]).rglob("test_*.py")
    words = set(re.findall(r"\w+", " ".join(test.read_text("utf-8") for test in tests)))
    beside = [one for one in file.parent.glob("*.py") if _has_own_test(one)]
    used = any(re.search(rf"\b{file.stem}\b", one.read_text("utf-8")) for one in beside)

    assert file.stem in words or used


@each_file
def test_no_file_is_too_long(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES


@each_file
def test_no_function_is_too_long(file: Path) -> None:
    for function in _nodes(file, ast.FunctionDef):
        first = function.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        start = first.end_lineno if documented else function.lineno
        lines = (function.end_lineno or 0) - (start or 0)
        assert lines <= MOST_LINES_OF_A_FUNCTION, f"{function.name} has {lines} lines"


@each_source
def test_queries_run_through_the_one_door(file: Path) -> None:
    if file.relative_to(SOURCE).parts[0] in MAY_RUN_QUERIES:
        return

    for call in _nodes(file, ast.Call):
        name = _called(call)
        assert name not in ("to_pyarrow_batches", "to_pandas", "to_polars", "raw_sql"), _at(
            file, call
        )
        if name in ("to_pyarrow", "execute"):
            assert _on_a_schema(call), _at(file, call)


@each_source
def test_no_module_reads_the_clock(file: Path) -> None:
    if file.relative_to(SOURCE).parts[0] in MAY_READ_THE_CLOCK:
        return

    for call in _nodes(file, ast.Call):
        chain = ast.unparse(call.func)
        clock = re.search(r"\b(datetime|date)\.(now|utcnow|today)$|^time\.(time|time_ns)$", chain)
        assert clock is None, _at(file, call)
        assert not re.search(r"\bibis\.(now|today)$", chain), _at(file, call)


@each_source
def test_no_module_draws_from_a_global_generator(file: Path) -> None:
    text = file.read_text("utf-8")

    assert not re.search(r"^\s*(import random|from random import)", text, re.MULTILINE)
    for call in _nodes(file, ast.Call):
        chain = ast.unparse(call.func)
        drawn = re.fullmatch(r"(np|numpy)\.random\.(\w+)", chain)
        allowed = ("default_rng", "Generator", "SeedSequence", "PCG64", "Philox")
        assert drawn is None or drawn[2] in allowed, _at(file, call)
        if chain.endswith("default_rng"):
            assert call.args, f"{_at(file, call)} has no seed"


def test_every_error_stands_in_the_tree_of_its_docstring() -> None:
    every = [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.FourfitsError)
    ]
    tree = errors.__doc__ or ""

    for error in every:
        assert re.search(rf"\b{error.__name__}\b", tree), error
        for base in error.__bases__:
            if base.__module__ == "builtins":
                line = next(
                    line for line in tree.splitlines() if re.search(rf"\b{error.__name__}\b", line)
                )
                assert error is errors.FourfitsError or base.__name__ in line, error


@each_source
def test_only_our_own_errors_are_raised(file: Path) -> None:
    """Others are for what a caller cannot cause: a broken promise inside the library."""
    for raised in _nodes(file, ast.Raise):
        if isinstance(raised.exc, ast.Call):
            name = ast.unparse(raised.exc.func)
            inside = ("AttributeError", "TypeError", "SystemExit", "StopIteration")
            own = name.startswith(("errors.", "typer.")) or name in vars(errors)
            made_by_a_function = name.rpartition(".")[2].islower()
            assert own or name in inside or made_by_a_function, _at(file, raised)


def _nodes(file: Path, kind: type[Node]) -> Iterator[Node]:
    tree = ast.parse(file.read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def _has_own_test(file: Path) -> bool:
    return (TESTS / file.parent.relative_to(SOURCE) / f"test_{file.stem}.py").is_file()


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _on_a_schema(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith(
        "schema()"
    )


def _at(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
