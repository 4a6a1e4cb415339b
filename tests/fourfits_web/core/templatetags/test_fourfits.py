from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.template import Context, engines
from django.test import RequestFactory

from fourfits_web.core.templatetags import fourfits


def drawn(template: str, **context: Any) -> str:
    """What the template makes of the context."""
    engine: Any = engines["django"]
    request = RequestFactory().get("/")
    return str(engine.engine.from_string(template).render(Context({"request": request, **context})))


@pytest.fixture
def spec() -> dict[str, Any]:
    return {"mark": "bar", "title": "</script><script>alert(1)</script>", "data": {"values": []}}


def test_chart_puts_its_data_where_nothing_can_end_the_block(spec: dict[str, Any]) -> None:
    html = drawn('{% chart spec "Retention" %}', spec=spec)

    assert "alert(1)</script>" not in html
    blocks = re.findall(r"<script type=\"application/json\"[^>]*>(.*?)</script>", html)
    assert json.loads(blocks[-1])["title"] == spec["title"]


def test_chart_carries_the_looks_once_a_page(spec: dict[str, Any]) -> None:
    html = drawn('{% chart spec "One" %}{% chart spec "Two" %}', spec=spec)

    assert html.count("data-chart-looks") == 1
    assert html.count("data-chart-spec") == 2


def test_chart_without_a_spec_says_so() -> None:
    assert "nothing to draw" in drawn('{% chart spec "None" %}', spec=None)


def test_icon_is_hidden_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "search" %}')
    assert 'role="img" aria-label="&lt;b&gt;"' in drawn('{% icon "search" label %}', label="<b>")


def test_every_icon_that_is_asked_for_has_a_drawing(root: Any) -> None:
    import importlib.util

    place = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert place is not None
    assert place.loader is not None
    hook = importlib.util.module_from_spec(place)
    place.loader.exec_module(hook)
    made = json.loads(fourfits.DRAWINGS.read_text("utf-8"))

    missing = set(hook.icons_used(root / hook.WEB)) - set(made)

    assert not missing, "run `make assets`"


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Any:
    return pytestconfig.rootpath


def test_filters_read_as_the_display_says() -> None:
    html = drawn(
        '{{ n|number }} {{ x|share }} {{ n|money:"EUR" }} {{ n|money_short:"EUR" }}', n=12345, x=0.5
    )

    assert html == "12,345 50% €12,345 €12.3k"
