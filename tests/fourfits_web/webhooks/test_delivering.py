"""Deliveries, to a receiver that really listens."""

from __future__ import annotations

import datetime
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from fourfits.errors import ParameterError
from fourfits_web.core import forgetting, registry
from fourfits_web.core.actions import ACTIONS
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.feedback import actions as feedback
from fourfits_web.roadmap import actions as roadmap
from fourfits_web.webhooks import actions, delivering, sending, signing
from fourfits_web.webhooks.models import Attempt, Delivery, Endpoint

pytestmark = pytest.mark.django_db
Actors = Callable[[Role], Actor]


def _announce(event: str, at: datetime.datetime, data: dict[str, Any]) -> None:
    """What is heard when an action is done that is this event."""
    verb = next(one.verb for one in ACTIONS.values() if one.event == event)
    entry = AuditEntry(verb=verb, at=at, before="{}", after=json.dumps(data))
    delivering.hear([(entry, None)])


class Receiver:
    """A server that keeps what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def secret() -> str:
    return signing.new_secret()


@pytest.fixture
def endpoint(receiver: Receiver, secret: str, actor: Actors) -> Endpoint:
    return actions.add(actor(Role.OWNER), name="Shop", url=receiver.url, events=[], secret=secret)


def _work() -> None:
    """What a worker does with everything that is due."""
    for delivery in Delivery.objects.filter(status="waiting", next_at__lte=timezone.now()):
        delivering.deliver.call(str(delivery.pk))


def test_a_message_arrives_signed_as_the_standard_asks(
    endpoint: Endpoint, receiver: Receiver, secret: str
) -> None:
    _announce("need.accepted", timezone.now(), {"name": "Faster export"})

    _work()

    headers, body = receiver.got[0]
    data = Webhook(secret).verify(body, headers)
    assert (data["type"], data["data"]) == ("need.accepted", {"name": "Faster export"})
    assert Delivery.objects.get().status == "delivered"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + " ", headers)


def test_both_secrets_sign_while_they_are_changed(
    endpoint: Endpoint, receiver: Receiver, secret: str, actor: Actors
) -> None:
    newer = signing.new_secret()
    actions.rotate(actor(Role.OWNER), endpoint, secret=newer)
    _announce("need.accepted", timezone.now(), {})

    _work()

    headers, body = receiver.got[0]
    assert Webhook(secret).verify(body, headers) == Webhook(newer).verify(body, headers)


def test_a_failed_delivery_is_tried_again_by_the_plan(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (200, {})]
    _announce("need.accepted", timezone.now(), {})
    _work()
    first = Delivery.objects.get()

    _work()
    Delivery.objects.update(next_at=timezone.now())
    _work()

    assert first.status == "waiting"
    assert 4 < (first.next_at - timezone.now()).total_seconds() < 7  # type: ignore[operator]
    assert [attempt.answer for attempt in first.attempts.all()] == [500, 200]
    assert Delivery.objects.get().status == "delivered"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


@pytest.mark.parametrize(
    ("n", "seconds"),
    [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 50_400),
     (8, 72_000), (9, 86_400)],
)  # fmt: skip
def test_the_waits_are_those_of_the_standard_with_some_jitter(
    endpoint: Endpoint, receiver: Receiver, n: int, seconds: int
) -> None:
    receiver.answers = [(503, {})]
    _announce("need.accepted", timezone.now(), {})
    Delivery.objects.update(n_attempts=n - 1)
    before = timezone.now()

    _work()

    delivery = Delivery.objects.get()
    wait = (delivery.next_at - before).total_seconds()  # type: ignore[operator]
    assert (delivery.status, delivery.n_attempts) == ("waiting", n)
    assert seconds <= wait <= 1.1 * seconds + 60


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 5, 66),  # long past: the plan holds
        ("soon", 5, 66),
        ("1", 5, 66),
        ("999999999", 86_400, 86_460),  # no longer than the longest wait
    ],
)
def test_what_a_receiver_asks_for_is_kept_within_the_plan(
    endpoint: Endpoint, receiver: Receiver, asked: str, low: int, high: int
) -> None:
    receiver.answers = [(429, {"Retry-After": asked})]
    _announce("need.accepted", timezone.now(), {})
    before = timezone.now()

    _work()

    wait = (Delivery.objects.get().next_at - before).total_seconds()  # type: ignore[operator]
    assert low <= wait <= high


def test_a_moment_that_a_receiver_names_is_waited_for(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    then = timezone.now() + datetime.timedelta(hours=3)
    receiver.answers = [(503, {"Retry-After": format_datetime(then, usegmt=True)})]
    _announce("need.accepted", timezone.now(), {})

    _work()

    again = Delivery.objects.get().next_at
    assert again is not None
    assert abs(again - then) < datetime.timedelta(minutes=1)


def test_a_receiver_may_ask_for_more_time(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "1800"})]
    _announce("need.accepted", timezone.now(), {})

    _work()

    wait = Delivery.objects.get().next_at - timezone.now()  # type: ignore[operator]
    assert datetime.timedelta(minutes=29) < wait < datetime.timedelta(minutes=31)


def test_a_receiver_that_is_gone_hears_no_more(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    _announce("need.accepted", timezone.now(), {})
    _work()

    _announce("need.accepted", timezone.now(), {})
    _work()

    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "410" in endpoint.paused_because
    assert len(receiver.got) == 1


@pytest.mark.slow
def test_after_the_last_attempt_it_is_given_up(endpoint: Endpoint, receiver: Receiver) -> None:
    _announce("need.accepted", timezone.now(), {})
    receiver.answers = [(500, {})] * 20

    for _ in range(15):
        Delivery.objects.filter(status="waiting").update(next_at=timezone.now())
        _work()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.n_attempts) == ("given_up", 10)


def test_a_delivery_whose_worker_died_is_queued_again(endpoint: Endpoint) -> None:
    from django_tasks_db.models import DBTaskResult

    _announce("need.accepted", timezone.now(), {})
    DBTaskResult.objects.all().delete()
    Delivery.objects.update(created_at=timezone.now() - 2 * delivering.LATE)

    delivering.look()

    assert DBTaskResult.objects.count() == 1


def test_what_is_rolled_back_announces_nothing(endpoint: Endpoint) -> None:
    from django.db import transaction

    with transaction.atomic():
        _announce("need.accepted", timezone.now(), {})
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()


def test_only_wanted_events_are_sent(receiver: Receiver, actor: Actors, secret: str) -> None:
    endpoint = actions.add(
        actor(Role.OWNER), name="Shop", url=receiver.url, events=[], secret=secret
    )
    Endpoint.objects.filter(pk=endpoint.pk).update(events=["decision.recorded"])

    _announce("need.accepted", timezone.now(), {})
    _announce("decision.recorded", timezone.now(), {})

    assert [delivery.event for delivery in Delivery.objects.all()] == ["decision.recorded"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::10.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[2002:a00:1::]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[fec0::1]/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://100.64.0.1/",
        "http://example.org@127.0.0.1/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "ftp://example.org/",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_are_not_the_public_web_are_refused(
    url: str, actor: Actors, secret: str
) -> None:
    with pytest.raises(ParameterError):
        actions.add(actor(Role.OWNER), name="x", url=url, events=[], secret=secret)

    assert not Endpoint.objects.exists()


def test_a_name_that_changes_its_mind_leads_nowhere_private(
    endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = []  # as if the name pointed to the public web when it was added
    _announce("need.accepted", timezone.now(), {})

    _work()

    attempt = Delivery.objects.get().attempts.get()
    assert receiver.got == []
    assert "private network" in attempt.problem


def _resolved(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Let names lead to these addresses: the first question gets the first answer."""
    left = list(answers)

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in left.pop(0)]

    monkeypatch.setattr(sending.socket, "getaddrinfo", answer)


def test_a_name_is_resolved_once_and_called_at_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _resolved(monkeypatch, ["93.184.215.14"])  # a second question would find no answer
    called: list[httpx.URL] = []

    def send(client: httpx.Client, request: httpx.Request, **_: Any) -> httpx.Response:
        called.append(request.url)
        assert request.headers["host"] == "hooks.example.org"
        assert request.extensions["sni_hostname"] == "hooks.example.org"
        return httpx.Response(204, request=request)

    monkeypatch.setattr(httpx.Client, "send", send)

    answer = sending.post("https://hooks.example.org/x", {}, "{}")

    assert answer.status == 204
    assert [str(url) for url in called] == ["https://93.184.215.14/x"]


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolved(monkeypatch, ["93.184.215.14", "10.0.0.1"])

    answer = sending.post("https://hooks.example.org/", {}, "{}")

    assert answer.status is None
    assert "private network (10.0.0.1)" in answer.problem


def test_an_address_that_stands_for_a_public_one_is_allowed() -> None:
    assert sending.checked("https://[::ffff:93.184.215.14]/") == "::ffff:93.184.215.14"


def test_the_body_of_an_answer_is_not_waited_for(receiver: Receiver) -> None:
    receiver.answers = [(200, {"Content-Length": "1000000000"})]

    answer = sending.post(receiver.url, {}, "{}")

    assert (answer.status, answer.milliseconds < 5_000) == (200, True)


def test_a_removed_record_is_told_as_it_stood(endpoint: Endpoint, actor: Actors) -> None:
    owner = actor(Role.OWNER)
    release = roadmap.plan_release(owner, name="Spring")

    roadmap.drop_release(owner, release)

    told = {one.event: json.loads(one.body)["data"]["name"] for one in Delivery.objects.all()}
    assert told == {"release.planned": "Spring", "release.dropped": "Spring"}


def test_a_redirect_is_not_followed(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": "http://169.254.169.254/"})]
    _announce("need.accepted", timezone.now(), {})

    _work()

    attempt = Delivery.objects.get().attempts.get()
    assert (attempt.answer, attempt.problem) == (302, "not accepted: redirects are not followed")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://[2606:4700::1111]/x", "[2606:4700::1111]"),
        ("https://[2606:4700::1111]:8443/x", "[2606:4700::1111]:8443"),
        ("https://hooks.example.org:8443/x", "hooks.example.org:8443"),
    ],
)
def test_the_host_is_named_as_the_web_spells_it(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str
) -> None:
    _resolved(monkeypatch, ["2606:4700::1111"])
    named: list[str] = []

    def send(client: httpx.Client, request: httpx.Request, **_: Any) -> httpx.Response:
        named.append(request.headers["host"])
        return httpx.Response(204, request=request)

    monkeypatch.setattr(httpx.Client, "send", send)

    assert sending.post(url, {}, "{}").status == 204
    assert named == [host]


def test_moments_in_a_message_are_iso_8601(endpoint: Endpoint, actor: Actors) -> None:
    feedback.receive(actor(Role.OWNER), text="It is loud.", source="review")

    data = json.loads(Delivery.objects.get().body)["data"]

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", data["occurred_at"])


def test_secrets_are_not_stored_as_they_are(endpoint: Endpoint, secret: str) -> None:
    stored = Endpoint.objects.get()

    assert secret.encode() not in bytes(stored.secret)
    assert signing.decrypted(stored.secret) == secret


def test_a_message_is_json_with_type_moment_and_data(endpoint: Endpoint) -> None:
    now = timezone.now()

    _announce("need.accepted", now, {"n": 1})

    assert json.loads(Delivery.objects.get().body) == {
        "type": "need.accepted",
        "timestamp": now.isoformat(),
        "data": {"n": 1},
    }


def test_a_message_is_emptied_when_its_time_is_over_and_the_log_stays(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [(204, {}), (204, {}), (204, {}), (500, {})]
    for n in range(5):
        _announce("need.accepted", timezone.now(), {"n": n})
    _work()
    later = timezone.now() + delivering.BODIES_KEPT + datetime.timedelta(minutes=1)
    delivering.forget_bodies()
    kept = Delivery.objects.exclude(body="").count()

    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr(forgetting, "ROWS", 3)
    delivering.forget_bodies()
    after_one_look = Delivery.objects.filter(body="").count()
    delivering.forget_bodies()

    assert (kept, after_one_look) == (5, 3)
    assert Delivery.objects.count() == Attempt.objects.count() == 5
    assert [one.status for one in Delivery.objects.exclude(body="")] == ["waiting"]
    assert all(one.has_body == bool(one.body) for one in Delivery.objects.all())
    assert delivering.forget_bodies in registry.TICKS


def test_a_removed_message_cannot_be_sent_again(endpoint: Endpoint, actor: Actors) -> None:
    sent = actions.test(actor(Role.OWNER), endpoint)
    Delivery.objects.update(status="delivered", body="", body_until=None)
    sent.refresh_from_db()

    with pytest.raises(ConflictError, match="kept for 30 days"):
        actions.replay(actor(Role.OWNER), sent)

    assert Delivery.objects.count() == 1


def test_the_audit_log_holds_no_message_that_is_to_be_removed(
    endpoint: Endpoint, actor: Actors
) -> None:
    sent = actions.test(actor(Role.OWNER), endpoint)

    actions.replay(actor(Role.OWNER), sent)

    entries = AuditEntry.objects.filter(verb__in=["webhook.test", "webhook.replay"])
    assert len(entries) == 2
    assert not any("timestamp" in one.before + one.after for one in entries)


def test_nobody_answers(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]

    answer = sending.post("http://localhost:9/", {}, "{}")

    assert answer.status is None
    assert "no answer" in answer.problem
