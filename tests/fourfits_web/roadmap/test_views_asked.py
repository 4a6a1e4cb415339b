"""Pages of who asked for a feature, through the browser's door."""

from __future__ import annotations

import csv
import functools
import io
import re
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits_web.feedback.models import Item as Said
from fourfits_web.roadmap import actions, telling
from fourfits_web.roadmap.lists import asked_columns
from fourfits_web.roadmap.models import Asker, Note

from .conftest import Asking

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def plain(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def asked(client: Client, asking: Asking, **query: Any) -> str:
    return text_of(client.get(reverse("roadmap:asked", args=[asking.feature.pk]), query))


def post(client: Client, name: str, asking: Asking, *args: Any, **given: Any) -> Any:
    return client.post(
        reverse(f"roadmap:{name}", args=args), {"feature": asking.feature.pk, **given}, follow=True
    )


def test_the_list_shows_who_asked_in_their_words(viewer: Client, asking: Asking) -> None:
    asking.person("C1", "Harbour", name="Ada")
    asking.says("C1", "The export never ends.")
    asking.says("", "Nor mine.")

    text = asked(viewer, asking, columns="name,account,said")

    assert "The export never ends." in text
    assert "Ada" in text
    assert "Harbour" in text
    assert "1 person at 1 account asked; nobody is told yet." in plain(text)
    assert "1 more piece of feedback names nobody." in plain(text)
    assert "Note as told" not in text, "a viewer only reads"


def test_an_answer_leads_back_to_its_page_whatever_the_id(
    product_manager: Client, asking: Asking
) -> None:
    asking.says("C?1#a")
    address = reverse("roadmap:asker", args=[asking.feature.pk, "C?1#a"])

    answer = product_manager.post(address, {"kind": "helped"})

    assert answer["Location"] == address
    assert f'name="next" value="{address}"' in text_of(product_manager.get(address))


def test_the_page_says_that_nothing_is_sent_and_offers_a_letter_to_each(
    product_manager: Client, asking: Asking
) -> None:
    asking.person("C1", name="Ada")
    asking.says("C1")

    text = asked(product_manager, asking)

    letter = unquote(re.search(r'href="(mailto:c1@[^"]*)"', text)[1])  # type: ignore[index]
    assert "Nothing is ever sent from here." in text
    assert letter.startswith(
        "mailto:c1@example.org?subject=Faster export is here&body=Hello Ada,\r\n"
    )
    assert 'data-copy="#id_text"' in text


def test_a_kept_message_stands_in_every_letter(product_manager: Client, asking: Asking) -> None:
    asking.person("C1", name="Ada & Co")
    asking.says("C1")

    post(
        product_manager,
        "message",
        asking,
        asking.feature.pk,
        subject="Out now",
        text="Dear {name}!",
    )

    text = asked(product_manager, asking)
    assert "mailto:c1@example.org?subject=Out%20now&body=Dear%20Ada%20%26%20Co%21" in text


def test_an_empty_message_is_refused_in_words(product_manager: Client, asking: Asking) -> None:
    answer = post(product_manager, "message", asking, asking.feature.pk, subject="", text="Dear")

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert "Dear</textarea>" in answer.content.decode(), "what was typed is not lost"


def test_a_message_that_another_wrote_meanwhile_is_not_overwritten(
    product_manager: Client, asking: Asking
) -> None:
    asking.says("C1")
    opened = re.search(r'name="seen" value="([^"]+)"', asked(product_manager, asking))
    assert opened is not None
    write = functools.partial(
        post, product_manager, "message", asking, asking.feature.pk, seen=opened[1], subject="Out"
    )

    write(text="Dear {name}, theirs")
    answer = write(text="Dear {name}, mine")

    assert answer.status_code == 422
    assert "it says “Dear {name}, theirs” now" in answer.content.decode()


def test_ticked_people_are_noted_as_told_and_the_way_back_is_offered(
    product_manager: Client, asking: Asking
) -> None:
    for key in ("C1", "C2"):
        asking.says(key)

    text = text_of(post(product_manager, "tell", asking, ids=["C1"], channel="call"))

    assert "1 person noted: told." in text
    assert "2 people asked; 1 told. Nobody has answered yet" in plain(text)
    undo = re.search(r'action="([^"]*/undo/\d+/)"', text)
    assert undo
    product_manager.post(undo[1])
    assert not Asker.objects.exists()


def test_all_that_the_list_shows_are_noted_at_once(product_manager: Client, asking: Asking) -> None:
    for key, segment in (("C1", "offices"), ("C2", "offices"), ("C3", "homes")):
        asking.person(key, "Harbour" if segment == "offices" else "")
        asking.says(key)
    telling.tell(asking.us, asking.feature, people=["C1"], channel="call")
    address = reverse("roadmap:asked", args=[asking.feature.pk])

    product_manager.post(f"{address}?account=harb", {"channel": "email"})

    told = dict(Asker.objects.values_list("customer_id", "told__channel"))
    assert told == {"C1": "call", "C2": "email"}


def test_a_channel_must_be_chosen(product_manager: Client, asking: Asking) -> None:
    asking.says("C1")

    answer = post(product_manager, "tell", asking, ids=["C1"], channel="owl")

    assert answer.status_code in {400, 422}
    assert not Note.objects.exists()


def test_answers_make_a_share_with_its_interval(product_manager: Client, asking: Asking) -> None:
    for key in ("C1", "C2", "C3"):
        asking.says(key)

    post(product_manager, "helped", asking, ids=["C1", "C2"])
    text = text_of(post(product_manager, "not_helped", asking, ids=["C3"]))

    assert "3 people asked; 3 told; 2 of 3 who answered say it helped: 67% 21 to 94%" in plain(text)
    text = text_of(post(product_manager, "take_back", asking, ids=["C3"]))
    assert "2 of 2 who answered" in plain(text)


def test_the_list_is_narrowed_and_exported_with_addresses(viewer: Client, asking: Asking) -> None:
    for key in ("C1", "C2"):
        asking.says(key)
    telling.answer(asking.us, asking.feature, people=["C2"], kind="helped", words="Yes!")
    address = reverse("roadmap:asked", args=[asking.feature.pk])

    whole = viewer.get(address, {"format": "csv"})
    helped = viewer.get(
        address, {"format": "csv", "state": "helped", "columns": "name,email,state,answer"}
    )

    rows = list(csv.DictReader(io.StringIO(b"".join(whole).decode())))  # type: ignore[arg-type]
    assert [(row["email"], row["state"]) for row in rows] == [
        ("c1@example.org", "waiting"), ("c2@example.org", "helped"),
    ]  # fmt: skip
    assert b"".join(helped).decode().splitlines() == [  # type: ignore[arg-type]
        "name,email,state,answer", "Person C2,c2@example.org,helped,Yes!",
    ]  # fmt: skip


def test_an_empty_list_teaches_where_people_come_from(viewer: Client, asking: Asking) -> None:
    text = asked(viewer, asking)

    assert "Nobody asked for it yet" in text
    assert "feedback to the need" in text


def test_what_has_not_shipped_has_nobody_to_tell(product_manager: Client, asking: Asking) -> None:
    asking.says("C1")
    asking.feature.status = "building"
    asking.feature.save()

    text = asked(product_manager, asking)

    assert "there is nothing to tell yet" in text
    feature = text_of(product_manager.get(asking.feature.get_absolute_url()))
    assert reverse("roadmap:asked", args=[asking.feature.pk]) in feature
    assert "mailto:" not in text
    assert post(product_manager, "tell", asking, ids=["C1"], channel="call").status_code == 409


def test_the_page_of_one_notes_the_answer_and_writes_it_down(
    product_manager: Client, asking: Asking
) -> None:
    asking.person("C 1/2", name="Ada")
    asking.says("C 1/2", "The export never ends.")
    address = reverse("roadmap:asker", args=[asking.feature.pk, "C 1/2"])
    assert address.replace("%2F", "/") in asked(product_manager, asking).replace("%2F", "/")

    text = text_of(product_manager.get(address))
    refused = product_manager.post(address, {"kind": "not_helped", "need": asking.need.pk})
    done = product_manager.post(
        address,
        {"kind": "not_helped", "words": "It stops.", "need": asking.need.pk},
        follow=True,
    )

    assert "The export never ends." in text
    assert "Hello Ada," in text
    assert (refused.status_code, "Feedback needs words" in refused.content.decode()) == (422, True)
    assert "It did not help" in text_of(done)
    assert Said.objects.order_by("-pk")[0].text == "It stops."
    assert Said.objects.order_by("-pk")[0].customer_id == "C 1/2"


def test_who_did_not_ask_has_no_page(viewer: Client, asking: Asking) -> None:
    asking.person("C1")

    for key in ("C1", "nobody"):
        address = reverse("roadmap:asker", args=[asking.feature.pk, key])
        assert viewer.get(address).status_code == 404


def test_a_viewer_may_not_note_anything(viewer: Client, asking: Asking) -> None:
    asking.says("C1")
    address = reverse("roadmap:asked", args=[asking.feature.pk])
    one = reverse("roadmap:asker", args=[asking.feature.pk, "C1"])

    assert viewer.post(address, {"channel": "email"}).status_code == 403
    assert viewer.post(one, {"kind": "helped"}).status_code == 403
    assert not Note.objects.exists()


def test_names_and_words_of_customers_stay_text(product_manager: Client, asking: Asking) -> None:
    asking.person("C1", name="<script>alert(1)</script>", email='"><b>x</b>@example.org')
    asking.says("C1", "<img src=x onerror=alert(1)>")

    page = product_manager.get(reverse("roadmap:asked", args=[asking.feature.pk])).content.decode()
    one = product_manager.get(reverse("roadmap:asker", args=[asking.feature.pk, "C1"]))

    for html in (page, one.content.decode()):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>x" not in html


def test_a_shipped_feature_and_its_release_say_how_many_asked(
    product_manager: Client, asking: Asking
) -> None:
    asking.says("C1")
    item = actions.put(asking.us, asking.feature, lane="next")
    release = actions.plan_release(asking.us, name="Spring")
    actions.assign_release(asking.us, item, release=release)
    before = text_of(product_manager.get(reverse("roadmap:release", args=[release.pk])))
    actions.ship_release(asking.us, release, shipped_on=timezone.localdate())

    after = text_of(product_manager.get(reverse("roadmap:release", args=[release.pk])))
    feature = text_of(product_manager.get(asking.feature.get_absolute_url()))

    address = reverse("roadmap:asked", args=[asking.feature.pk])
    assert address not in before
    assert "1 person asked; nobody is told yet." in plain(after)
    assert "1 person asked; nobody is told yet." in plain(feature)
    assert address in after
    assert address in feature


@pytest.mark.parametrize("shown", [None, "every column"])
def test_the_list_asks_as_much_for_many_as_for_few(
    product_manager: Client, asking: Asking, shown: str | None
) -> None:
    every = ",".join(column.name for column in asked_columns("companies"))
    columns = {"columns": every} if shown else {}
    asking.says("C1")
    asking.says("C2")
    telling.tell(asking.us, asking.feature, people=["C1"], channel="email")
    asked(product_manager, asking, **columns)
    with CaptureQueriesContext(connection) as few:
        asked(product_manager, asking, **columns)
    for number in range(20):
        asking.says(f"P{number}")
    asked(product_manager, asking, **columns)

    with CaptureQueriesContext(connection) as many:
        asked(product_manager, asking, **columns)

    assert len(many) == len(few)
