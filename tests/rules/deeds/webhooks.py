"""What is done with webhooks."""

from __future__ import annotations

from fourfits_web.webhooks import actions as webhooks
from fourfits_web.webhooks import signing
from fourfits_web.webhooks.models import Delivery, Endpoint
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


def _endpoint() -> Endpoint:
    return webhooks.add(
        records.us(), name="Shop", url="http://localhost:9/", events=[], secret=signing.new_secret()
    )


def _delivery() -> Delivery:
    return webhooks.test(records.us(), _endpoint())


@case("webhook.add")
def _() -> Deed:
    return lambda actor: webhooks.add(
        actor, name="S", url="http://localhost:9/", events=[], secret=signing.new_secret()
    )


@case("webhook.change")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.change(
        actor, one, name="Store", url="http://localhost:9/", events=["need.added"]
    )


@case("webhook.rotate")
def _() -> Deed:
    one = _endpoint()
    return lambda actor: webhooks.rotate(actor, one, secret=signing.new_secret())


case.on("webhook.pause", _endpoint, webhooks.pause)


@case("webhook.resume")
def _() -> Deed:
    one = webhooks.pause(records.us(), _endpoint())
    return lambda actor: webhooks.resume(actor, one)


case.on("webhook.remove", _endpoint, webhooks.remove)
case.on("webhook.replay", _delivery, webhooks.replay)
case.on("webhook.test", _endpoint, webhooks.test)
