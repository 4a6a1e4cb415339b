"""Passwords, second factors and addresses, through allauth's pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fourfits_web.core import counting
from fourfits_web.core.models import AuditEntry, Session
from fourfits_web.core.roles import Role
from fourfits_web.members import adapters, forms, second_factor
from fourfits_web.members.models import Member

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough secret"  # noqa: S105 - of nobody
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


def _entries() -> list[tuple[str, str]]:
    found = AuditEntry.objects.order_by("id").values_list("verb", "actor_name")
    return [(verb, name) for verb, name in found if not verb.startswith("member.")]


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def _turn_on(client: Client) -> None:
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})


def test_a_chosen_password_stands_in_the_log_without_its_words(viewer: Client) -> None:
    answer = viewer.post(reverse("account_set_password"), CHOSEN)

    entry = AuditEntry.objects.get(verb="password.choose")
    assert answer["Location"] == reverse("members:profile")
    assert Member.objects.get(pk=entry.subject_id).check_password(PASSWORD)
    assert (entry.actor_name, entry.address) == ("Viewer", "127.0.0.1")
    assert PASSWORD not in f"{entry.before}{entry.after}"
    assert "pbkdf2" not in f"{entry.before}{entry.after}"


def test_a_changed_password_leads_back_to_the_profile(viewer: Client) -> None:
    viewer.post(reverse("account_set_password"), CHOSEN)
    another = {"password1": "yet another secret", "password2": "yet another secret"}

    answer = viewer.post(reverse("account_change_password"), another | {"oldpassword": PASSWORD})

    assert answer["Location"] == reverse("members:profile")
    assert viewer.get(reverse("members:profile")).status_code == 200
    assert _entries() == [("password.choose", "Viewer")] * 2


def test_a_password_of_a_forgotten_one_is_chosen_by_the_member(
    stranger: Client, member: Callable[[Role], Member]
) -> None:
    lost = member(Role.ANALYST)
    stranger.post(reverse("account_reset_password"), {"email": lost.email})
    path = re.search(r"/sign-in/password/reset/key/\S+", mail.outbox[0].body)
    assert path is not None

    form = stranger.get(path[0], follow=True)
    stranger.post(form.request["PATH_INFO"], CHOSEN)

    assert _entries() == [("password.choose", lost.name)]


def test_a_second_factor_stands_in_the_log_on_and_off(
    viewer: Client, django_capture_on_commit_callbacks: Any
) -> None:
    viewer.post(reverse("account_set_password"), CHOSEN)
    viewer.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    with django_capture_on_commit_callbacks(execute=True):
        _turn_on(viewer)
        viewer.post(reverse("mfa_generate_recovery_codes"))
        viewer.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert sorted(verb for verb, _ in _entries()) == [
        "password.choose",
        "recovery_codes.make",
        "recovery_codes.make",
        "second_factor.turn_off",
        "second_factor.turn_on",
    ]
    assert {name for _, name in _entries()} == {"Viewer"}


@pytest.mark.parametrize("name", ["account_email", "socialaccount_connections"])
def test_no_page_changes_an_address_past_the_log(viewer: Client, name: str) -> None:
    before = Member.objects.get(role=Role.VIEWER).email

    answer = viewer.post(
        reverse(name), {"action_add": "", "email": "another@example.org"}, follow=True
    )

    assert answer.redirect_chain[0][0] == reverse("members:profile")
    assert not EmailAddress.objects.filter(email="another@example.org").exists()
    assert Member.objects.get(role=Role.VIEWER).email == before


@pytest.fixture
def provider(settings: Any) -> None:
    """An identity provider in the settings."""
    app = {
        "provider_id": "sso", "name": "Example ID", "client_id": "us", "secret": "s",
        "settings": {"server_url": "https://id.example.org"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.mark.usefixtures("provider")
def test_the_way_to_the_provider_is_said_in_our_words(stranger: Client) -> None:
    door = stranger.get(reverse("account_login")).content.decode()
    page = stranger.get(reverse("openid_connect_login", args=["sso"])).content.decode()

    assert "Continue with Example ID" in door
    assert "<h1>Sign in with Example ID</h1>" in page
    assert "third-party" not in page


@pytest.mark.parametrize("name", ["socialaccount_login_error", "socialaccount_login_cancelled"])
def test_a_sign_in_that_fails_elsewhere_leads_back_to_the_door(stranger: Client, name: str) -> None:
    page = stranger.get(reverse(name), follow=True).content.decode()

    assert reverse("account_login") in page
    assert "Third-Party" not in page


@pytest.mark.usefixtures("provider")
def test_a_provider_that_does_not_answer_is_said_in_words(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError("refused")

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", refuse)

    answer = stranger.post(reverse("openid_connect_login", args=["sso"]))

    assert answer.status_code == 502
    assert "Your identity provider did not answer" in answer.content.decode()


def _sign_in(client: Client, password: str = PASSWORD, **more: str) -> Any:
    asked = {"login": "anna@example.org", "password": password, **more}
    return client.post(reverse("account_login"), asked)


@pytest.fixture
def anna(db: None) -> Member:
    """A member with a password."""
    return Member.objects.create_user(
        "anna@example.org", PASSWORD, name="Anna", role=Role.VIEWER
    )  # fmt: skip


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ],
)
def test_a_password_leads_nowhere_else(anna: Member, stranger: Client, target: str) -> None:
    answer = _sign_in(stranger, next=target)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_sign_in_begins_a_session_of_its_own(anna: Member, stranger: Client) -> None:
    session = stranger.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key

    _sign_in(stranger)

    assert stranger.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_tries_are_counted_by_all_processes_together(
    anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: 6_000.0))  # one minute
    for _ in range(adapters.TRIES):
        cache.clear()  # as in a process that has seen none of them
        assert b"are not correct" in _sign_in(Client(), "wrong").content

    cache.clear()
    refused = _sign_in(Client())

    assert b"Too many failed login attempts" in refused.content


def test_the_answer_says_not_whether_somebody_is_a_member(anna: Member) -> None:
    known, unknown = (
        _sign_in(Client(), "wrong"),
        _sign_in(Client(), "wrong", login="no@example.org"),
    )

    said = [
        re.findall(r'<ul class="errorlist.*?</ul>', one.content.decode())
        for one in (known, unknown)
    ]
    assert said[0] == said[1] != []


def test_codes_are_tried_a_few_times_at_all_processes_together(anna: Member) -> None:
    secret = _with_a_second_factor(anna)
    asked = Client()
    _sign_in(asked)
    for _ in range(second_factor.TRIES):
        cache.clear()  # as in a process that has seen none of them
        assert b"Incorrect code" in asked.post(reverse("mfa_authenticate"), {"code": "0"}).content

    cache.clear()
    refused = asked.post(reverse("mfa_authenticate"), {"code": _code(secret)})

    assert b"Too many failed login attempts" in refused.content
    assert asked.get(reverse("members:profile")).status_code == 302


def test_a_code_lets_in_once_whichever_process_is_asked(
    anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = _with_a_second_factor(anna)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    first, second = Client(), Client()
    for client in (first, second):
        cache.clear()
        _sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": _code(secret)})

    assert first.get(reverse("members:profile")).status_code == 200
    assert second.get(reverse("members:profile")).status_code == 302


def _with_a_second_factor(of: Member) -> str:
    secret = generate_totp_secret()
    TOTP.activate(of, secret)
    return str(secret)


def test_mails_for_a_new_password_are_counted_by_all_processes_together(
    anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: 6_000.0))  # one minute
    address = reverse("account_reset_password")
    for _ in range(forms.RESETS):
        cache.clear()  # as in a process that has seen none of them
        assert Client().post(address, {"email": anna.email}).status_code == 302

    cache.clear()
    refused = Client().post(address, {"email": f" {anna.email.upper()}"})

    assert b"Too many new passwords were asked for." in refused.content
    assert len(mail.outbox) == forms.RESETS


def test_one_client_asks_for_few_new_passwords_whosever_they_are(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: 6_000.0))
    address = reverse("account_reset_password")
    for number in range(forms.RESETS_FROM):
        cache.clear()
        Client().post(address, {"email": f"somebody{number}@example.org"})

    cache.clear()
    refused = Client().post(address, {"email": "another@example.org"})

    assert b"Too many new passwords were asked for." in refused.content


def test_the_present_password_is_guessed_a_few_times_at_all_processes_together(
    anna: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: 6_000.0))
    screen, address = Client(), reverse("account_change_password")
    screen.force_login(anna)
    for _ in range(forms.CHANGES):
        cache.clear()
        screen.post(address, CHOSEN | {"oldpassword": "wrong"})

    cache.clear()
    screen.post(address, CHOSEN | {"oldpassword": PASSWORD})

    assert _entries() == []
