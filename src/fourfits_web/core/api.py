"""What every part of the API shares: the shape of lists and errors, cursors, retries, limits."""

from __future__ import annotations

import base64
import datetime
import functools
import hashlib
import inspect
import json
import math
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as FieldError
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet, TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.throttling import BaseThrottle
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from fourfits import errors
from fourfits_web.core import api_replies
from fourfits_web.core.actions import require
from fourfits_web.core.actors import Actor
from fourfits_web.core.counting import count
from fourfits_web.core.errors import ConflictError
from fourfits_web.core.middleware import refusal, status_of
from fourfits_web.core.models import KeptReply, keys

T = TypeVar("T")
MOST_ROWS = 200
ITEMS_A_REQUEST = 10
"""So many records of a batch count as one request: so much less work they are than one by one."""
LARGEST = 2**63 - 1
"""The largest whole number that the database keeps."""
YEARS = (1900, 2200)
LONGEST_KEY = 128


def _sensible(day: datetime.date) -> datetime.date:
    if not YEARS[0] <= day.year < YEARS[1]:
        raise ValueError(f"must lie between {YEARS[0]} and {YEARS[1]}")
    return day


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    _sensible(moment)
    here = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return here.astimezone(datetime.UTC)


Day = Annotated[datetime.date, AfterValidator(_sensible)]
Moment = Annotated[datetime.datetime, AfterValidator(_in_utc)]
"""A moment; without a zone it is one of UTC."""


def one_of(words: type[TextChoices]) -> WithJsonSchema:
    """Spell out the words to choose from: several slices have a `Status` of their own.

    The description of the API names schemas by their class alone, so that one would hide the others.
    """
    return WithJsonSchema({"type": "string", "enum": list(words.values)})


class Out(BaseModel):
    """What an answer is made of; a plain model, as its values come from us and are plain too."""


class In(BaseModel):
    """What a request brings; a field that is not known is refused, so that a slip is noticed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, given: Any) -> Any:
        for value in _leaves(given):
            if isinstance(value, str) and not is_text(value):
                raise ValueError("holds characters that are no text (U+0000, or half a pair)")
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError("holds a number that is not finite")
            if isinstance(value, int) and abs(value) > LARGEST:
                raise ValueError(f"holds a number beyond {LARGEST}")
        return given


def is_text(given: str) -> bool:
    r"""Whether a database can keep it: PostgreSQL knows no U+0000, UTF-8 no half of a pair.

    >>> is_text("Größe"), is_text("a\x00b"), is_text("\ud800")
    (True, False, False)
    """
    return "\x00" not in given and not any("\ud800" <= letter <= "\udfff" for letter in given)


def _leaves(given: Any) -> Iterator[Any]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            yield name
            yield from _leaves(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from _leaves(value)
    else:
        yield given


class Pagination(Out):
    """Where the next rows begin."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    cursor: str | None
    has_more: bool


class Meta(Out):
    """What stands beside the rows of a list."""

    pagination: Pagination


class Rows(Out, Generic[T]):
    """A part of a list."""

    data: list[T]
    meta: Meta


class Part(In):
    """Which part of a list is asked for."""

    cursor: str | None = None
    limit: int = Field(50, ge=1, le=MOST_ROWS)


class One(Out, Generic[T]):
    """A single record."""

    data: T


class Problem(Out):
    """What was refused, in words."""

    code: str
    message: str
    details: Any = None


class Refusal(Out):
    """The shape of every error."""

    error: Problem


REFUSALS = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 413: Refusal,
            422: Refusal, 429: Refusal}  # fmt: skip


def may(request: HttpRequest, permission: str) -> Actor:
    """Who asks, if they may; the first line of every operation."""
    actor = Actor.of(request)
    require(actor, permission)
    return actor


def number(given: str, kind: str) -> int:
    """The number in an id such as `need_12`; an id of another kind names no record.

    Raises:
        Http404: If it is no such id.
    """
    start, line, digits = given.rpartition("_")
    if not line or start != kind or not keys([digits]):
        raise Http404
    return int(digits)


def uuid_in(given: str, kind: str) -> uuid.UUID:
    """The UUID in an id such as `job_0190…`.

    Raises:
        Http404: If it is no such id.
    """
    start, _, rest = given.partition("_")
    try:
        return uuid.UUID(rest if start == kind else "")
    except ValueError as problem:
        raise Http404 from problem


def rows(
    found: QuerySet[Any],
    part: Part,
    shown: Callable[[Any], Any],
    *,
    by: str = "-pk",
) -> dict[str, Any]:
    """A part of a list, newest or first first; `by` is a field that does not change, ties by pk."""
    field, down = by.lstrip("-"), by.startswith("-")
    sign = "-" if down else ""
    ordered = found.order_by(f"{sign}{field}", f"{sign}pk") if field != "pk" else found.order_by(by)
    if part.cursor:
        place = _decoded(part.cursor, found.model, field)
        ordered = ordered.filter(_after(place, field, "lt" if down else "gt"))
    here: Sequence[Model] = list(ordered[: part.limit + 1])
    more = len(here) > part.limit
    last = here[part.limit - 1] if more else None
    following = _encoded([getattr(last, field), last.pk]) if last is not None else None
    return {
        "data": [shown(row) for row in here[: part.limit]],
        "meta": {"pagination": {"cursor": following, "has_more": more}},
    }


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a repeated `Idempotency-Key` as the first time; write and remembrance stand together."""

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:  # cut, two of them could be taken for one
            raise errors.ParameterError(
                f"The Idempotency-Key holds {len(key):,} characters; it may hold {LONGEST_KEY}.",
                hint="send a shorter one",
            )
        actor, asked = Actor.of(request), _fingerprint(request)
        if (reply := api_replies.kept(actor, key)) is not None:
            return _again(reply, asked)
        try:
            with transaction.atomic():
                status, body = _status_and_body(view(request, *args, **kwargs))
                api_replies.keep(actor, key, asked, status, body)
        except IntegrityError:
            reply = api_replies.kept(actor, key)
            if reply is None:
                raise
            return _again(reply, asked)
        return status, body

    once.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return once


class PerKey(BaseThrottle):
    """So many requests a minute for each key, at whichever process of the server."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request."""
        return self._count(request, 1) <= self._most()

    def allow_items(self, request: HttpRequest, n: int) -> bool:
        """Count a request that brings records as one for each ten; a fresh minute takes any."""
        more = min(math.ceil(n / ITEMS_A_REQUEST), self._most()) - 1
        return more == 0 or self._count(request, more) <= self._most()

    def _most(self) -> int:
        return int(settings.API_REQUESTS_PER_MINUTE)

    def _count(self, request: HttpRequest, n: int) -> int:
        return count(Actor.of(request).id, n)

    def wait(self) -> float:
        """Seconds until the next minute."""
        return 60 - time.time() % 60


def count_items(request: HttpRequest, n: int) -> None:
    """Count a request that brings many records, which the throttle counted as one.

    Raises:
        HttpError: If the key has had its share of this minute.
    """
    if not PerKey().allow_items(request, n):
        raise HttpError(429, "Too many requests.")


def told(problem: errors.FourfitsError) -> dict[str, Any]:
    """What was refused, as a `Problem`."""
    details = {"hint": problem.hint} if problem.hint else None
    return {"code": problem.code, "message": problem.message, "details": details}


def told_invalid(found: Iterable[Any]) -> dict[str, Any]:
    """Values that a schema does not allow, as a `Problem`."""
    return {
        "code": "invalid",
        "message": "The request holds values that are not allowed.",
        "details": [
            {"field": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in found
        ],
    }


def _sent(place: Sequence[Any]) -> Sequence[Any]:
    """Where a value stands in what was sent, which knows nothing of how we call the body.

    >>> _sent(("body", "given", "source")), _sent(("query", "limit"))
    (('body', 'source'), ('query', 'limit'))
    """
    return (place[0], *place[2:]) if tuple(place[:1]) == ("body",) else place


def answer_in_shape(api: NinjaAPI) -> None:
    """Give every error of the API the one shape."""

    @api.exception_handler(errors.FourfitsError)
    def refused(request: HttpRequest, problem: errors.FourfitsError) -> HttpResponse:
        return refusal(status_of(problem), **told(problem))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
        found = [{**one, "loc": _sent(one["loc"])} for one in problem.errors]
        return refusal(422, **told_invalid(found))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
        message = "No key that works was given: send `Authorization: Bearer <key>`."
        return refusal(401, "unauthenticated", message, **{"WWW-Authenticate": "Bearer"})

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def missing(request: HttpRequest, problem: Exception) -> HttpResponse:
        return refusal(404, "not_found", "There is no such record.")

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, problem: HttpError) -> HttpResponse:
        if problem.status_code == 429:
            wait = str(int(PerKey().wait()) + 1)
            message = f"More than {settings.API_REQUESTS_PER_MINUTE} requests a minute."
            return refusal(429, "too_many_requests", message, **{"Retry-After": wait})
        return refusal(problem.status_code, "bad_request", str(problem))


def _after(place: tuple[Any, Any], field: str, beyond: str) -> Q:
    value, pk = place
    if field == "pk":
        return Q(**{f"pk__{beyond}": pk})
    return Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"pk__{beyond}": pk})


def _encoded(place: Sequence[Any]) -> str:
    text = json.dumps([part if isinstance(part, int) else str(part) for part in place])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, model: type[Model], field: str) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
        key = model._meta.pk.name
        return _of_field(model, key if field == "pk" else field, value), _of_field(model, key, pk)
    except (ValueError, TypeError, OverflowError, RecursionError, FieldError) as problem:
        raise errors.ParameterError(
            "The cursor is not one that this API gave.", hint="begin without a cursor"
        ) from problem


def _of_field(model: type[Model], name: str, value: Any) -> Any:
    """The value as the field holds it; one that it cannot hold is refused."""
    found = model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
    refused = (
        (isinstance(found, str) and not is_text(found))
        or (isinstance(found, int) and abs(found) > LARGEST)
        or (isinstance(found, datetime.datetime) and found.tzinfo is None)
    )
    if refused or found is None:
        raise ValueError(value)
    return found


def _fingerprint(request: HttpRequest) -> str:
    whole = hashlib.sha256(f"{request.method}\0{request.path}\0".encode())
    if request.content_type != "multipart/form-data":
        whole.update(request.body)
        return whole.hexdigest()
    for name, value in sorted(request.POST.lists()):
        whole.update(f"{name}={value}\0".encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            whole.update(f"{name}={file.name}\0".encode())
            for part in file.chunks():
                whole.update(part)
    return whole.hexdigest()


def _again(reply: KeptReply, asked: str) -> tuple[int, Any]:
    if reply.request_hash != asked:
        raise ConflictError(
            "This Idempotency-Key was used for another request.", hint="use a new key"
        )
    return reply.status, json.loads(reply.body)


def _status_and_body(given: Any) -> tuple[int, Any]:
    status, body = given if isinstance(given, tuple) else (200, given)
    return status, body if isinstance(body, Mapping) else json.loads(json.dumps(body, default=str))
