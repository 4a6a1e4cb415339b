"""The lists of receivers and of what was brought to one."""

from __future__ import annotations

import csv
import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from fourfits_web.webhooks.models import Attempt, Delivery, Endpoint

pytestmark = pytest.mark.django_db
LIST = "/webhooks/"
NOW = timezone.now()


@pytest.fixture
def chat() -> Endpoint:
    """A receiver that hears everything; beside it one that is paused."""
    common: dict[str, Any] = {"secret": b"\x00top secret", "created_at": NOW}
    Endpoint.objects.create(
        name="CRM", url="https://crm.example.org/", events=["need.accepted"], is_active=False,
        paused_because="the receiver is gone", **common,
    )  # fmt: skip
    return Endpoint.objects.create(name="Chat", url="https://chat.example.org/", **common)


@pytest.fixture
def log(chat: Endpoint) -> str:
    """The page of a receiver to which thirty messages were brought."""
    for number in range(30):
        status = ("delivered", "waiting", "given_up")[number % 3]
        delivery = Delivery.objects.create(
            endpoint=chat, message_id=f"msg_{number}", body="{}", status=status, n_attempts=1,
            event=("need.accepted", "feedback.received")[number % 2],
            created_at=NOW - datetime.timedelta(days=number), next_at=NOW, body_until=NOW,
        )  # fmt: skip
        for answer in (500, 204):
            Attempt.objects.create(
                delivery=delivery, at=NOW, answer=answer, problem="", milliseconds=12
            )
    return f"{LIST}{chat.pk}/"


def _file(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Chat", "CRM"]),
        ("sort=-name", ["CRM", "Chat"]),
        ("state=False", ["CRM"]),
        ("q=crm.example", ["CRM"]),
        ("hears=need.accepted", ["Chat", "CRM"]),
        ("hears=feedback.received", ["Chat"]),
    ],
)
def test_receivers_are_searched_filtered_and_sorted(
    chat: Endpoint, owner: Client, query: str, found: list[str]
) -> None:
    assert [row["name"] for row in _file(owner, f"{LIST}?{query}")] == found


def test_a_file_of_receivers_holds_no_secret(chat: Endpoint, owner: Client) -> None:
    columns = "name,url,events,state,secret,earlier_secret,paused_because"

    rows = _file(owner, f"{LIST}?columns={columns}")

    assert rows[1] == {
        "name": "CRM", "url": "https://crm.example.org/", "events": "need.accepted",
        "state": "paused", "paused_because": "the receiver is gone",
    }  # fmt: skip


def test_without_receivers_the_page_says_what_to_do(owner: Client) -> None:
    page = owner.get(LIST).content.decode()

    assert "Nothing is sent anywhere yet" in page
    assert "Add a receiver" in page


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("status=given_up", 10),
        ("status=given_up,waiting", 20),
        ("event=need", 15),
        ("created_at=7d", 8),
        ("q=msg_1", 11),
    ],
)
def test_the_log_is_searched_and_filtered(log: str, owner: Client, query: str, n: int) -> None:
    assert owner.get(f"{log}?{query}").context["listing"].count == n
    assert len(_file(owner, f"{log}?{query}")) == n


def test_the_log_tells_the_last_answer_and_the_next_attempt(log: str, owner: Client) -> None:
    page = owner.get(log).content.decode()
    rows = _file(owner, f"{log}?columns=status,answer,next_at&sort=-created_at")

    assert "204 <small" in page
    assert "500 <small" not in page
    assert rows[0] == {"status": "delivered", "answer": "204", "next_at": ""}
    assert rows[1]["next_at"] == NOW.isoformat()


def test_each_message_can_be_sent_again_from_its_row(log: str, owner: Client) -> None:
    page = owner.get(log).content.decode()

    assert page.count("/replay/") == 25
    assert page.count("Send again</button>") == 25


def test_the_log_asks_no_more_the_longer_it_is(
    log: str, owner: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner.get(log)

    with django_assert_max_num_queries(7):
        owner.get(log)


def test_after_a_new_secret_the_log_stays_at_its_own_address(
    log: str, owner: Client, settings: Any
) -> None:
    page = owner.post(f"{log}rotate/").content.decode()

    assert f'action="{log}" role="search"' in page
    assert f'href="{log}?page=2"' in page


def test_only_owners_read_and_export_the_log(log: str, product_manager: Client) -> None:
    assert product_manager.get(f"{log}?format=csv").status_code == 403
