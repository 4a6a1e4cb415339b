"""The library stands without Django, and its door opens without heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "altair",
    "deltalake",
    "duckdb",
    "faiss",
    "ibis",
    "model2vec",
    "pandas",
    "polars",
    "pyarrow.compute",
    "scipy",
    "sklearn",
    "sknetwork",
    "sqlglot",
    "tea_tasting",
    "vl_convert",
    "wordllama",
)


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_every_module_imports_with_django_blocked() -> None:
    n_modules = run(
        "import sys, pkgutil, importlib\n"
        "sys.modules['django'] = None\n"
        "import fourfits\n"
        "names = [one.name for one in pkgutil.walk_packages(fourfits.__path__, 'fourfits.')]\n"
        "[importlib.import_module(name) for name in names]\n"
        "print(len(names))"
    )

    assert int(n_modules) > 50


@pytest.mark.slow
def test_the_door_opens_without_a_heavy_library() -> None:
    loaded = run(
        "import sys, fourfits, fourfits.cli, fourfits.analyses\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )

    assert loaded == ""


@pytest.mark.slow
def test_a_slice_is_loaded_when_it_is_used() -> None:
    loaded = run(
        "import sys, fourfits as ff\n"
        "before = 'fourfits.surveys.nps' in sys.modules\n"
        "ff.surveys.nps\n"
        "print(before, 'fourfits.surveys.nps' in sys.modules)"
    )

    assert loaded == "False True"
