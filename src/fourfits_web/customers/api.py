"""Customers for programs."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from fourfits_web.core import api
from fourfits_web.customers.models import Account, Person

router = Router()


class PersonOut(api.Out):
    """A person; amounts in the currency beside them."""

    customer_id: str
    account_id: str
    name: str
    email: str
    country: str
    city: str
    plan: str
    acquisition_channel: str
    job_title: str
    buying_role: str
    signed_up_on: datetime.date | None
    segment: str
    alive_share: float | None
    value_amount: Decimal
    n_orders: int
    revenue_amount: Decimal
    currency: str
    n_feedback: int
    last_at: datetime.datetime | None


class AccountOut(api.Out):
    """An organisation."""

    account_id: str
    name: str
    industry: str
    country: str
    employees: int | None
    annual_revenue_amount: Decimal | None
    plan: str
    arr_amount: Decimal | None
    currency: str
    renewal_on: datetime.date | None
    owner: str
    parent_account_id: str
    n_people: int
    n_feedback: int
    n_open_deals: int
    last_at: datetime.datetime | None


class PersonFilter(api.In):
    """Which people."""

    account_id: str = ""
    segment: str = ""
    plan: str = ""
    country: str = ""


@router.get("/customers", response={200: api.Rows[PersonOut], **api.REFUSALS}, by_alias=True)
def list_customers(
    request: HttpRequest,
    part: Query[api.Part],
    chosen: Query[PersonFilter],
) -> Any:
    """People, in the order of their ids."""
    api.may(request, "workspace.read")
    wanted = {name: value for name, value in chosen.model_dump().items() if value}
    found = Person.objects.filter(**wanted)
    return api.rows(found, part, _person, by="customer_id")


@router.get("/customers/{customer_id}", response={200: api.One[PersonOut], **api.REFUSALS})
def get_customer(request: HttpRequest, customer_id: str) -> Any:
    """One person."""
    api.may(request, "workspace.read")
    return {"data": _person(get_object_or_404(Person, customer_id=customer_id))}


@router.get("/accounts", response={200: api.Rows[AccountOut], **api.REFUSALS}, by_alias=True)
def list_accounts(
    request: HttpRequest,
    part: Query[api.Part],
) -> Any:
    """Accounts, in the order of their ids."""
    api.may(request, "workspace.read")
    return api.rows(Account.objects.all(), part, _account, by="account_id")


@router.get("/accounts/{account_id}", response={200: api.One[AccountOut], **api.REFUSALS})
def get_account(request: HttpRequest, account_id: str) -> Any:
    """One account."""
    api.may(request, "workspace.read")
    return {"data": _account(get_object_or_404(Account, account_id=account_id))}


def _person(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in PersonOut.model_fields}


def _account(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in AccountOut.model_fields}
