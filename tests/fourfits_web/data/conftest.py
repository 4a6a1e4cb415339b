"""A shop's orders as a file, and a browser that brings it in."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fourfits_web.core import jobs, registry
from fourfits_web.data.models import Upload

SHOP = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536366,22633,HAND WARMER,six,2010-12-01 08:28:00,1.85,17850.0,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom
536367,84879,BIRD ORNAMENT,32,not a day,1.69,13047.0,France
"""


@pytest.fixture(autouse=True)
def _only_our_mirrors(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other slices copy after an import is tested there."""
    ours = [mirror for mirror in registry.MIRRORS if mirror.name == "Imports"]
    monkeypatch.setattr(registry, "MIRRORS", ours)


@pytest.fixture
def shop() -> str:
    """Five lines of orders, of which two break the contract."""
    return SHOP


@pytest.fixture
def bring(empty_home: Path) -> Callable[..., Upload]:
    """Upload a text as a file and have it looked at."""

    def brought(client: Client, text: str | bytes, name: str = "shop.csv") -> Upload:
        content = text.encode() if isinstance(text, str) else text
        file = io.BytesIO(content)
        file.name = name
        answer = client.post(reverse("data:upload"), {"file": file})
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        jobs.run_waiting()
        return Upload.objects.get(pk=int(answer.url.rstrip("/").rsplit("/", 1)[1]))

    return brought


@pytest.fixture
def imported(bring: Callable[..., Upload]) -> Callable[..., Upload]:
    """Bring a file all the way in."""

    def done(client: Client, text: str | bytes, name: str = "shop.csv", **more: Any) -> Upload:
        upload = bring(client, text, name)
        assert upload.status == Upload.Status.CHECKED, upload.problem
        client.post(reverse("data:import", args=[upload.pk]))
        jobs.run_waiting()
        upload.refresh_from_db()
        return upload

    return done
