"""What strangers are told at the door."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from fourfits_web.core.models import SavedView

pytestmark = pytest.mark.django_db
SENT = {"text": "Words that somebody typed"}


def test_who_was_signed_out_hears_that_the_form_was_not_kept(viewer: Client) -> None:
    viewer.get(reverse("members:profile"))
    viewer.cookies["csrftoken"] = "x" * 32
    viewer.logout()
    viewer.cookies["csrftoken"] = "x" * 32

    page = viewer.post(reverse("feedback:add"), SENT, follow=True).content.decode()

    assert "You were signed out meanwhile, so nothing was stored." in page


def test_after_the_sign_in_the_page_with_the_form_comes_again(stranger: Client) -> None:
    form = "http://testserver/needs/7/?tab=quotes"

    answer = stranger.post("/needs/7/accept/", headers={"referer": form})

    assert answer["Location"] == "/sign-in/login/?next=/needs/7/%3Ftab%3Dquotes"


@pytest.mark.parametrize("page", ["http://elsewhere.example/needs/7/", "javascript:alert(1)", ""])
def test_a_sign_in_leads_nowhere_else(stranger: Client, page: str) -> None:
    answer = stranger.post("/needs/7/accept/", headers={"referer": page})

    assert answer["Location"] == "/sign-in/login/?next=/needs/7/accept/"


def test_a_stranger_who_only_looks_hears_nothing_of_forms(stranger: Client) -> None:
    page = stranger.get(reverse("feedback:add"), follow=True).content.decode()

    assert "signed out" not in page


@pytest.mark.parametrize(
    "path", ["/jobs/", "/jobs/?format=csv", "/api/v1/features", "/nowhere/", "/"]
)
def test_no_cache_between_keeps_what_a_member_saw(owner: Client, path: str) -> None:
    assert owner.get(path)["Cache-Control"] == "private, no-cache"


def test_what_says_how_long_it_may_be_kept_is_left_so(stranger: Client) -> None:
    assert "no-store" in stranger.get("/sign-in/login/")["Cache-Control"]


@pytest.mark.parametrize("query", ["key=x", "api_key=x", "token=x", "authorization=Bearer+x"])
def test_a_key_in_the_address_is_no_key(owner: Client, query: str) -> None:
    assert owner.get(f"/api/v1/features?{query}").status_code == 401


ASKED = urlencode(
    {"ask": "Drop “x<y”?|It will not be proposed again.", "next": "/needs/", "ids": ["1", "2"]},
    doseq=True,
)
FORM = "application/x-www-form-urlencoded"


def test_without_a_script_a_page_asks_first_and_sends_the_same_form(owner: Client) -> None:
    asked = owner.post("/views/save/?a=1&b=2", ASKED, FORM)
    page = asked.content.decode()

    assert SavedView.objects.count() == 0
    assert "<h1>Drop “x&lt;y”?</h1>" in page
    assert "<p>It will not be proposed again.</p>" in page
    assert '<form method="post" action="/views/save/?a=1&amp;b=2">' in page
    for name, value in (("next", "/needs/"), ("ids", "1"), ("ids", "2")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert 'name="ask"' not in page


def test_no_question_is_put_to_strangers(stranger: Client) -> None:
    answer = stranger.post("/views/save/", ASKED, FORM)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_body_is_read_also_where_the_answer_does_not_need_it(stranger: Client) -> None:
    read = _Read(b"a=b")
    how = {"wsgi.input": read, "CONTENT_LENGTH": "3", "CONTENT_TYPE": FORM}

    answer = stranger.post("/nowhere/", **how)  # type: ignore[arg-type]

    assert answer.status_code == 404
    assert read.tell() == 3


class _Read(io.BytesIO):
    """What the server hands over; it stays open to be looked at."""
