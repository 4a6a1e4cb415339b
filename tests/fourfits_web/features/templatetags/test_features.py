"""How features, and who asks for them, read within a page."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from fourfits_web.customers.models import Account
from fourfits_web.features.models import Feature, Standing
from fourfits_web.features.templatetags.features import asking_line, waiting_line

pytestmark = pytest.mark.django_db


def feature(**fields: object) -> Feature:
    known = {"feature_id": "f", "name": "Export <b>", "status": "planned"}
    now = timezone.now()
    return Feature.objects.create(created_at=now, changed_at=now, **known | fields)


def test_a_feature_that_is_waited_for_says_how_often_and_where_it_stands() -> None:
    ranked = feature(release_on=datetime.date(2026, 3, 1))
    Standing.objects.create(feature=ranked, rank=3)

    assert waiting_line(ranked, 1) == (
        f'<li><a class="row-link" href="/features/{ranked.pk}/">Export &lt;b&gt;</a>'
        '<small class="text-secondary"><span class="status">Planned</span> '
        "said once, rank 3, planned for 1 Mar 2026</small></li>"
    )


def test_a_feature_without_any_report_or_date_says_how_often_alone() -> None:
    assert waiting_line(feature(), 1_200).endswith("</span> said 1,200 times</small></li>")


def test_an_account_that_asks_says_with_how_many_people_and_what_it_pays() -> None:
    account = Account(account_id="a/1", name="Shop & Co", arr_amount=Decimal(45_100))

    assert asking_line(account, 1, "EUR") == (
        '<li><a href="/customers/accounts/a%2F1/">Shop &amp; Co</a> '
        '<span class="text-secondary">1 person, €45.1k a year</span></li>'
    )
    account.arr_amount = None
    assert asking_line(account, 2, "EUR").endswith(
        '<span class="text-secondary">2 people</span></li>'
    )
