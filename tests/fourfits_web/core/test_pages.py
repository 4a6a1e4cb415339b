from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from fourfits_web.core import pages
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import RefusedError
from fourfits_web.core.roles import Role


@pytest.fixture
def asked(member: Any) -> Any:
    """A request of a role, as the middleware leaves it."""

    def make(method: str = "get", role: Role = Role.OWNER, **options: Any) -> HttpRequest:
        headers = options.pop("headers", {})
        request: Any = getattr(RequestFactory(), method)("/jobs/", headers=headers, **options)
        request.user = member(role)
        request.session = {}
        request._messages = FallbackStorage(request)
        request.htmx = HtmxDetails(request)
        return request  # type: ignore[no-any-return]

    return make


def test_page_answers_with_the_whole_page(asked: Any) -> None:
    response = pages.page(asked(), "core/help.html")

    assert b"<!doctype html>" in response.content
    assert "HX-Request" in response["Vary"]


def test_page_answers_htmx_with_the_fragment(asked: Any) -> None:
    response = pages.page(asked(headers={"HX-Request": "true"}), "core/help.html")

    assert b"<!doctype html>" not in response.content
    assert b"Anywhere" in response.content
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_a_page_read_is_let_go_with_it(asked: Any, headers: dict[str, str]) -> None:
    class Read:
        pass

    read = Read()
    seen = weakref.ref(read)
    gc.disable()
    try:
        pages.page(asked(headers=headers), "core/help.html", {"read": read})
        del read
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_page_answers_a_boosted_or_restored_page_whole(asked: Any, header: str) -> None:
    response = pages.page(asked(headers={"HX-Request": "true", header: "true"}), "core/help.html")

    assert b"<!doctype html>" in response.content


def test_page_keeps_the_status_of_a_refused_form(asked: Any) -> None:
    assert pages.page(asked(), "core/help.html", status=422).status_code == 422


def test_page_shows_messages_beside_a_fragment(asked: Any) -> None:
    request = asked(headers={"HX-Request": "true"})
    pages.back(request, "core:jobs", "It is done.")

    response = pages.page(request, "core/help.html")

    assert b'hx-swap-oob="true"' in response.content
    assert b"It is done." in response.content


def test_back_leads_to_the_page_of_the_form(asked: Any) -> None:
    request = asked("post", data={"next": "/audit/?q=a"})

    response = pages.back(request, "core:jobs", "It is done.")

    assert (response.status_code, response["Location"]) == (302, "/audit/?q=a")
    assert [str(message) for message in request._messages] == ["It is done."]


@pytest.mark.parametrize(
    "address", ["https://example.org/", "//example.org", "javascript:alert(1)"]
)
def test_back_leads_to_no_other_host(asked: Any, address: str) -> None:
    response = pages.back(asked("post", data={"next": address}), "core:jobs")

    assert response["Location"] == "/jobs/"


def test_back_leads_htmx_there_too(asked: Any) -> None:
    response = pages.back(asked("post", headers={"HX-Request": "true"}), "core:jobs")

    assert (response.status_code, response["HX-Redirect"]) == (204, "/jobs/")


def test_may_lets_those_in_who_may(asked: Any) -> None:
    @pages.may("members.manage")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    assert view(asked(role=Role.OWNER)).content == b"in"
    with pytest.raises(RefusedError, match="viewer may not"):
        view(asked(role=Role.VIEWER))


def test_a_refusal_reads_as_a_sentence(viewer: Any) -> None:
    response = viewer.get("/audit/")

    assert response.status_code == 403
    assert b"A viewer may not read the audit log." in response.content


@pytest.mark.parametrize("path", ["/no-such-page/", "/needs/999999/"])
def test_who_is_signed_in_keeps_the_menu_where_nothing_is(viewer: Any, path: str) -> None:
    response = viewer.get(path)

    assert response.status_code == 404
    assert response.content.count(b"<h1>There is nothing here</h1>") == 1
    assert b'href="/feedback/"' in response.content


def test_a_stranger_reads_that_nothing_is_there_and_no_more(stranger: Any) -> None:
    response = stranger.get("/no-such-page/")

    assert response.status_code == 404
    assert response.content.count(b"<h1>There is nothing here</h1>") == 1
    assert b"/feedback/" not in response.content


def test_the_actor_of_a_page_comes_through_the_page(asked: Any) -> None:
    assert Actor.of(asked()).door == "page"


def test_htmx_copies_no_styles_between_parts(viewer: Any) -> None:
    """A dragged card carries a style of its own; to copy it is what the policy forbids."""
    answer = viewer.get("/help/").content.decode()

    assert '"attributesToSettle":["class","width","height"]' in answer
