"""The pages of the data, as tests ask for them, and the orders that came in through them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

import fourfits as ff
from fourfits_web.data.models import Upload

Bring = Callable[..., Upload]
"""What the fixtures `bring` and `imported` are."""


def address(name: str, *args: Any) -> str:
    return reverse(f"data:{name}", args=args)


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(address(name, *args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def posted(name: str, content: bytes) -> dict[str, io.BytesIO]:
    file = io.BytesIO(content)
    file.name = name
    return {"file": file}


def orders(home: Path) -> list[tuple[Any, ...]]:
    data = ff.open(home)
    if "orders" not in data:
        return []
    rows = data.orders.select("order_id", "line", "quantity", "revenue_amount")
    found = rows.order_by("order_id", "line").to_pyarrow().to_pylist()
    return [
        (row["order_id"], row["line"], row["quantity"], float(row["revenue_amount"]))
        for row in found
    ]
