"""What is done with reports and decisions."""

from __future__ import annotations

from dataclasses import replace

from fourfits_web.core.roles import Role
from fourfits_web.decisions import actions as decisions
from fourfits_web.decisions.models import Decision
from fourfits_web.reports import actions as reports
from rules.deeds import records
from rules.deeds.cases import Cases, Deed

case = Cases()


@case("report.refresh")
def _() -> Deed:
    return lambda actor: reports.refresh(actor, "nps", {})


@case("report.refresh_all")
def _() -> Deed:
    return reports.refresh_all


def _decision() -> Decision:
    return decisions.record(records.us(), what="Build it", why="It is asked for")


@case("decision.record")
def _() -> Deed:
    return lambda actor: decisions.record(actor, what="Build it", why="It is asked for")


@case("decision.revise")
def _() -> Deed:
    one = _decision()
    return lambda actor: decisions.revise(actor, one, {"what": "Buy it"})


@case("decision.answer")
def _() -> Deed:
    records.member(Role.PRODUCT_MANAGER, "manager@example.org")
    one = decisions.record(
        records.us(), what="Lower the price", why="Few accept it", fits=["market_pricing"]
    )
    return lambda actor: decisions.answer(
        replace(actor, role=Role.PRODUCT_MANAGER), one, agrees=True
    )


@case("decision.look_again")
def _() -> Deed:
    one = _decision()
    return lambda actor: decisions.look_again(actor, one, happened="It helped")
