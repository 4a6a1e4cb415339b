"""Reads about feedback."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from fourfits_web.core import audit, prepared, roles
from fourfits_web.core.models import AuditEntry, keys
from fourfits_web.customers import queries as customers
from fourfits_web.feedback.models import Act, Item, Lake, Status, Tagging
from fourfits_web.members import queries as members
from fourfits_web.members.models import Member

UNDO_FOR = datetime.timedelta(minutes=5)

_SEARCH = {
    "sqlite": "SELECT rowid FROM feedback_search WHERE feedback_search MATCH %s",
    "postgresql": "SELECT id FROM feedback_item WHERE search @@ to_tsquery('simple', %s)",
}


MOST_SHOWN = 10
"""Items that a panel shows at most."""

_of_person = prepared.Question(
    lambda key: words().filter(customer_id=key).order_by("-occurred_at")[:MOST_SHOWN]
)
_of_account = prepared.Question(
    lambda key: words().filter(account_id=key).order_by("-occurred_at")[:MOST_SHOWN]
)
_with_feedback_ids = prepared.Question(lambda ids: items().filter(feedback_id__in=ids))
_quoted = prepared.Question(lambda ids: words().filter(feedback_id__in=ids))
_tags = prepared.Question(lambda: Tagging.objects.order_by("name").values_list("name").distinct())
_last_act = prepared.Question(lambda pk: Act.objects.filter(member=pk))


def items(*statuses: str) -> QuerySet[Item]:
    """All feedback, or that of some statuses."""
    found = Item.objects.select_related("assignee")
    return found.filter(status__in=statuses) if statuses else found


def words() -> QuerySet[Item]:
    """All feedback with nothing but what a line of a list or a quote shows."""
    return Item.objects.only(
        "feedback_id", "customer_id", "account_id", "source", "occurred_at", "title", "text"
    )


def tab(name: str, member_id: int | None = None) -> QuerySet[Item]:
    """What a tab of the inbox holds: a status, `all`, or what is a member's own (`mine`)."""
    if name == "mine":
        return items().filter(assignee=member_id).exclude(status=Status.CLOSED)
    return items(name) if name in Status.values else items()


def matching(found: QuerySet[Item], text: str) -> QuerySet[Item]:
    """Items that hold all words of the text, or words that begin so."""
    words = re.findall(r"\w+", text)
    if not words:
        return found.none()
    if connection.vendor == "sqlite":
        asked = " ".join(f'"{word}"*' for word in words)
    else:
        asked = " & ".join(f"{word}:*" for word in words)
    return found.filter(pk__in=RawSQL(_SEARCH[connection.vendor], [asked]))  # noqa: S611 - ours


def tagged(names: Sequence[str]) -> Exists:
    """The condition that an item has any of the tags."""
    return Exists(Tagging.objects.filter(item=OuterRef("pk"), name__in=names))


def of_customers(field: str, values: Sequence[str]) -> Exists:
    """The condition that the person who said it is of a segment or plan."""
    people = customers.everybody().filter(**{f"{field}__in": values})
    return Exists(people.filter(customer_id=OuterRef("customer_id")))


def with_voices(found: Sequence[Item], *, whole: bool = False) -> None:
    """Look up who said each item and for which account: two queries, however many items.

    Only their names, unless they are asked for as a `whole`.
    """
    people_of, accounts_of = (
        (customers.people, customers.accounts)
        if whole
        else (customers.people_by_name, customers.accounts_by_name)
    )
    people = people_of({item.customer_id for item in found if item.customer_id})
    accounts = accounts_of({item.account_id for item in found if item.account_id})
    for item in found:
        item.person = people.get(item.customer_id)
        item.account = accounts.get(item.account_id)


def newer(found: QuerySet[Item], item: Item) -> int | None:
    """The item that was said next."""
    later = Q(occurred_at__gt=item.occurred_at) | Q(pk__gt=item.pk)
    rows = found.filter(later, occurred_at__gte=item.occurred_at).order_by("occurred_at", "pk")
    return rows.values_list("pk", flat=True).first()


def older(found: QuerySet[Item], item: Item) -> int | None:
    """The item that was said before."""
    earlier = Q(occurred_at__lt=item.occurred_at) | Q(pk__lt=item.pk)
    rows = found.filter(earlier, occurred_at__lte=item.occurred_at).order_by("-occurred_at", "-pk")
    return rows.values_list("pk", flat=True).first()


def of_person(customer_id: str, limit: int = 5) -> list[Item]:
    """The newest items of a person."""
    return _of_person(customer_id)[:limit]


def of_account(account_id: str, limit: int = 5) -> list[Item]:
    """The newest items of an account's people."""
    return _of_account(account_id)[:limit]


def others(item: Item, limit: int = 5) -> list[Item]:
    """What else the same person said; without a person, the same account."""
    if item.customer_id:
        found = of_person(item.customer_id, limit + 1)
    else:
        found = of_account(item.account_id, limit + 1) if item.account_id else []
    return [other for other in found if other.pk != item.pk][:limit]


_has_feedback_id = prepared.Question(
    lambda feedback_id: Item.objects.filter(feedback_id=feedback_id).values_list("pk")
)


def with_feedback_ids(ids: Collection[str]) -> dict[str, Item]:
    """The items that have one of the ids; of one id that is new, nothing but that is asked."""
    if len(ids) == 1 and not _has_feedback_id(*ids):
        return {}
    return {item.feedback_id: item for item in _with_feedback_ids(ids)}


def quoted(ids: Collection[str]) -> dict[str, Item]:
    """The same with nothing but what a quote shows."""
    return {item.feedback_id: item for item in _quoted(ids)}


def chosen(ids: Iterable[str]) -> list[Item]:
    """Items by the keys that a form posted; those that are gone are left out."""
    return list(items().filter(pk__in=keys(ids)))


def waiting(limit: int) -> list[Item]:
    """Items that the customer data do not hold yet, in the order in which they came."""
    return list(Item.objects.filter(lake=Lake.WAITING).order_by("pk")[:limit])


def is_waiting() -> bool:
    """Whether any item waits to be moved."""
    return Item.objects.filter(lake=Lake.WAITING).exists()


def voices(text: str, limit: int) -> list[tuple[str, str]]:
    """People and accounts whose words begin with those of the text: id and name."""
    people = customers.people(customers.found_by("person", text, limit))
    accounts = customers.accounts(customers.found_by("account", text, limit))
    firms = customers.accounts({person.account_id for person in people.values()} - {""})
    found = [(key, f"{account}, account") for key, account in accounts.items()]
    for key, person in people.items():
        firm = firms.get(person.account_id)
        found.append((key, f"{person}, {firm}" if firm else str(person)))
    return found[:limit]


def tags() -> list[str]:
    """Every tag in use."""
    return [name for (name,) in _tags()]


def assignable() -> QuerySet[Member]:
    """Members who sort feedback."""
    able = [role for role in roles.Role if roles.may(role, "feedback.sort")]
    return members.active().filter(role__in=able)


_assignable = prepared.Question(assignable)


def sorters() -> list[Member]:
    """Members who sort feedback, by name."""
    return _assignable()


def undoable(member: Member | None) -> Act | None:
    """What the member did last, if that was a moment ago."""
    if member is None:
        return None
    last: Act | None = _last_act.first(member.pk)
    return last if last and last.at > timezone.now() - UNDO_FOR else None


def history(item: Item) -> list[AuditEntry]:
    """What was done to an item, in words."""
    found = audit.history(item)
    names = {str(each.pk): each.name for each in members.everybody()} if found else {}
    for entry in found:
        entry.words = _words(entry, names)  # type: ignore[attr-defined]
    return found


def _words(entry: AuditEntry, names: dict[str, str]) -> str:
    changed = {name: after for name, _, after in entry.changes}
    match entry.verb:
        case "feedback.receive":
            return "added it"
        case "feedback.assign":
            to = names.get(str(changed.get("assignee_id")))
            return f"assigned it to {to}" if to else "took it from its assignee"
        case "feedback.mark":
            return {"open": "reopened it", "sorted": "sorted it", "closed": "closed it"}.get(
                str(changed.get("status")), "looked at it again"
            )
        case "feedback.tag":
            return f"tagged it {', '.join(changed.get('tags') or []) or 'no longer'}"
        case "feedback.undo":
            return "took the last change back"
        case "need.link":
            return "linked it to a need"
        case "need.unlink":
            return "said that it does not speak of a need"
        case _:
            return entry.verb.partition(".")[2].replace("_", " ")
