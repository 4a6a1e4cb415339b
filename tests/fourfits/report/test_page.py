"""One page that needs nothing but itself."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from fourfits import report, surveys


class _Page(HTMLParser):
    """Collect what a page asks for and how it is built."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [given[name] or "" for name in ("src", "href") if name in given]
        self.ids += [given["id"] or ""] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="module")
def page(loop: report.Loop) -> str:
    """The report of the sample company."""
    return report.page(loop)


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    seen = _Page()
    seen.feed(page)

    assert all(address.startswith(("#", "data:")) for address in seen.addresses)
    assert "@import" not in page.split("</style>", maxsplit=1)[0]


def test_headings_descend_one_step_at_a_time_and_ids_are_unique(page: str) -> None:
    seen = _Page()
    seen.feed(page)

    assert seen.headings[0] == 1
    assert seen.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(seen.headings, seen.headings[1:], strict=False))
    assert len(seen.ids) == len(set(seen.ids))


def test_every_chart_is_there_with_its_data(page: str) -> None:
    specs = re.findall(r'<div class="chart"><script type="application/json">(.*?)</script>', page)

    assert len(specs) >= 15
    assert page.count("<noscript>") == len(specs)
    for spec in specs:
        assert json.loads(spec)["$schema"].startswith("https://vega.github.io")


def test_what_customers_wrote_cannot_become_markup() -> None:
    answers = {"score": [9, 3], "plan": ["<script>alert(1)</script>", "</script><b>"]}

    page = report.single_page(surveys.nps(answers, score="score", by="plan"))

    assert "<script>alert(1)" not in page
    assert "</script><b>" not in page


def test_both_themes_and_print_are_styled(page: str) -> None:
    style = page.split("</style>", maxsplit=1)[0]

    assert '[data-theme="dark"]' in style
    assert "@media print" in style
