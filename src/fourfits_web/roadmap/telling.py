"""Writes about who was told that a feature has shipped, and what they answered.

Nothing here sends anything: people tell their customers, and note that they did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fourfits.errors import ParameterError
from fourfits_web.core.actions import action
from fourfits_web.core.actors import Actor
from fourfits_web.core.errors import ConflictError
from fourfits_web.customers import queries as customers
from fourfits_web.features.models import Feature, Status
from fourfits_web.feedback import actions as feedback
from fourfits_web.feedback.models import Item as Said
from fourfits_web.needs import actions as needs
from fourfits_web.needs.models import Need
from fourfits_web.roadmap import asked
from fourfits_web.roadmap.models import Asker, Channel, Message, Note

LONGEST_TEXT = 2_000
"""Characters of a message: mail programs refuse much longer links."""
LONGEST_WORDS = 5_000
_AT_ONCE = 1_000
_ANSWERS = (Note.Kind.HELPED.value, Note.Kind.NOT_HELPED.value)


@action("feature.tell", may="features.change", event="feature.told")
def tell(actor: Actor, feature: Feature, *, people: Collection[str], channel: str) -> Note:
    """Note that people who asked for a feature were told that it has shipped.

    Args:
        actor: Who notes it.
        feature: What has shipped.
        people: Ids of those who were told; who did not ask, or was told before, is left out.
        channel: How they were told.

    Raises:
        ConflictError: If it has not shipped, or none of them is left to tell.
        ParameterError: If there is no such channel.
    """
    _refuse_unshipped(feature)
    if channel not in Channel.values:
        raise ParameterError(
            f"There is no channel {channel!r}.", hint=f"one of {', '.join(Channel.values)}"
        )
    note = _note(actor, feature, Note.Kind.TOLD, channel=channel)
    _add(note, _asking(feature, people))
    return _kept(note, Asker.objects.filter(told=note).count(), "Everybody chosen is told already.")


@action("feature.answer", may="features.change", event="feature.answered")
def answer(
    actor: Actor, feature: Feature, *, people: Collection[str], kind: str, words: str = ""
) -> Note:
    """Note what people answered: whether it helped; the newest answer counts.

    Whoever answers has heard of it, so that who was not told yet is told by that.

    Raises:
        ConflictError: If it has not shipped, or none of them asked.
        ParameterError: If it is no answer, or one too long.
    """
    _refuse_unshipped(feature)
    if kind not in _ANSWERS:
        raise ParameterError(f"There is no answer {kind!r}.", hint=f"one of {', '.join(_ANSWERS)}")
    if len(words) > LONGEST_WORDS:
        raise ParameterError(f"An answer has at most {LONGEST_WORDS:,} characters.")
    note = _note(actor, feature, kind)
    ids = _asking(feature, people)
    told = list(Asker.objects.filter(feature=feature, customer_id__in=ids))
    for one in told:
        one.before = {"answer": one.answer_id, "words": one.words} if one.answer_id else None
        one.answer, one.words = note, words.strip()
    Asker.objects.bulk_update(told, ["before", "answer", "words"], batch_size=_AT_ONCE)
    there = {one.customer_id for one in told}
    _add(note, [each for each in ids if each not in there], answer=note, words=words.strip())
    return _kept(note, Asker.objects.filter(answer=note).count(), "None of them asked for it.")


@action("feature.take_back", may="features.change")
def take_back(actor: Actor, feature: Feature, *, people: Collection[str]) -> Note:
    """Take back what was noted last of some people: their answer, else that they were told.

    Raises:
        ConflictError: If nothing is noted of any of them.
    """
    note = _note(actor, feature, Note.Kind.TAKEN_BACK)
    found = list(Asker.objects.filter(feature=feature, customer_id__in=list(people)))
    # who answered before anybody told them is not told any more either
    answered = [one for one in found if one.answer_id and one.answer_id != one.told_id]
    Asker.objects.filter(pk__in={one.pk for one in found} - {one.pk for one in answered}).delete()
    _step_back(answered)
    return _kept(note, len(found), "Nothing is noted of them.")


@action("feature.undo_note", may="features.change")
def undo(actor: Actor, note: Note) -> None:
    """Take back what was noted at once, but of people of whom something else was noted since.

    Raises:
        ConflictError: If there is nothing left to take back.
    """
    of_it = Asker.objects.filter(feature=note.feature_id)
    n_gone, _ = of_it.filter(Q(answer=None) | Q(answer=note), told=note).delete()
    answered = list(of_it.filter(answer=note))
    if not n_gone and not answered:
        raise ConflictError(
            "There is nothing to take back: something else was noted of them since."
        )
    _step_back(answered)
    left = of_it.filter(Q(told=note) | Q(before__answer=note.pk)).count()
    if left:
        note.n_people = left
        note.save(update_fields=["n_people"])
    else:
        note.delete()


@action("feature.draft_message", may="features.change")
def draft(actor: Actor, feature: Feature, *, subject: str, text: str) -> Message:
    """Keep what those who asked are written; each link to a mail program carries it.

    Raises:
        ParameterError: If there is nothing to write, or too much of it.
    """
    line, words = " ".join(subject.split()), text.strip().replace("\r\n", "\n")
    if not line or not words:
        raise ParameterError("A message needs a subject and words.")
    if len(line) > 200 or len(words) > LONGEST_TEXT:
        raise ParameterError(
            f"A message has at most {LONGEST_TEXT:,} characters, its subject 200.",
            hint="mail programs take no longer ones from a link",
        )
    said = {"subject": line, "text": words, "author": actor.member, "changed_at": timezone.now()}
    return Message.objects.update_or_create(feature=feature, defaults=said)[0]


def answer_in_words(
    actor: Actor, feature: Feature, *, customer_id: str, kind: str, words: str, need: Need | None
) -> Said | None:
    """Note what somebody answered, and write it down as feedback on a need, if one is given."""
    with transaction.atomic():
        answer(actor, feature, people=[customer_id], kind=kind, words=words)
        person = customers.person(customer_id)
        if need is None or person is None:
            return None
        said = feedback.receive(
            actor, text=words, customer_id=customer_id, account_id=person.account_id
        )
        return needs.link(actor, said, need=need)


def forget(ids: Iterable[str]) -> int:
    """Forget what is noted of people who were erased; part of a copying, no action of anybody."""
    return Asker.objects.filter(customer_id__in=list(ids)).delete()[0]


def _asking(feature: Feature, people: Collection[str]) -> list[str]:
    behind, wanted = asked.needs_behind([feature])[feature.pk], list(dict.fromkeys(people))
    parts = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    return [each for part in parts for each in asked.known(feature.pk, behind, part)]


def _note(actor: Actor, feature: Feature, kind: str, *, channel: str = "") -> Note:
    return Note.objects.create(
        feature=feature, kind=kind, channel=channel, author=actor.member, at=timezone.now()
    )


def _kept(note: Note, n: int, otherwise: str) -> Note:
    if not n:
        raise ConflictError(otherwise)
    note.n_people = n
    note.save(update_fields=["n_people"])
    return note


def _add(note: Note, ids: Iterable[str], answer: Note | None = None, words: str = "") -> None:
    """Note them as told; whom another told at the same moment stays as they are."""
    rows = [
        Asker(feature=note.feature, customer_id=each, told=note, answer=answer, words=words)
        for each in ids
    ]
    Asker.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


def _step_back(found: Sequence[Asker]) -> None:
    """Give people the answer that they had before, if its note still stands."""
    before = {one.before["answer"] for one in found if one.before}
    there = set(Note.objects.filter(pk__in=before).values_list("pk", flat=True))
    for one in found:
        former = one.before if one.before and one.before["answer"] in there else None
        one.answer_id = former["answer"] if former else None
        one.words, one.before = former["words"] if former else "", None
    Asker.objects.bulk_update(found, ["answer", "words", "before"], batch_size=_AT_ONCE)


def _refuse_unshipped(feature: Feature) -> None:
    if feature.status != Status.SHIPPED:
        raise ConflictError(
            f"{feature} has not shipped: there is nothing to tell yet.",
            hint="ship its release, or change its status",
        )
