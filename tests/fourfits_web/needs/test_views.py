"""Pages of needs, for each role."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fourfits_web.customers.models import Person
from fourfits_web.feedback.models import Item
from fourfits_web.needs.models import Link, Need, Run, Status

Finds = Callable[[Mapping[str, Sequence[int]]], Run]


@pytest.fixture
def loud(finds: Finds) -> Need:
    finds({"loud": range(10), "slow": range(10, 18)})
    return Need.objects.get(name="loud")


def test_the_newest_feedback_is_quoted_with_who_said_it(loud: Need, viewer: Client) -> None:
    item = Item.objects.filter(pk__in=Link.objects.filter(need=loud).values("item")).first()
    assert item is not None
    Need.objects.filter(pk=loud.pk).update(figures={"quoted": ["none of these"]})
    Item.objects.filter(pk=item.pk).update(
        title="Bugs", text="It is loud at night", customer_id="c9"
    )
    Person.objects.create(customer_id="c9", name="Ada", digest=0)

    page = viewer.get(reverse("needs:need", args=[loud.pk])).content.decode()

    newest = page.partition("Newest feedback")[2]
    assert f'/feedback/{item.pk}/?tab=all&amp;need={loud.pk}">It is loud at night</a>' in newest
    assert ">Ada</a>" in newest


def test_what_nothing_speaks_of_does_not_promise_to_be_counted(
    loud: Need, product_manager: Client
) -> None:
    product_manager.post(reverse("needs:add"), {"name": "Quiet at night"})
    quiet = Need.objects.get(name="Quiet at night")
    Need.objects.update(counted_at=None)

    new, found = (
        product_manager.get(reverse("needs:need", args=[one.pk])).content.decode()
        for one in (quiet, loud)
    )

    assert "It is being counted" not in new
    assert "It is being counted" in found


def test_two_who_shape_a_need_lose_nothing(loud: Need, product_manager: Client) -> None:
    form = reverse("needs:shape", args=[loud.pk])
    drawn = product_manager.get(reverse("needs:need", args=[loud.pk])).content.decode()
    opened = re.search(r'name="seen" value="([^"]+)"', drawn)
    assert opened is not None
    sent = {"name": "loud", "description": "", "seen": opened[1]}

    product_manager.post(form, {**sent, "description": "At night"})
    product_manager.post(form, {**sent, "name": "Too loud"})

    loud.refresh_from_db()
    assert (loud.name, loud.description) == ("Too loud", "At night")


def test_a_viewer_reads_everything_and_changes_nothing(loud: Need, viewer: Client) -> None:
    for url in ("needs:list", "needs:runs", "needs:names", "needs:gone"):
        assert viewer.get(reverse(url)).status_code == 200
    assert viewer.get(reverse("needs:need", args=[loud.pk])).status_code == 200
    assert viewer.get(reverse("needs:run", args=[Run.objects.get().pk])).status_code == 200

    assert viewer.post(reverse("needs:accept", args=[loud.pk])).status_code == 403
    assert viewer.get(reverse("needs:split", args=[loud.pk])).status_code == 403
    loud.refresh_from_db()
    assert loud.status == Status.PROPOSED


def test_a_stranger_is_asked_to_sign_in(loud: Need, stranger: Client) -> None:
    assert stranger.get(reverse("needs:need", args=[loud.pk])).status_code == 302


def test_a_product_manager_accepts_renames_and_drops(loud: Need, product_manager: Client) -> None:
    product_manager.post(reverse("needs:accept", args=[loud.pk]))
    product_manager.post(
        reverse("needs:shape", args=[loud.pk]), {"name": "Quiet", "description": "At night"}
    )
    page = product_manager.get(reverse("needs:need", args=[loud.pk])).content.decode()
    assert "Accepted" in page
    assert "Quiet" in page
    product_manager.post(reverse("needs:drop", args=[loud.pk]))

    loud.refresh_from_db()
    assert (loud.name, loud.description, loud.status) == ("Quiet", "At night", Status.DROPPED)


def test_a_need_is_renamed_and_merged_on_pages_of_their_own(
    loud: Need, product_manager: Client, viewer: Client
) -> None:
    rename = reverse("needs:shape", args=[loud.pk])
    merge = reverse("needs:merge_into", args=[loud.pk])
    page = product_manager.get(reverse("needs:need", args=[loud.pk])).content.decode()

    assert f'href="{rename}" data-open' in page
    assert f'href="{merge}" data-open' in page
    assert 'value="loud"' in product_manager.get(rename).content.decode()
    assert '<option value="slow">' in product_manager.get(merge).content.decode()
    assert {viewer.get(rename).status_code, viewer.get(merge).status_code} == {403}


def test_what_is_refused_stands_beside_its_field(loud: Need, product_manager: Client) -> None:
    unnamed = product_manager.post(reverse("needs:shape", args=[loud.pk]), {"name": ""})
    unknown = product_manager.post(reverse("needs:merge_into", args=[loud.pk]), {"need": "quiet"})

    assert {unnamed.status_code, unknown.status_code} == {422}
    assert "This field is required." in unnamed.content.decode()
    assert "There is no need of that name." in unknown.content.decode()
    assert 'value="quiet"' in unknown.content.decode()


def test_chosen_needs_are_merged_after_a_question(loud: Need, product_manager: Client) -> None:
    ids = [str(need.pk) for need in Need.objects.all()]

    asked = product_manager.post(reverse("needs:merge"), {"ids": ids}).content.decode()
    assert "Which one stays?" in asked
    product_manager.post(reverse("needs:merge"), {"ids": ids, "into": str(loud.pk)})

    assert Need.objects.get(name="slow").merged_into == loud


def test_a_need_is_split_by_choosing_items(loud: Need, product_manager: Client) -> None:
    chosen = [str(pk) for pk in Link.objects.filter(need=loud).values_list("item", flat=True)[:3]]

    answer = product_manager.post(
        reverse("needs:split", args=[loud.pk]), {"name": "Steam", "items": chosen}
    )

    assert answer.status_code == 302
    assert Link.objects.filter(need__name="Steam").count() == 3


def test_what_is_chosen_to_be_split_off_stays_chosen_while_one_looks_for_more(
    loud: Need, product_manager: Client
) -> None:
    page = reverse("needs:split", args=[loud.pk])
    first, second, *_ = Link.objects.filter(need=loud).order_by("pk").values_list("item", flat=True)

    found = product_manager.get(page, {"q": "no such words", "items": [first, 0]}).content.decode()
    unnamed = product_manager.post(page, {"name": "", "items": [first]})

    assert f'value="{first}" id="item-{first}" checked' in found
    assert f'id="item-{second}"' not in found
    assert unnamed.status_code == 422
    assert f'value="{first}" id="item-{first}" checked' in unnamed.content.decode()
    assert f'value="{second}" id="item-{second}">' in unnamed.content.decode()


def test_an_item_is_linked_and_unlinked_on_its_page(
    loud: Need, items: list[Item], product_manager: Client
) -> None:
    page = reverse("feedback:item", args=[items[19].pk])
    product_manager.post(reverse("needs:link", args=[items[19].pk]), {"need": "Loud"})
    linked = product_manager.get(page).content.decode()
    assert "linked by a person" in linked
    assert "linked it to a need" in linked

    product_manager.post(reverse("needs:unlink", args=[items[19].pk, loud.pk]))

    assert "No need yet" in product_manager.get(page).content.decode()


def test_the_inbox_is_filtered_by_need(loud: Need, viewer: Client) -> None:
    of_need = viewer.get(reverse("feedback:all"), {"need": str(loud.pk)}).content.decode()
    without = viewer.get(reverse("feedback:all"), {"need": "none"}).content.decode()

    assert "10 items" in of_need
    assert "2 items" in without


def test_pages_ask_as_many_questions_for_many_items_as_for_few(
    finds: Finds, viewer: Client
) -> None:
    counts = []
    for themes in ({"loud": range(2)}, {"loud": range(2), "slow": range(2, 18)}):
        finds(themes)
        for url in (reverse("feedback:all"), reverse("needs:list")):
            with CaptureQueriesContext(connection) as asked:
                viewer.get(url)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


def test_the_list_shows_people_and_money_with_their_ranges(viewer: Client, loud: Need) -> None:
    Need.objects.filter(pk=loud.pk).update(
        people=1026.4, account_amount=129_393.2,
        figures={"people_low": 942.1, "people_high": 1118.8, "account_amount_low": 85_000,
                 "account_amount_high": 179_000},
    )  # fmt: skip

    page = viewer.get(reverse("needs:list")).content.decode()
    file = b"".join(viewer.get(reverse("needs:list"), {"format": "csv"}).streaming_content)  # type: ignore[attr-defined]

    assert "<strong>1,026</strong>" in page
    assert "942 to 1,119</span>" in page
    assert re.search(r"<strong>[^<]*129k</strong> <span[^>]*>[^<]*85k to [^<]*179k</span>", page)
    assert b"1026" in file
    assert b"942" in file


def test_a_merged_need_shows_no_figures_of_its_own(product_manager: Client, loud: Need) -> None:
    Need.objects.filter(name="slow").update(people=152, figures={"share": 0.065})
    slow = Need.objects.get(name="slow")

    product_manager.post(reverse("needs:merge_into", args=[slow.pk]), {"need": "loud"})

    page = product_manager.get(reverse("needs:need", args=[slow.pk])).content.decode()
    assert "152" not in page
    assert "of all" not in page


def test_figures_that_are_being_counted_are_called_so(product_manager: Client, loud: Need) -> None:
    Need.objects.update(counted_at=timezone.now())

    product_manager.post(
        reverse("needs:merge_into", args=[Need.objects.get(name="slow").pk]), {"need": "loud"}
    )

    answer = product_manager.get(reverse("needs:need", args=[loud.pk]))
    assert "It is being counted" in answer.content.decode()


def test_the_list_draws_the_months_of_each_need_and_exports_them(
    viewer: Client, loud: Need
) -> None:
    loud.figures = {"months": [1, 3, 2], "segments": [{"segment": "a", "n_people": 1}]}
    loud.save()

    page = viewer.get(reverse("needs:list")).content.decode()
    file = viewer.get(reverse("needs:list"), {"format": "csv", "columns": "name,trend"})

    assert page.count("From 1 to 2 items a month within 3 months") == 1
    lines = b"".join(file.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert set(lines[1:]) == {"loud,1; 3; 2", "slow,"}
