"""Conflict 6: a large share of the plan rests on one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fourfits import config
from fourfits.fits import evidence
from fourfits.fits.conflicts import found
from fourfits.fits.conflicts.found import Conflict, Feature, Remedy

REMEDIES_SHOWN = 3
_REMEDY_NUMBERS = (
    "feature_id",
    "need",
    "n_accounts",
    "people",
    "account_amount",
    "largest_account_share",
)


def find(
    features: Sequence[Feature],
    demand: Sequence[Mapping[str, Any]],
    *,
    companies: Mapping[str, bool] | None = None,
    seed: int = config.SEED,
) -> list[Conflict]:
    """The work whose demand one account carries, where it is a large share of the plan.

    Args:
        features: The work ahead, with effort.
        demand: Rows of `features.demand` by feature, ideas included.
        companies: Whether a segment consists of companies. Work for people is carried by their
            number, whatever the few accounts among them pay.
        seed: Of the draws of effort.

    The probability is that of the share of effort, drawn between its low and high estimates,
    reaching `config.PLAN_ON_ONE_ACCOUNT_SHARE`. Size: yearly money behind these features that is
    the largest account's.
    """
    by_feature = {row["feature_id"]: row for row in demand}
    carried = [
        feature
        for feature in features
        if by_feature.get(feature.feature_id, {}).get("carried_by_one_account")
        and (companies or {}).get(feature.segment, True)
    ]
    if not carried:
        return []
    effort = {
        feature.feature_id: _effort(feature, evidence.stream(seed, feature.feature_id))
        for feature in features
    }
    total = np.sum(list(effort.values()), axis=0)
    shares = np.sum([effort[feature.feature_id] for feature in carried], axis=0) / total
    probability = float(np.mean(shares >= config.PLAN_ON_ONE_ACCOUNT_SHARE))
    if probability < config.CONFLICT_PROBABILITY:
        return []
    needs = {
        by_feature[feature.feature_id]["need"]: by_feature[feature.feature_id]
        for feature in carried
    }
    size = sum(_draws(row, seed) for row in needs.values())
    remedies = _broader(carried, features, demand)
    return [
        Conflict(
            kind="concentration",
            title="The plan rests on one account",
            sentence=_sentence(carried, needs, float(np.median(shares)), probability, remedies),
            segment=carried[0].segment or None,
            size=np.asarray(size),
            probability=probability,
            owners="PM",
            features=carried,
            remedies=remedies,
        )
    ]


def _effort(feature: Feature, rng: np.random.Generator) -> evidence.Array:
    """Draws of effort; a feature without an estimate counts one person-month."""
    ends = np.array([feature.effort_low, feature.effort, feature.effort_high])
    if not np.isfinite(ends[1]):
        return np.ones(config.DRAWS)
    low, likely, high = np.where(np.isfinite(ends), ends, ends[1])
    if not low < high:
        return np.full(config.DRAWS, likely)
    return rng.triangular(min(low, likely), likely, max(high, likely), config.DRAWS)


def _draws(row: Mapping[str, Any], seed: int) -> evidence.Array:
    """Money at stake of the need's largest account."""
    value, low, high = (float(row[f"account_amount{end}"] or 0) for end in ("", "_low", "_high"))
    draws = evidence.interval_draws(value, low, high, evidence.stream(seed, "account", row["need"]))
    return np.asarray(np.maximum(draws, 0) * row["largest_account_share"])


def _sentence(
    carried: Sequence[Feature],
    needs: Mapping[str, Mapping[str, Any]],
    share: float,
    probability: float,
    remedies: Sequence[Remedy],
) -> str:
    verb = "answers" if len(carried) == 1 else "answer"
    behind = "; ".join(
        f"{found.percent(row['largest_account_share'])} of the money behind {need} is one account's"
        for need, row in needs.items()
    )
    sentence = (
        f"{found.work(carried)} {verb} what one account asks for: {behind}. That is {found.percent(share)} of "
        f"the plan's effort; {found.percent(config.PLAN_ON_ONE_ACCOUNT_SHARE)} is a large share "
        f"({found.likely(probability)})."
    )
    if not remedies:
        sentence += (
            " The data hold no remedy: no other idea for these customers has broader demand."
        )
    return sentence


def _broader(
    carried: Sequence[Feature], features: Sequence[Feature], demand: Sequence[Mapping[str, Any]]
) -> list[Remedy]:
    """Ideas that are not planned and that more accounts ask for, most people first."""
    ahead = {feature.feature_id for feature in features}
    most = max(
        row["n_accounts"] or 0
        for row in demand
        if row["feature_id"] in {feature.feature_id for feature in carried}
    )
    ideas = [
        row
        for row in demand
        if row["feature_id"] not in ahead
        and row.get("status") not in config.COMMITTED_STATUSES
        and not row["carried_by_one_account"]
        and (row["n_accounts"] or 0) > most
    ]
    ideas.sort(key=lambda row: -(row["account_amount"] or 0))
    return [
        Remedy(
            kind="broader need",
            sentence=(
                f"Broader need: {row['name']} ({row['need']}); {row['n_accounts']} accounts ask "
                f"for it with {found.money(row['account_amount'])} a year at stake, the largest "
                f"holds {found.percent(row['largest_account_share'])}."
            ),
            numbers={"feature": row["name"]} | {name: row[name] for name in _REMEDY_NUMBERS},
        )
        for row in ideas[:REMEDIES_SHOWN]
    ]
