"""What is asked more than once, and answered once: by a request, or as long as the server runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.core.signals import request_finished, request_started
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

P = ParamSpec("P")
T = TypeVar("T")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


def once_a_request(query: Callable[P, T]) -> Callable[P, T]:
    """Give the same answer to the same arguments until the request ends; jobs ask each time.

    For queries of what a request does not change before it asks again.
    """

    @functools.wraps(query)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        known = _answers.get()
        if known is None:
            return query(*args, **kwargs)
        key = (query, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = query(*args, **kwargs)
        answer: T = known[key]
        return answer

    return asked


@functools.lru_cache(maxsize=500)
def drawn(template: str, **shown: Hashable) -> SafeString:
    """A part of a page that looks the same whenever the same is shown: drawn once, then kept.

    For parts of many nodes, such as the choices of a filter; all that the template reads is given.
    """
    return render_to_string(template, shown)


def _begin(**_: Any) -> None:
    _answers.set({})


def forget(**_: Any) -> None:
    """End what a request remembers."""
    _answers.set(None)


request_started.connect(_begin, dispatch_uid="core.remembering")
request_finished.connect(forget, dispatch_uid="core.remembering")
