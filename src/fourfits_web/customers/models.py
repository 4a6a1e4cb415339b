"""Copies of customer data, shaped for pages; the lake holds the data themselves."""

from __future__ import annotations

from typing import Any

from django.db import models

from fourfits_web.core.models import Record


def _text(length: int = 200) -> models.CharField[str, str]:
    return models.CharField(max_length=length, blank=True, default="")


def _money(**options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=20, decimal_places=2, **options)


class Copied(Record):
    """A row made from the lake; `digest` tells whether it differs from what would be made today."""

    digest = models.BigIntegerField()

    class Meta:
        abstract = True


class Account(Copied):
    """An organisation, with what its people and deals add up to."""

    account_id = models.CharField(max_length=200, unique=True)
    name = _text(300)
    industry = _text()
    country = _text()
    employees = models.BigIntegerField(null=True)
    annual_revenue_amount = _money(null=True)
    plan = _text()
    arr_amount = _money(null=True)
    renewal_on = models.DateField(null=True)
    owner = _text()
    parent_account_id = _text()
    currency = _text(16)
    n_people = models.IntegerField(default=0)
    n_feedback = models.IntegerField(default=0)
    n_open_deals = models.IntegerField(default=0)
    open_amount = _money(default=0)
    revenue_amount = _money(default=0)
    value_amount = _money(default=0)
    last_at = models.DateTimeField(null=True)
    deals = models.JSONField(default=list)

    class Meta:
        indexes = (
            models.Index(fields=["name"]),
            models.Index(fields=["arr_amount"]),
            models.Index(fields=["renewal_on"]),
            models.Index(fields=["last_at"]),
        )

    def __str__(self) -> str:
        return self.name or self.account_id


class Person(Copied):
    """A person. `value_amount` is 0 and `alive_share` empty where nothing was ever bought."""

    customer_id = models.CharField(max_length=200, unique=True)
    account_id = models.CharField(max_length=200, blank=True, default="", db_index=True)
    account_name = _text(300)
    name = _text(300)
    email = _text(320)
    country = _text()
    city = _text()
    birth_year = models.IntegerField(null=True)
    gender = _text()
    plan = _text()
    acquisition_channel = _text()
    job_title = _text()
    buying_role = _text(32)
    signed_up_on = models.DateField(null=True)
    currency = _text(16)
    segment = _text()
    alive_share = models.FloatField(null=True)
    value_amount = _money(default=0)
    n_orders = models.IntegerField(default=0)
    revenue_amount = _money(default=0)
    n_feedback = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    n_moments = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "people"
        indexes = (
            *(
                models.Index(fields=[name])
                for name in (
                    "name", "signed_up_on", "value_amount", "revenue_amount", "last_at",
                )
            ),
            *(
                models.Index(fields=[name, "value_amount"])
                for name in ("segment", "plan", "country", "acquisition_channel")
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.email or self.customer_id


class Timeline(Copied):
    """Up to `PART` moments of a person or an account, newest first, written and read as one.

    A moment is `[seconds since 1970, kind, title, detail, amount, n, who]` in `moments`.
    """

    PART = 500

    of = models.CharField(max_length=8, choices=[("person", "person"), ("account", "account")])
    key = models.CharField(max_length=200)
    part = models.IntegerField()
    moments = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "of", "part"], name="customers_timeline_once"),
        )

    def __str__(self) -> str:
        return f"{self.of} {self.key}, part {self.part}"


class Word(Record):
    """A word by which a person or an account is found, by its first letters."""

    of = models.CharField(max_length=8)
    word = models.CharField(max_length=320)
    key = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["key", "of"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["word", "of", "key"],
                name="customers_word_once",
                opclasses=["varchar_pattern_ops", "varchar_ops", "varchar_ops"],
            ),
        )

    def __str__(self) -> str:
        return self.word


class Facet(Record):
    """A value that a filter offers, with how many have it."""

    of = models.CharField(max_length=8)
    field = models.CharField(max_length=64)
    value = models.CharField(max_length=200)
    n = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["of", "field", "value", "n"], name="customers_facet_once"
            ),
        )

    def __str__(self) -> str:
        return self.value
