from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from fourfits_web.core import jobs, views
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role


@pytest.fixture
def job(db: None) -> Job:
    """A job under way."""
    return Job.objects.create(
        kind="test",
        title="Import orders",
        status=Job.Status.RUNNING,
        progress_share=0.25,
        actor_kind="workspace",
        actor_name="Workspace",
        created_at=timezone.now(),
    )


def test_palette_finds_pages_by_letters_in_order(owner: Any) -> None:
    page = owner.get("/palette/?q=adtlg", headers={"HX-Request": "true"}).content.decode()

    assert 'href="/audit/"' in page
    assert "<!doctype" not in page


def test_palette_puts_whole_words_first(owner: Any) -> None:
    page = owner.get("/palette/?q=audit").content.decode()

    assert page.index('role="option"') < page.index("Audit log", page.index('role="option"'))


def test_palette_shows_only_pages_that_the_role_may_see(viewer: Any) -> None:
    page = viewer.get("/palette/?q=audit", headers={"HX-Request": "true"}).content.decode()

    assert "/audit/" not in page
    assert "Nothing found" in page


def test_running_shows_what_runs_and_asks_again(owner: Any, job: Job) -> None:
    part = owner.get("/jobs/running/", headers={"HX-Request": "true"}).content.decode()

    assert f'href="/jobs/{job.pk}/"' in part
    assert 'value="0.25"' in part
    assert 'hx-trigger="every 3s"' in part


def test_running_is_silent_while_nothing_runs(owner: Any, job: Job) -> None:
    Job.objects.update(status=Job.Status.DONE)

    part = owner.get("/jobs/running/", headers={"HX-Request": "true"}).content.decode()

    assert part.strip() == '<div id="jobs"></div>'


def test_what_one_asked_for_and_failed_stands_in_the_corner_until_it_works(
    owner: Any, viewer: Any, member: Any, job: Job
) -> None:
    who = {"actor_kind": "member", "actor_id": str(member(Role.OWNER).pk)}
    failed = {"status": Job.Status.FAILED, "finished_at": timezone.now()}
    Job.objects.update(**who, **failed)

    mine, others = (
        client.get("/jobs/running/", headers={"HX-Request": "true"}).content.decode()
        for client in (owner, viewer)
    )

    assert f'href="/jobs/{job.pk}/" title="Failed: {job.title}"' in mine
    assert others.strip() == '<div id="jobs"></div>'

    Job.objects.create(
        kind=job.kind, title="Again", status=Job.Status.DONE, actor_kind="member",
        actor_name="Somebody", created_at=timezone.now(), finished_at=timezone.now(),
    )  # fmt: skip
    later = owner.get("/jobs/running/", headers={"HX-Request": "true"}).content.decode()
    assert later.strip() == '<div id="jobs"></div>'


def test_a_job_shows_how_far_it_is(owner: Any, job: Job) -> None:
    page = owner.get(f"/jobs/{job.pk}/").content.decode()

    assert "Import orders" in page
    assert "25%" in page
    assert 'hx-trigger="every 1s"' in page


def test_a_job_that_is_over_is_not_asked_for_again(owner: Any, job: Job) -> None:
    Job.objects.update(status=Job.Status.FAILED, error="The file is empty.", hint="choose another")

    page = owner.get(f"/jobs/{job.pk}/").content.decode()

    assert "The file is empty." in page
    assert 'hx-trigger="every 1s"' not in page
    assert "Run again" in page


def test_the_log_is_checked_on_demand(owner: Any) -> None:
    owner.post("/views/save/", {"key": "audit", "name": "Mine", "query": ""})

    page = owner.post("/audit/verify/").content.decode()

    assert "1 entry, each as it was written" in page


def test_an_entry_shows_what_differs(owner: Any) -> None:
    owner.post("/views/save/", {"key": "audit", "name": "<b>Mine</b>", "query": ""})

    page = owner.get("/audit/", follow=True).content.decode()

    assert ">Saved a view</a>" in page
    assert "<b>Mine</b>" not in page


def test_the_menu_marks_where_the_reader_is(owner: Any) -> None:
    page = owner.get("/audit/").content.decode()

    assert page.count('aria-current="page"') == 1
    assert 'href="/audit/" aria-current="page"' in page


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_frame(as_: Any, role: Role) -> None:
    page = as_(role).get("/help/")

    assert page.status_code == 200
    assert role.label in page.content.decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_theme_comes_with_the_page(owner: Any, theme: str) -> None:
    owner.cookies["theme"] = theme

    assert f'<html lang="en" data-bs-theme="{theme}">' in owner.get("/help/").content.decode()


def test_no_page_carries_script_or_style_of_its_own(owner: Any) -> None:
    page = owner.get("/audit/").content.decode()

    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert all("src=" in tag for tag in page.split("<script")[1:])


@pytest.mark.parametrize(("asked", "kept"), [("dark", "dark"), ("light", "light"), ("<x>", "auto")])
def test_a_theme_is_chosen_by_a_form(viewer: Any, asked: str, kept: str) -> None:
    answer = viewer.post("/theme/", {"theme": asked, "next": "/jobs/"})

    assert answer["Location"] == "/jobs/"
    assert answer.cookies["theme"].value == kept
    assert 'name="theme" value="dark"' in viewer.get("/help/").content.decode()


def test_search_leads_to_a_page(viewer: Any) -> None:
    page = viewer.get("/help/").content.decode()

    assert '<a class="search-button" href="/palette/"' in page
    assert 'name="q"' in viewer.get("/palette/").content.decode()


def test_who_may_not_manage_jobs_is_offered_no_button(viewer: Any, owner: Any) -> None:
    row = jobs.start(Actor.workspace(), "x", "Count")
    path = f"/jobs/{row.pk}/"

    assert "/cancel/" not in viewer.get(path).content.decode()
    assert "/cancel/" in owner.get(path).content.decode()


@pytest.mark.parametrize(
    ("problem", "status"),
    [(RuntimeError("a secret path"), 500), (OperationalError("a secret host"), 503)],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_breaks_is_said_without_database_or_script(
    member: Any, monkeypatch: pytest.MonkeyPatch, problem: Exception, status: int, theme: str
) -> None:  # fmt: skip
    client = Client(raise_request_exception=False)
    client.force_login(member(Role.OWNER))
    client.cookies["theme"] = theme
    monkeypatch.setattr(views, "_pages", _raising(problem))

    page, asked = client.get("/palette/"), client.get("/palette/", headers={"HX-Request": "true"})

    assert {page.status_code, asked.status_code} == {status}
    assert f'<p class="error-code">{status}</p>' in page.content.decode()
    assert f'data-bs-theme="{theme}"' in page.content.decode()
    assert "secret" not in page.content.decode()
    assert page.has_header("Retry-After") == (status == 503)


def test_what_breaks_has_a_reference_that_stands_in_the_log(
    member: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(member(Role.OWNER))
    monkeypatch.setattr(views, "_pages", _raising(RuntimeError("a secret path")))

    answer = client.get("/palette/")

    assert f"reference {answer['X-Reference']}: GET /palette/ broke" in caplog.text
    assert answer["X-Reference"] in answer.content.decode()


def test_the_page_of_what_breaks_asks_no_database() -> None:
    answer = views.broken(RequestFactory().get("/"))  # to ask one would fail this test

    assert answer.status_code == 500
    assert b"Something broke" in answer.content


def _raising(problem: Exception) -> Any:
    def raise_it(*_: Any) -> None:
        raise problem

    return raise_it
