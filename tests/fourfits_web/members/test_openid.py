"""Sign-in by an identity provider that answers as OpenID Connect says."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from fourfits_web.core.actors import Actor
from fourfits_web.core.models import AuditEntry
from fourfits_web.core.roles import Role
from fourfits_web.members import actions
from fourfits_web.members.models import Member

pytestmark = pytest.mark.django_db
APP = {"provider_id": "sso", "name": "Example ID", "client_id": "us", "secret": "known to two"}
CODE = "a code"


@dataclass
class Provider:
    """Who comes in, as the provider tells it, and what it was asked."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    challenge: str = ""
    asked_for_token: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def configuration(self) -> dict[str, Any]:
        """What it can do."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/person",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, given: dict[str, str]) -> dict[str, Any] | None:
        """A token for who knows the code, the secret, and what the challenge was made of."""
        self.asked_for_token = given
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(proof).decode().rstrip("=") == self.challenge
        known = (given.get("client_id"), given.get("client_secret"), given.get("code"))
        if not proven or known != (APP["client_id"], APP["secret"], CODE):
            return None
        now = datetime.datetime.now(datetime.UTC)
        claims = {
            "iss": self.address, "aud": APP["client_id"], "iat": now,
            "exp": now + datetime.timedelta(minutes=5), **self.person,
        }  # fmt: skip
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "token", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A server that knows one person at a time."""
    known = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {
                "/.well-known/openid-configuration": known.configuration(),
                "/person": known.person,
            }
            self._answer(pages.get(urlsplit(self.path).path))

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(known.token({name: value for name, (value,) in parse_qs(text).items()}))

        def _answer(self, told: dict[str, Any] | None) -> None:
            text = json.dumps(told or {"error": "invalid_grant"}).encode()
            self.send_response(200 if told is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    known.address = f"http://127.0.0.1:{server.server_port}"
    app = {**APP, "settings": {"server_url": known.address, "oauth_pkce_enabled": True}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def _sign_in(browser: Client, provider: Provider, **tampered: str) -> HttpResponse:
    """Go to the provider, and come back with what it gives."""
    there = browser.post(reverse("openid_connect_login", args=["sso"]))
    assert there.status_code == 302
    assert there["Location"].startswith(f"{provider.address}/authorize?")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(there["Location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    provider.challenge = asked["code_challenge"]
    back = {"code": CODE, "state": asked["state"], **tampered}
    return browser.get(urlsplit(asked["redirect_uri"]).path, back)


def _is_in(browser: Client) -> bool:
    return browser.get(reverse("members:profile")).status_code == 200


def _person(member: Member, **more: Any) -> dict[str, Any]:
    return {"sub": "number 7", "email": member.email.upper(), "email_verified": True, **more}


@pytest.fixture
def reader(viewer: Client) -> Member:
    """A member whom the provider may know."""
    return Member.objects.get(role=Role.VIEWER)


def test_a_member_comes_in_by_the_verified_address(
    provider: Provider, reader: Member, stranger: Client
) -> None:
    provider.person = _person(reader)

    answer = _sign_in(stranger, provider)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert _is_in(stranger)
    assert provider.asked_for_token["redirect_uri"].endswith("/sign-in/oidc/sso/login/callback/")
    entry = AuditEntry.objects.get(verb="identity.connect")
    assert (entry.actor_name, entry.address) == (reader.name, "127.0.0.1")


def test_once_known_a_member_comes_in_whatever_the_address_there(
    provider: Provider, reader: Member, stranger: Client
) -> None:
    provider.person = _person(reader)
    _sign_in(stranger, provider)

    provider.person = {"sub": "number 7", "email": "another@example.org"}
    again = Client()
    _sign_in(again, provider)

    assert _is_in(again)
    assert AuditEntry.objects.filter(verb="identity.connect").count() == 1
    assert Member.objects.get(pk=reader.pk).email == reader.email


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": None},
    ],
    ids=["not a member", "not verified", "not said to be verified"],
)
def test_who_is_not_known_by_a_verified_address_is_refused(
    claims: dict[str, Any], provider: Provider, reader: Member, stranger: Client
) -> None:
    provider.person = _person(reader, **claims)

    answer = _sign_in(stranger, provider)

    assert answer.status_code == 403
    assert "not a member of the workspace" in answer.content.decode()
    assert not _is_in(stranger)
    assert not SocialAccount.objects.exists()
    assert not AuditEntry.objects.filter(verb="identity.connect").exists()


def test_who_was_deactivated_stays_out(
    provider: Provider, reader: Member, stranger: Client
) -> None:
    provider.person = _person(reader)
    _sign_in(Client(), provider)
    actions.deactivate(Actor.workspace("command"), Member.objects.get(pk=reader.pk))

    _sign_in(stranger, provider)

    assert not _is_in(stranger)


@pytest.mark.parametrize(
    "tampered", [{"state": "of another"}, {"code": "guessed"}], ids=["state", "code"]
)
def test_what_was_tampered_with_on_the_way_lets_nobody_in(
    tampered: dict[str, str], provider: Provider, reader: Member, stranger: Client
) -> None:
    provider.person = _person(reader)

    answer = _sign_in(stranger, provider, **tampered)

    assert "That sign-in did not work" in answer.content.decode()
    assert not _is_in(stranger)
