"""Pages about webhooks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fourfits_web.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(owner: Client, settings: Any) -> Endpoint:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    owner.post(reverse("webhooks:list"), {"name": "Shop", "url": "http://localhost:9/"})
    return Endpoint.objects.get()


def test_the_secret_is_shown_once(owner: Client, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]

    page = owner.post(reverse("webhooks:list"), {"name": "Shop", "url": "http://localhost:9/"})

    assert re.search(r'value="whsec_[^"]{40,}"', page.content.decode())
    assert "whsec_" not in owner.get(reverse("webhooks:list")).content.decode()


def test_a_private_address_is_refused_in_words(owner: Client) -> None:
    answer = owner.post(reverse("webhooks:list"), {"name": "Shop", "url": "http://127.0.0.1/"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "private network" in page
    assert 'value="Shop"' in page


def test_a_private_address_changes_no_receiver(owner: Client, endpoint: Endpoint) -> None:
    address = reverse("webhooks:endpoint", args=[endpoint.pk])

    answer = owner.post(address, {"name": "Shop", "url": "http://127.0.0.1/"})

    assert answer.status_code == 422
    assert "private network" in answer.content.decode()


def test_a_trial_message_stands_in_the_log_and_can_be_sent_again(
    owner: Client, endpoint: Endpoint
) -> None:
    owner.post(reverse("webhooks:test", args=[endpoint.pk]))
    first = Delivery.objects.get()

    owner.post(reverse("webhooks:replay", args=[first.pk]))

    page = owner.get(reverse("webhooks:endpoint", args=[endpoint.pk])).content.decode()
    assert page.count("webhook.tested") == 2
    assert {one.message_id for one in Delivery.objects.all()} == {first.message_id}
    assert owner.get(reverse("webhooks:delivery", args=[first.pk])).status_code == 200


def test_a_message_that_was_removed_is_called_so_and_its_repeat_refused(
    owner: Client, endpoint: Endpoint
) -> None:
    owner.post(reverse("webhooks:test", args=[endpoint.pk]))
    Delivery.objects.update(status="delivered", body="", body_until=None)
    pk = Delivery.objects.get().pk

    log = owner.get(reverse("webhooks:endpoint", args=[endpoint.pk])).content.decode()
    page = owner.get(reverse("webhooks:delivery", args=[pk])).content.decode()
    answer = owner.post(reverse("webhooks:replay", args=[pk]))

    assert "message removed" in log
    assert "removed 30 days after" in page
    assert "/replay/" not in log + page
    assert answer.status_code == 409
    assert "The message is gone" in answer.content.decode()


def test_pausing_resuming_changing_and_removing(owner: Client, endpoint: Endpoint) -> None:
    owner.post(reverse("webhooks:pause", args=[endpoint.pk]))
    paused = Endpoint.objects.get().is_active
    owner.post(reverse("webhooks:resume", args=[endpoint.pk]))
    resumed = Endpoint.objects.get().is_active
    changed = owner.post(reverse("webhooks:rotate", args=[endpoint.pk])).content.decode()
    renamed = owner.post(
        reverse("webhooks:endpoint", args=[endpoint.pk]),
        {"name": "Store", "url": "http://localhost:9/"},
    )
    name = Endpoint.objects.get().name
    owner.post(reverse("webhooks:remove", args=[endpoint.pk]))

    assert (paused, resumed, name) == (False, True, "Store")
    assert "whsec_" in changed
    assert renamed.status_code == 302
    assert not Endpoint.objects.exists()


def test_only_owners_see_webhooks(product_manager: Client) -> None:
    assert product_manager.get(reverse("webhooks:list")).status_code == 403
