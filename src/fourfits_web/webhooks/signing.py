"""Secrets and signatures: whsec_…, v1, as Standard Webhooks has them."""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from standardwebhooks import Webhook

from fourfits.errors import StorageError
from fourfits_web.webhooks.models import Endpoint

START = "whsec_"


def new_secret() -> str:
    """A secret of 256 random bits."""
    return START + base64.b64encode(secrets.token_bytes(32)).decode()


def encrypted(secret: str) -> bytes:
    """The secret as it is stored."""
    return _box().encrypt(secret.encode())


def decrypted(stored: bytes) -> str:
    """The secret as the receiver has it.

    Raises:
        StorageError: If the workspace's own key was changed since.
    """
    try:
        return _box().decrypt(bytes(stored)).decode()
    except InvalidToken as problem:
        raise StorageError(
            "A webhook's secret cannot be read: the workspace's secret key was changed.",
            hint="make a new secret for the webhook",
        ) from problem


def headers(
    endpoint: Endpoint, message_id: str, now: datetime.datetime, body: str
) -> dict[str, str]:
    """The three headers; while secrets are changed both sign."""
    stored = [endpoint.secret, endpoint.earlier_secret]
    signed = [Webhook(decrypted(bytes(one))).sign(message_id, now, body) for one in stored if one]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
        "content-type": "application/json",
        "user-agent": "fourfits",
    }


def _box() -> Fernet:
    derived = hashlib.sha256(b"webhooks\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
