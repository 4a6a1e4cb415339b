from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from fourfits_web.core.models import AuditEntry, SavedView

SAVED = {"key": "audit", "name": " Mine ", "query": "q=a&sort=at", "path": "/audit/"}


def test_save_view_keeps_the_address_under_a_name(owner: Any) -> None:
    response = owner.post("/views/save/", SAVED, follow=True)

    assert response.redirect_chain == [("/audit/?q=a&sort=at", 302)]
    assert b"Saved the view" in response.content
    assert SavedView.objects.get().name == "Mine"
    assert AuditEntry.objects.get().verb == "view.saved"


def test_save_view_again_keeps_the_newer_address(owner: Any) -> None:
    owner.post("/views/save/", SAVED)
    owner.post("/views/save/", {**SAVED, "query": "q=b"})

    assert [view.query for view in SavedView.objects.all()] == ["q=b"]


def test_save_view_needs_a_name(owner: Any) -> None:
    response = owner.post("/views/save/", {**SAVED, "name": " "})

    assert response.status_code == 400
    assert b"A saved view needs a name." in response.content


def test_save_view_leads_to_no_other_host(owner: Any) -> None:
    response = owner.post("/views/save/", {**SAVED, "path": "https://example.org/"})

    assert response["Location"].startswith("/")


def test_a_saved_view_is_its_members_own(owner: Any, product_manager: Any) -> None:
    owner.post("/views/save/", SAVED)
    view = SavedView.objects.get()

    response = product_manager.post("/views/forget/", {"view": view.pk})

    assert response.status_code == 404
    assert SavedView.objects.exists()


def test_forget_view_forgets_it(owner: Any) -> None:
    owner.post("/views/save/", SAVED)
    view = SavedView.objects.get()

    response = owner.post("/views/forget/", {"view": view.pk, "next": "/audit/"}, follow=True)

    assert b"Forgot the view" in response.content
    assert not SavedView.objects.exists()


def test_forget_view_of_nonsense_is_not_found(owner: Any) -> None:
    assert owner.post("/views/forget/", {"view": "x"}).status_code == 404


def test_a_stranger_saves_nothing(stranger: Any) -> None:
    response = stranger.post("/views/save/", SAVED)

    assert response["Location"].startswith("/sign-in/login/")
    assert not SavedView.objects.exists()


def test_a_view_is_named_on_a_page_of_its_own(product_manager: Client) -> None:
    listing = product_manager.get("/jobs/?q=import").content.decode()
    url = html.unescape(re.search(r'href="(/views/save/[^"]+)" data-open', listing).group(1))  # type: ignore[union-attr]

    page = product_manager.get(url).content.decode()
    fields = dict(re.findall(r'name="(key|query|path)" value="([^"]*)"', page.split("<main")[1]))
    answer = product_manager.post("/views/save/", {**fields, "name": "Imports"})

    assert fields == {"key": "jobs", "query": "q=import", "path": "/jobs/"}
    assert answer["Location"] == "/jobs/?q=import"


def test_the_page_that_names_a_view_leads_nowhere_else(product_manager: Client) -> None:
    page = product_manager.get("/views/save/", {"path": "//evil.example/", "key": "jobs"})

    assert "evil.example" not in page.content.decode().split("<main")[1]
