"""The README and every guide run as written."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_guide_runs_as_written(
    guide: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(home, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(guide.read_text("utf-8"))
    assert blocks, f"{guide.name} has no block that runs"

    names: dict[str, object] = {"__name__": "guide"}
    for language, text in blocks:
        if language == "python":
            exec(compile(text, str(guide), "exec"), names)  # noqa: S102 - our own guides
        else:
            _run_commands(text)


def _run_commands(text: str) -> None:
    """Run each `$ fourfits ...` line; the lines below it must stand in its output, `...` for some."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, expected = part.partition("\n")
        command = [str(Path(sys.executable).parent / "fourfits"), *shlex.split(line)[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 2}, f"{line}: {done.stderr}"
        shown = done.stdout + done.stderr
        for fragment in expected.strip().split("..."):
            for wanted in filter(None, map(str.strip, fragment.splitlines())):
                assert " ".join(wanted.split()) in " ".join(shown.split()), f"{line}: {shown}"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
