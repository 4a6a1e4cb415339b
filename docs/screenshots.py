"""Take the pictures of the workspace that stand in the README and the guide.

pip install playwright pillow
python docs/screenshots.py                          a new sample company, served for the occasion
python docs/screenshots.py --link LINK [--to DIR]   a running one, by a link that signs a manager in
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "device_scale_factor": 1.5}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
PICTURES = (
    ("workspace-fits", "/fits/", "light", DESK),
    ("workspace-ranking", "/features/ranking/", "dark", DESK),
    ("workspace-roadmap", "/roadmap/", "light", DESK),
    ("workspace-home", "/", "dark", PHONE),
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MOST_BYTES = 200 * 1024


def main() -> None:
    """Take them all."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    given.add_argument("--link", help="a link that signs a manager in once")
    given.add_argument("--to", type=Path, default=HERE / "images", help="folder for the pictures")
    asked = given.parse_args()
    if asked.link:
        take(asked.link, asked.to)
        return
    with served() as link:
        take(link, asked.to)


@contextmanager
def served() -> Iterator[str]:
    """A sample company of its own; gives the product manager's link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", "from fourfits.cli import main; main()", "demo"]
        running = subprocess.Popen(  # noqa: S603 - ours
            [*command, "--home", f"{home}/demo", "--port", str(port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            lines = running.stdout or ()
            yield next(
                found[1] for line in lines if (found := re.search(r"product manager: (\S+)", line))
            )
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait()


def take(link: str, folder: Path) -> None:
    """Sign in by the link, open each page, keep its picture."""
    at = urlsplit(link)
    with sync_playwright() as playwright:
        command = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=command, args=FLAGS)
        cookies = _signed_in(browser, link)
        for name, path, theme, how in PICTURES:
            context = browser.new_context(color_scheme=theme, reduced_motion="reduce", **how)  # type: ignore[arg-type]
            context.add_cookies(cookies)
            page = context.new_page()
            page.goto(f"{at.scheme}://{at.netloc}{path}")
            for chart in page.locator("[data-chart]").all():
                chart.locator("svg.marks").wait_for()
            (folder / f"{name}.png").write_bytes(small(page.screenshot()))
        browser.close()


def _signed_in(browser: Browser, link: str) -> Any:
    page = browser.new_page()
    for _ in range(100):  # the link is printed a moment before the server listens
        try:
            page.goto(link)
            break
        except Exception:  # noqa: BLE001 - whatever the browser calls a server that is not there yet
            page.wait_for_timeout(200)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.locator("#jobs a").wait_for(state="detached", timeout=300_000)  # forecasts and themes
    return page.context.cookies()


def small(picture: bytes) -> bytes:
    """The picture in as many colours as fit into its bytes."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        method = Image.Quantize.MAXCOVERAGE if colours > 64 else Image.Quantize.MEDIANCUT
        whole.quantize(colours, method=method, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if len(out.getvalue()) <= MOST_BYTES:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
