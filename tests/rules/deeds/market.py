"""What is done with prices, experiments and the fits."""

from __future__ import annotations

from django.utils import timezone

from fourfits_web.experiments import actions as experiments
from fourfits_web.experiments.models import Experiment, State
from fourfits_web.fits import actions as fits
from fourfits_web.fits.models import Conflict, Owner
from fourfits_web.pricing import actions as pricing
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


@case("pricing.change")
def _() -> Deed:
    return lambda actor: pricing.change(actor, prices={"Basic": 8.0})


def _experiment() -> Experiment:
    return experiments.plan(records.us(), experiment_id="E1", hypothesis="It helps", owner=None)


@case("experiment.plan")
def _() -> Deed:
    return lambda actor: experiments.plan(
        actor, experiment_id="E1", hypothesis="It helps", owner=None
    )


@case("experiment.describe")
def _() -> Deed:
    one = _experiment()
    return lambda actor: experiments.describe(
        actor, one, name="New", hypothesis="", owner=None, state=State.RUNNING
    )


@case("experiment.measure")
def _() -> Deed:
    one = _experiment()
    return lambda actor: experiments.measure(actor, one, asked={"metric": "orders"})


def _conflict() -> Conflict:
    now = timezone.now()
    return Conflict.objects.create(
        key="k", kind="price", title="Too dear", sentence="…", size_amount=1.0, size_low=0.5,
        size_high=2.0, probability=0.9, owners="PM and PMM", first_seen_at=now, seen_at=now,
    )  # fmt: skip


@case("fits.own")
def _() -> Deed:
    owner = Owner(fit="product_market")
    return lambda actor: fits.own(actor, owner, to=records.member())


@case("fits.answer")
def _() -> Deed:
    one = _conflict()
    return lambda actor: fits.answer(actor, one, note="We lower it")


@case("fits.reopen")
def _() -> Deed:
    one = _conflict()
    fits.answer(records.us(), one, note="We lower it")
    return lambda actor: fits.reopen(actor, one)
