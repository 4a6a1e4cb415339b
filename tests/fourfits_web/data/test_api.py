"""Files and imports through the API."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fourfits_web.core import jobs
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.data import api, places
from fourfits_web.data.models import Batch, Upload
from fourfits_web.members import actions
from fourfits_web.members.models import Key

assert api

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


def _file(text: str, name: str = "shop.csv") -> io.BytesIO:
    file = io.BytesIO(text.encode())
    file.name = name
    return file


@pytest.fixture
def brought(ask: Ask, shop: str, empty_home: Path) -> dict[str, Any]:
    """The shop's file, looked at."""
    answer = ask("post", "/uploads", {"file": _file(shop)})
    assert answer.status_code == 202, answer.content
    jobs.run_waiting()
    found: dict[str, Any] = ask("get", f"/uploads/{answer.json()['data']['id']}").json()["data"]
    return found


@pytest.mark.slow
def test_a_file_goes_all_the_way_in_and_is_taken_back(ask: Ask, brought: dict[str, Any]) -> None:
    path = f"/uploads/{brought['id']}"
    started = ask("post", f"{path}/import").json()["data"]
    jobs.run_waiting()
    done = ask("get", f"/jobs/{started['id']}").json()["data"]
    file = ask("get", path).json()["data"]
    one = ask("get", f"/imports/{file['import']}").json()["data"]
    undo = ask("post", f"/imports/{one['id']}/undo")
    jobs.run_waiting()
    undone = ask("get", f"/imports/{one['id']}").json()["data"]

    assert (brought["status"], brought["table"]) == ("checked", "orders")
    assert brought["dry_run"]["n_added"] == 3
    assert (done["status"], done["result"]["n_added"]) == ("done", 3)
    assert (one["n_added"], one["n_quarantined"], one["undone_at"]) == (3, 2, None)
    assert undo.status_code == 202
    assert undone["undone_at"] is not None
    assert ask("get", "/imports?table=orders").json()["data"] == [undone]
    assert {
        entry.verb: entry.door for entry in AuditEntry.objects.filter(verb__startswith="data.")
    } == {
        "data.upload": "api",
        "data.import": "api",
        "data.imported": "job",
        "data.undo": "api",
        "data.undone": "job",
    }


@pytest.mark.slow
def test_a_file_is_read_as_it_is_said(ask: Ask, brought: dict[str, Any]) -> None:
    path = f"/uploads/{brought['id']}"
    said = ask("patch", path, {"left_out": ["Country"]})
    jobs.run_waiting()
    tried = ask("post", f"{path}/dry-run")
    jobs.run_waiting()
    file = ask("get", path).json()["data"]
    unknown = ask("patch", path, {"table": "nonsense"})

    assert (said.status_code, tried.status_code) == (202, 202)
    assert (file["left_out"], file["status"], file["table"]) == (["Country"], "checked", "orders")
    assert unknown.status_code in {400, 422}
    assert "orders" in str(unknown.json()["error"])


@pytest.mark.slow
def test_a_file_that_is_let_go_leaves_nothing(ask: Ask, brought: dict[str, Any]) -> None:
    answer = ask("delete", f"/uploads/{brought['id']}")

    assert answer.status_code == 204
    assert not Upload.objects.exists()
    assert list(places.uploads().iterdir()) == []


def test_a_file_of_the_server_is_named_by_its_path(ask: Ask, shop: str, empty_home: Path) -> None:
    inbox = empty_home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "shop.csv").write_text(shop)

    inside = ask("post", "/uploads/from-server", {"path": "shop.csv"})
    outside = ask("post", "/uploads/from-server", {"path": "../../etc/passwd"})

    assert inside.status_code == 202
    assert outside.status_code == 400
    assert "does not lie in a folder" in outside.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"document": _file("a,b")}])
def test_a_request_without_a_file_is_refused(ask: Ask, empty_home: Path, body: Any) -> None:
    answer = ask("post", "/uploads", body)

    assert answer.status_code == 400
    assert "No file was sent" in answer.json()["error"]["message"]
    assert list(places.uploads().iterdir()) == []


@pytest.mark.slow
def test_only_who_may_import_sees_files(ask: Ask, brought: dict[str, Any]) -> None:
    path = f"/uploads/{brought['id']}"
    before = Upload.objects.count()

    assert ask("get", path, role=Role.VIEWER).status_code == 403
    assert ask("post", f"{path}/import", scopes=("workspace.read",)).status_code == 403
    assert ask("post", "/uploads", {"file": _file("x")}, role=Role.VIEWER).status_code == 403
    assert ask("get", "/imports", role=Role.VIEWER).status_code == 200
    assert Upload.objects.count() == before


@pytest.mark.slow
def test_a_body_beyond_the_limit_is_refused_in_shape(
    ask: Ask, settings: Any, empty_home: Path
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1_000
    file = ask("post", "/uploads", {"file": _file("x" * 2_000)})
    words = ask("post", "/uploads/from-server", {"path": "x" * 9_000_000})
    long = ask("post", "/uploads/from-server", {"path": "x" * 6_000_000})

    assert [file.status_code, words.status_code, long.status_code] == [413, 413, 422]
    assert file.json()["error"]["code"] == "too_large"


def test_a_file_that_is_sent_again_is_brought_once(
    actor: Callable[[Role], Actor], shop: str, empty_home: Path
) -> None:
    secret, owner = actions.new_key(), actor(Role.OWNER)
    actions.issue_key(owner, name="P", member=owner.member, scopes=["data.import"], secret=secret)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}

    answers = [
        Client().post("/api/v1/uploads", {"file": _file(text)}, headers=headers)
        for text in (shop, shop, shop + "more")
    ]

    assert [answer.status_code for answer in answers] == [202, 202, 409]
    assert answers[0].json() == answers[1].json()
    assert Upload.objects.count() == 1


@pytest.mark.slow
def test_a_job_of_a_key_that_was_revoked_does_nothing(ask: Ask, brought: dict[str, Any]) -> None:
    started = ask("post", f"/uploads/{brought['id']}/import").json()["data"]
    for key in Key.objects.filter(revoked_at=None):
        actions.revoke_key(Actor.workspace(), key)

    jobs.run_waiting()

    job = ask("get", f"/jobs/{started['id']}").json()["data"]
    assert job["status"] == "failed"
    assert "may no longer come in" in job["error"]
    assert not Batch.objects.exists()
