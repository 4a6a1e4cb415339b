"""What is asked for, planned and delivered: the tables `features` and `deliveries`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from fourfits.samples import columns, people, shop, truth


class _Feature(NamedTuple):
    """One planned feature."""

    name: str
    kind: str
    status: str
    need: str
    segment: str
    release: int | None
    """Days from today."""
    reach: float
    """Share of the segment's people in a quarter."""
    impact: float
    confidence: float
    effort: tuple[float, float, float]
    team: str


# fmt: off
_FEATURES = tuple(_Feature(*row) for row in (
    ("Pay monthly for the machine", "capability", "building", "machine rental", "students", 40, 0.5, 2, 0.8, (3, 5, 9), "commerce"),
    ("Starter machine on loan", "capability", "planned", "machine rental", "students", 110, 0.4, 1, 0.5, (2, 4, 8), "machine"),
    ("Loan machines for the first office", "capability", "idea", "machine rental", "small offices", None, 0.4, 2, 0.8, (2, 3, 6), "service"),
    ("One invoice for all sites", "capability", "planned", "central billing", "large workplaces", 75, 0.03, 3, 0.8, (3, 6, 12), "commerce"),
    ("Consumption report by site", "capability", "building", "usage dashboard", "large workplaces", 25, 0.6, 2, 0.8, (2, 3, 5), "app"),
    ("Monthly report by mail", "usability", "idea", "usage dashboard", "small offices", None, 0.4, 1, 0.8, (0.5, 1, 2), "app"),
    ("Roles for site coordinators", "capability", "planned", "user roles", "large workplaces", 130, 0.4, 1, 0.8, (1, 2, 4), "app"),
    ("Sign-in with the company's account", "enabling", "idea", "user roles", "large workplaces", None, 0.3, 1, 0.5, (1, 2, 5), "app"),
    ("Repair within two working days", "capability", "planned", "fast repair", "small offices", 90, 0.5, 2, 0.5, (3, 6, 10), "service"),
    ("Remote diagnosis of faults", "enabling", "idea", "fast repair", "large workplaces", None, 0.4, 2, 0.5, (4, 8, 14), "machine"),
    ("Damped grinder", "capability", "planned", "quiet machine", "households", 160, 0.5, 2, 0.8, (5, 8, 12), "machine"),
    ("Self-rinsing brew group", "capability", "idea", "easy cleaning", "households", None, 0.6, 2, 0.5, (6, 9, 15), "machine"),
    ("Descaling reminder", "usability", "shipped", "easy cleaning", "households", -70, 0.6, 1, 1.0, (0.5, 1, 2), "app"),
    ("Heat-up in forty seconds", "capability", "idea", "faster heat-up", "households", None, 0.4, 1, 0.5, (6, 10, 18), "machine"),
    ("Temperature profiles", "capability", "shipped", "temperature control", "home baristas", -150, 0.6, 3, 1.0, (3, 4, 6), "machine"),
    ("Pressure curve in the app", "capability", "planned", "temperature control", "home baristas", 60, 0.4, 1, 0.8, (1, 2, 4), "app"),
    ("Skip and move deliveries", "usability", "building", "flexible delivery", "households", 15, 0.5, 2, 1.0, (1, 2, 3), "commerce"),
    ("Roasted on the day of shipping", "capability", "shipped", "fresher beans", "home baristas", -240, 0.7, 2, 1.0, (2, 3, 5), "commerce"),
    ("Choice of three roasters a month", "capability", "idea", "fresher beans", "home baristas", None, 0.4, 1, 0.5, (2, 3, 6), "commerce"),
    ("Stable connection after updates", "defect", "building", "reliable app", "households", 10, 0.6, 1, 0.8, (1, 2, 4), "app"),
    ("Offline brewing", "capability", "idea", "reliable app", "home baristas", None, 0.3, 0.5, 0.5, (1, 3, 6), "app"),
))
# fmt: on
FEATURE_IDS = tuple(f"F{place:02d}" for place in range(1, len(_FEATURES) + 1))
TEAMS = tuple(truth.TEAMS)
KINDS = ("story", "bug", "chore")
ESTIMATES = (1.0, 2.0, 3.0, 5.0, 8.0)
DEPENDENT_SHARE = 0.12
ITEMS_PER_OPEN_FEATURE = 4
QUARTER_DAYS = 91


def features(crowd: people.People) -> pa.Table:
    """The table `features`; reach counts the people of its segment who are there today."""
    here = np.bincount(crowd.segment[crowd.left > crowd.today], minlength=len(people.SEGMENTS))
    size = dict(zip(people.SEGMENTS, here.tolist(), strict=True))
    release = np.array([columns.NEVER if row.release is None else row.release for row in _FEATURES])
    offices = {"small offices", "large workplaces"}
    return columns.table(
        "features",
        {
            "feature_id": pa.array(FEATURE_IDS),
            "name": pa.array([row.name for row in _FEATURES]),
            "product_id": pa.array(
                [
                    shop.PRODUCT_IDS[shop.SERVICE if row.segment in offices else shop.MEMBERSHIP]
                    for row in _FEATURES
                ]
            ),
            "kind": pa.array([row.kind for row in _FEATURES]),
            "status": pa.array([row.status for row in _FEATURES]),
            "need": pa.array([row.need for row in _FEATURES]),
            "segment": pa.array([row.segment for row in _FEATURES]),
            "release_on": columns.days(crowd.today + release, mask=release == columns.NEVER),
            "reach": np.array([round(row.reach * size[row.segment]) for row in _FEATURES], float),
            "impact": np.array([row.impact for row in _FEATURES], float),
            "confidence_share": np.array([row.confidence for row in _FEATURES], float),
            "effort_low": np.array([row.effort[0] for row in _FEATURES], float),
            "effort_likely": np.array([row.effort[1] for row in _FEATURES], float),
            "effort_high": np.array([row.effort[2] for row in _FEATURES], float),
        },
    )


def deliveries(seed: int, today: int) -> pa.Table:
    """Two years of finished work at each team's pace, work that runs, and work that waits."""
    rng = columns.generator(seed, "deliveries")
    done = _finished(rng, today)
    ahead = _ahead(rng, today)
    item = {name: np.concatenate([done[name], ahead[name]]) for name in done}
    order = np.lexsort((item["created"], item["finished"]))
    item = {name: column[order] for name, column in item.items()}
    n = len(order)
    return columns.table(
        "deliveries",
        {
            "item_id": columns.ids("I", np.arange(n), 5),
            "team": columns.choice(item["team"], TEAMS),
            "kind": columns.choice(item["kind"], KINDS),
            "created_on": columns.days(item["created"]),
            "started_on": columns.days(item["started"], mask=item["started"] > today),
            "finished_on": columns.days(item["finished"], mask=item["finished"] > today),
            "estimate": np.array(ESTIMATES)[item["estimate"]],
            "depends_on": columns.ids("I", _dependencies(rng, item, today), 5),
            "feature_id": columns.choice(item["feature"], FEATURE_IDS),
        },
    )


def _finished(rng: np.random.Generator, today: int) -> dict[str, columns.Array]:
    """Items finished on working days; how many a week is Poisson with the team's pace."""
    weeks = people.HISTORY_DAYS // 7
    monday = today - (today + 3) % 7 - 7 * weeks
    pace = np.array([team.items_per_week for team in truth.TEAMS.values()])
    count = rng.poisson(np.tile(pace, (weeks, 1)))
    team = np.repeat(np.tile(np.arange(len(TEAMS)), weeks), count.ravel())
    week = np.repeat(np.repeat(np.arange(weeks), len(TEAMS)), count.ravel())
    finished = monday + 7 * week + rng.integers(0, 5, len(team))
    estimate = rng.choice(len(ESTIMATES), len(team), p=[0.2, 0.25, 0.3, 0.15, 0.1])
    stretch = np.array([team.days_per_estimated_day for team in truth.TEAMS.values()])
    # the mean of exp(N(-s²/2, s)) is 1, so that the planted ratio is the ratio of totals
    took = np.array(ESTIMATES)[estimate] * stretch[team] * rng.lognormal(-0.08, 0.4, len(team))
    started = finished - np.rint(took).astype(np.int64)
    return {
        "team": team,
        "kind": rng.choice(len(KINDS), len(team), p=[0.6, 0.25, 0.15]),
        "created": started - np.floor(rng.exponential(12, len(team))).astype(np.int64),
        "started": started,
        "finished": finished,
        "estimate": estimate,
        "feature": _history_of_features(rng, team, finished, today),
    }


def _history_of_features(
    rng: np.random.Generator, team: columns.Array, finished: columns.Array, today: int
) -> columns.Array:
    """Work of the team in the quarter before a feature shipped, or on what is being built."""
    feature = np.full(len(team), -1)
    for place, row in enumerate(_FEATURES):
        if row.status not in ("shipped", "building"):
            continue
        end = today + min(row.release or 0, 0)
        window = (finished > end - QUARTER_DAYS) & (finished <= end)
        mine = (team == TEAMS.index(row.team)) & window & (feature < 0)
        feature[mine & (rng.random(len(team)) < 0.25)] = place
    return feature


def _ahead(rng: np.random.Generator, today: int) -> dict[str, columns.Array]:
    """Items of features that are planned or being built; of the latter, the first are begun."""
    chosen = [place for place, row in enumerate(_FEATURES) if row.status in ("planned", "building")]
    feature = np.repeat(chosen, ITEMS_PER_OPEN_FEATURE)
    number = np.tile(np.arange(ITEMS_PER_OPEN_FEATURE), len(chosen))
    building = np.array([_FEATURES[place].status == "building" for place in feature])
    begun = building & (number < 2)
    created = today - rng.integers(20, 90, len(feature))
    return {
        "team": np.array([TEAMS.index(_FEATURES[place].team) for place in feature]),
        "kind": np.zeros(len(feature), np.int64),
        "created": created,
        "started": np.where(begun, today - rng.integers(1, 15, len(feature)), columns.NEVER),
        "finished": np.full(len(feature), columns.NEVER),
        "estimate": rng.integers(1, len(ESTIMATES), len(feature)),
        "feature": feature,
    }


def _dependencies(
    rng: np.random.Generator, item: dict[str, columns.Array], today: int
) -> columns.Array:
    """Place of an item that must be done before; items stand in the order in which they finish.

    Finished items wait for one that finished before they started; waiting items wait for the item
    before them of the same feature, so that there is never a circle.
    """
    place = np.arange(len(item["finished"]))
    open_ = item["finished"] > today
    before = np.searchsorted(item["finished"], item["started"], side="right") - 1
    earlier = np.minimum(before, place - 1) - rng.integers(0, 12, len(place))
    some = ~open_ & (rng.random(len(place)) < DEPENDENT_SHARE) & (earlier >= 0)
    needed = np.where(some, earlier, -1)
    waiting = np.flatnonzero(open_ & (item["started"] > today))
    for feature in np.unique(item["feature"][waiting]):
        mine = waiting[item["feature"][waiting] == feature]
        needed[mine[1:]] = mine[:-1]
    return needed
