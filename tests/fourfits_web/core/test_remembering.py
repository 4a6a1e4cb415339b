"""What a request asks more than once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from fourfits_web.core.remembering import once_a_request

asked: list[int] = []


@once_a_request
def doubled(number: int) -> int:
    """Say that it was asked."""
    asked.append(number)
    return 2 * number


@pytest.fixture(autouse=True)
def _nothing_was_asked() -> Iterator[None]:
    asked.clear()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_request_asks_each_question_once() -> None:
    request_started.send(sender=None)
    answers = [doubled(1), doubled(1), doubled(2)]
    request_finished.send(sender=None)

    assert answers == [2, 2, 4]
    assert asked == [1, 2]


def test_the_next_request_asks_again() -> None:
    for _ in range(2):
        request_started.send(sender=None)
        doubled(1)
        request_finished.send(sender=None)

    assert asked == [1, 1]


def test_outside_a_request_each_question_is_asked() -> None:
    doubled(1)
    doubled(1)

    assert asked == [1, 1]
