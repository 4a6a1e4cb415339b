from __future__ import annotations

import re

import pytest
from django.test import RequestFactory

from fourfits_web.core import lists


@pytest.fixture
def form() -> lists.Form:
    return lists.Form(RequestFactory().get("/members/"))


def test_a_form_posts_with_the_token_of_its_request(form: lists.Form) -> None:
    first, second = (form.button(f"/members/{n}/activate/", "Let in again") for n in (1, 2))

    tokens = [
        re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', one) for one in (first, second)
    ]
    assert tokens[0] == tokens[1] != []
    assert 'method="post" action="/members/1/activate/"' in first
    assert ">Let in again</button>" in first


def test_what_people_typed_stands_in_a_form_as_text(form: lists.Form) -> None:
    drawn = form.button('/x/"onclick="', "<b>", confirm='"><script>')

    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert 'onclick="' not in drawn
