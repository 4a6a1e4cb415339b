"""The API does what its own description says, whatever a program sends (schemathesis)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fourfits_web.core import roles
from fourfits_web.core.actors import Actor
from fourfits_web.core.models import Job
from fourfits_web.core.roles import Role
from fourfits_web.customers.models import Account, Person
from fourfits_web.data.models import Batch, Upload
from fourfits_web.decisions import actions as decisions
from fourfits_web.features import actions as features
from fourfits_web.feedback import actions as feedback
from fourfits_web.members import actions as members
from fourfits_web.needs import actions as needs
from fourfits_web.project import api
from fourfits_web.reports.models import Report
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.roadmap import telling

EXAMPLES = 12
"""Requests of each kind to each operation; more find more: `EXAMPLES = 500` once in a while."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DESCRIBED = json.loads(json.dumps(api.api.get_openapi_schema()))
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
SERVER = get_wsgi_application()
OPERATIONS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]

pytestmark = pytest.mark.django_db


def _served(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer as a server does: what a request opened is closed at its end."""
    answer = SERVER(environ, start)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


SCHEMA.app = _served


@pytest.fixture(autouse=True)
def _the_transaction_of_the_test_stays_open() -> Iterator[None]:
    """As in Django's own client: the end of a request does not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(actor: Callable[[Role], Actor], empty_home: Path) -> dict[str, str]:
    """One record of each kind, by the name of the parameter that asks for it."""
    now, owner = timezone.now(), actor(Role.OWNER)
    Person.objects.create(customer_id="C1", account_id="A1", digest=0)
    Account.objects.create(account_id="A1", digest=0)
    item = feedback.receive(owner, text="The export is slow.", customer_id="C1")
    need, other = needs.add(owner, name="Export"), needs.add(owner, name="Colours")
    needs.link(owner, item, need=need)
    feature = features.add(owner, name="Faster export")
    features.link_need(owner, feature, need=other)
    place = roadmap.put(owner, feature, lane="next")
    release = roadmap.plan_release(owner, name="Spring")
    needs.link(owner, item, need=other)
    features.change(owner, feature, status="shipped")
    note = telling.tell(owner, feature, people=["C1"], channel="call")
    decision = decisions.record(owner, what="Build it", why="It is asked for")
    report = Report.objects.create(
        analysis="nps", key="nps", code_version="1", seconds=0.1, computed_at=now
    )
    job = Job.objects.create(kind="x", title="x", actor_kind="workspace", created_at=now)
    upload = Upload.objects.create(
        name="x.csv", path="x.csv", size_bytes=1, status=Upload.Status.CHECKED, table="orders",
        member=owner.member, created_at=now,
    )  # fmt: skip
    batch = Batch.objects.create(
        batch_id="orders-1", table="orders", file="x.csv", imported_at=now, n_read=1, n_added=1,
        n_changed=0, n_known=0, n_quarantined=0,
    )  # fmt: skip
    return {
        "customer_id": "C1",
        "account_id": "A1",
        "item_id": f"feedback_{item.pk}",
        "need_id": f"need_{need.pk}",
        "into": f"need_{other.pk}",
        "feature_id": f"feature_{feature.pk}",
        "place_id": f"roadmap_{place.pk}",
        "note_id": f"note_{note.pk}",
        "release_id": f"release_{release.pk}",
        "decision_id": f"decision_{decision.pk}",
        "report_id": f"report_{report.pk}",
        "job_id": f"job_{job.pk}",
        "upload_id": f"upload_{upload.pk}",
        "import_id": f"import_{batch.pk}",
    }


@pytest.fixture
def headers(actor: Callable[[Role], Actor], settings: Any) -> dict[str, str]:
    """A key that may do everything."""
    cache.clear()
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    secret, owner = members.new_key(), actor(Role.OWNER)
    members.issue_key(owner, name="P", member=owner.member, scopes=roles.PERMISSIONS, secret=secret)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_makes_the_server_fail(
    method: str, path: str, mode: GenerationMode, known: dict[str, str], headers: dict[str, str]
) -> None:
    operation = SCHEMA[path][method.upper()]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        meant=strategies.booleans(),
    )
    def asked(case: schemathesis.Case, meant: bool) -> None:
        if meant:
            _name_records(case, known)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    asked()


def _name_records(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Put records that there are where ids are asked for: most random ids lead nowhere."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known[name]
    if isinstance(case.body, dict):
        for name, value in (
            ("into", known["into"]),
            ("feedback", [known["item_id"]]),
            ("reports", [known["report_id"]]),
            ("feature", known["feature_id"]),
            ("release", known["release_id"]),
        ):
            if name in case.body:
                case.body[name] = value
