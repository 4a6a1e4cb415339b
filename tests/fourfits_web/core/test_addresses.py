"""Addresses are those that Django's resolver gives."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from fourfits_web.core import addresses


@pytest.mark.parametrize("key", ["C0001", "a b", "Zoë & Söhne", "50%", "x?y#z", "<b>\"'", "1:2@3"])
def test_an_address_is_the_one_of_the_resolver(key: str) -> None:
    assert addresses.to("customers:person", key) == reverse("customers:person", args=[key])


def test_a_number_makes_an_address_too() -> None:
    assert addresses.to("needs:need", 7) == reverse("needs:need", args=[7])


def test_a_slash_in_an_id_does_not_lead_elsewhere() -> None:
    assert addresses.to("customers:person", "a/b") == "/customers/people/a%2Fb/"
    assert resolve("/customers/people/a%2Fb/").kwargs == {"customer_id": "a%2Fb"}


def test_a_page_has_the_address_of_the_resolver_too() -> None:
    assert addresses.page("needs:list") == reverse("needs:list") == addresses.page("needs:list")
