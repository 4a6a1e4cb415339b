"""Every threshold, limit and default in one place; shown beside each number that uses it."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from fourfits import errors

CONFIDENCE = 0.95
"""Level of every interval unless the caller asks for another."""

DRAWS = 10_000
"""Monte Carlo draws behind simulated intervals."""

SEED = 20_240_229
"""Seed used where the caller passes none; the same question gives the same answer."""

SAMPLE_CUSTOMERS = 5_000
"""Customers of the sample company, where no other number is asked for."""

MAX_COLUMNS = 5_000
"""A file with more columns is refused: it is a matrix, or not separated as it seems."""

MAX_LINE_BYTES = 2 * 2**20
"""The longest line of a text file that is read."""

MAX_UNPACK_RATIO = 100
"""An archive may not unpack to more than this multiple of its size ..."""

MAX_UNPACKED_FREE_BYTES = 256 * 2**20
"""... unless it stays below this size."""

SNIFF_BYTES = 2**20
"""Bytes at the start of a text file from which its separators and its header are told."""

IMPORT_MEMORY_MIB = 640
"""What DuckDB may keep in memory while it imports; beyond it, it spills into the home."""

IMPORT_PART_ROWS = 1_000_000
"""Rows that an import checks and lays down at a time."""

LOCK_SECONDS = 60.0
"""How long a writer waits for another before it says that the home is busy."""

SMALL_FILE_MIB = 16
"""Files of a table below this size are joined when there are many."""

SMALL_FILES = 24
"""So many small files make a table worth compacting."""

FRESH_DAYS = 31.0
"""Data whose newest row is no older than this count as wholly fresh."""

STALE_DAYS = 365.0
"""Data whose newest row is older than this count as not fresh at all."""

MIN_GROUP = 5
"""Groups with fewer people are shown with a warning, never ranked as best or worst."""

FORECAST_LEVELS = (0.50, 0.70, 0.85, 0.95)
"""Probabilities at which forecasts are read (CONVENTIONS: 50/70/85/95 %)."""

FORECAST_HISTORY_DAYS = 182
"""How far back a forecast looks for its weeks: half a year, 26 whole weeks."""

FORECAST_HORIZON_DAYS = 28
"""How far "how many" looks ahead unless a date is given; also the length of the past windows on
which forecasts are scored."""

FORECAST_MIN_WEEKS = 6
"""A forecast from fewer whole weeks of history is refused."""

FORECAST_MIN_FINISHED = 5
"""A forecast from fewer finished items is refused."""

FORECAST_FEW_FINISHED = 30
"""Below this many finished items a forecast is shown with a warning."""

ALLOCATION_PRIOR_ITEMS = 5.0
"""A team's speed on a kind of work is pulled towards the company's as if the team had finished so
many items at the company's pace."""

ALLOCATION_DRAWS = 500
"""Plans that are solved anew with other speeds, to see how often a choice stays the best."""

SRM_ALARM = 0.001
"""A sample-ratio p value below this raises the alarm."""

EXPERIMENT_DAYS = 28
"""Days after exposure in which an experiment counts orders, and before it for CUPED."""

EXPERIMENT_ENOUGH = 100
"""An experiment with fewer units in an arm is shown with a warning."""

EXPERIMENT_EXACT_BELOW = 1_000
"""With fewer units in both arms together, shares are compared by an exact test."""

PMF_THRESHOLD = 0.40
"""Share of "very disappointed" that Sean Ellis calls product-market fit."""

PMF_ENOUGH = 40
"""Below this many answers the score is shown with a warning (Ellis: at least 40)."""

LTV_HORIZON_MONTHS = 60.0
"""A customer's lifetime is counted up to this, however seldom customers leave."""

LAPSED_AFTER_DAYS = 180
"""A buyer without a contract counts as gone so many days after the last order."""

ASSUMED_MARGIN_SHARE = 0.8
"""Share of revenue left after serving a customer, where no margin is recorded."""

SMALL_CELL = 30
"""Groups with fewer customers borrow from the groups like them."""

LTV_CAC_SOUND = 3.0
"""Lifetime value to cost of acquisition from which a channel is sound (CONVENTIONS §1)."""

LTV_CAC_UNDERINVESTED = 8.0
"""Above this ratio a channel is noted as under-invested."""

CARRIED_BY_ONE_SHARE = 0.5
"""A need whose largest account holds more than this share is "carried by one account"."""

LIFETIME_MIN_REPEATERS = 10
"""Fewer customers who bought again cannot carry a model of repeat buying."""

AMOUNT_CORRELATION = 0.3
"""Beyond this correlation of number and size of purchases, Gamma-Gamma comes with a warning."""

ANNUAL_DISCOUNT_SHARE = 0.10
"""What money loses in worth in a year, where the caller gives no other rate."""

PLATEAU_MIN_PERIODS = 6
"""Observed periods after the first that a retention curve needs before a plateau is sought."""

PLATEAU_MIN_CUSTOMERS = 30
"""Customers that must have been observed over the curve's tail."""

PLATEAU_FALL_SHARE = 0.10
"""A tail that falls by more than this share of its level is still falling."""

CONFLICT_PROBABILITY = 0.8
"""A conflict is named when its probability reaches this."""

THEME_RESOLUTIONS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""A theme stays whole while its ties are so many times as dense as chance would have them. From
these the texts choose: the finest at which samples of them are divided alike."""

THEME_STABILITY_TEXTS = 2_000
"""Texts from which the resolution is chosen, at most."""

THEME_STABILITY_SAMPLES = 6
"""Samples of those texts that are divided at each resolution."""

THEME_NEIGHBOURS = 15
"""Nearest texts that each text is tied to."""

THEME_KNOWN_SIMILARITY = 0.2
"""A theme whose centre has this cosine similarity with a known need takes its name."""

THEME_MIN_TEXTS = 50
"""Themes of fewer distinct texts are refused: a person reads those faster."""

THEME_FEW_TEXTS = 300
"""Below this many distinct texts themes are shown with a warning."""

THEME_TEXT_LENGTH = 1_000
"""Characters read of each text."""

THEME_LABEL_TEXTS = 500
"""Texts of a theme from which its keywords are counted, at most."""

THEME_PAIR_SHARE = 0.5
"""A pair of words names a theme instead of one of them where so many of its texts say both."""

THEME_QUOTE_LENGTH = 200
"""Longest quote in characters."""

EVIDENCE_HALF_LIFE_DAYS = 365.0
"""The weight of a statement halves with this age."""

STRENGTHS = {"critical": 1.0, "important": 2 / 3, "nice to have": 1 / 3, "unstated": 1 / 3}
"""How much a statement of need counts."""

ROLE_WEIGHTS = {
    "decision_maker": 1.0,
    "champion": 0.8,
    "influencer": 0.6,
    "blocker": 0.6,
    "user": 0.4,
    "unstated": 0.5,
}
"""How much a person's voice counts within their account, by part in the buying decision."""


@dataclass(frozen=True)
class Scale:
    """The line that maps a piece of evidence to 0-100: floor 0, threshold 60, excellent 100."""

    floor: float
    threshold: float
    excellent: float
    weight: float = 1.0
    """How much this evidence counts among the others of its fit."""


FIT_SCALES: dict[str, Scale] = {
    # product-market, by segment
    "very_disappointed_share": Scale(0.10, 0.40, 0.60),
    "retention_people": Scale(0.05, 0.25, 0.45),
    "retention_companies": Scale(0.70, 0.85, 0.95),
    "nps": Scale(-20.0, 20.0, 50.0),
    "importance_satisfied_share": Scale(0.30, 0.60, 0.85),
    # product-channel, by channel
    "activation_against_best": Scale(0.3, 0.7, 1.0),
    "retention_against_product": Scale(0.5, 0.9, 1.1),
    "value_per_lead_against_median": Scale(0.3, 1.0, 2.0),
    "needs_covered_share": Scale(0.2, 0.5, 0.8),
    # pricing-channel, by channel x plan x segment
    "ltv_to_cac": Scale(1.0, 3.0, 5.0),
    "payback_to_limit": Scale(3.0, 1.0, 0.5),
    # market-pricing, by segment x plan
    "price_accepted_share": Scale(0.2, 0.5, 0.8),
    "revenue_to_best_share": Scale(0.60, 0.85, 0.98),
    "reachable_to_goal": Scale(0.3, 1.0, 2.0),
}

FIT_THRESHOLD_POINTS = 60.0
"""A fit exists from this score on."""

FIT_LEAST_POINTS = 1.0
"""A failing piece of evidence counts this in the geometric mean, where 0 would erase the rest."""

FIT_UNKNOWN_POINTS = 50.0
"""What missing evidence counts: the middle of the 0-100 that it could be."""

FIT_OWNERS = {
    "product_market": "PM",
    "product_channel": "PM and PMM",
    "pricing_channel": "PMM",
    "market_pricing": "PM and PMM",
}
"""Who answers for a fit: product manager (PM), product marketing manager (PMM), or both together."""

FIT_GROUPS_SHOWN = 12
"""Groups of a fit that the chart of the scorecard draws: those with most customers."""

FIT_ENOUGH_CUSTOMERS = 30
"""A channel with fewer customers is never the one that others are measured against."""

COMMITTED_STATUSES = ("planned", "building", "shipped")
"""Status of a feature that answers its need, now or by plan."""

PLANNED_STATUSES = ("planned", "building")
"""Status of a feature that is work ahead."""

PLAN_ON_ONE_ACCOUNT_SHARE = 0.10
"""From this share of the planned effort on, work for one account is a conflict."""

IMPORTANT_FROM = 7.0
"""A need is important to those who rate its importance so high, 0-10."""

NOT_NEEDS = ("praise", "other")
"""Themes of feedback that ask for nothing."""

ACTIVATION_DAYS = 14
"""A customer is activated by what they do within so many days of signing up."""

RESAMPLES = 2_000
"""Bootstrap resamples behind an interval, unless the caller asks for another number."""

PURCHASE_CALIBRATION = (0.0, 0.1, 0.3, 0.5, 0.7)
"""Probability of buying behind "very unlikely" to "very likely": people overstate it."""

PRICE_STUDY_ENOUGH = 100
"""Below this many consistent answers a price study is shown with a warning."""

PRICE_STUDY_INCONSISTENT_SHARE = 0.2
"""A price study with a larger share of answers out of order is shown with a warning."""

PAYBACK_LIMIT_MONTHS = {"people": 12.0, "small": 12.0, "middle": 18.0, "large": 24.0}
"""Months within which acquisition must pay back, by market (CONVENTIONS §1)."""

MIDDLE_FROM_EMPLOYEES = 100
LARGE_FROM_EMPLOYEES = 1_000


@dataclass(frozen=True)
class Workspace:
    """What `config.toml` in a home says."""

    name: str = "My product"
    currency: str = "EUR"
    fiscal_start_month: int = 1
    engine: str = "duckdb"
    """`duckdb` for the lake in this home, or the address of another engine."""
    product_kind: str = "people"
    """`people` (B2C), `companies` (B2B) or `both`."""
    prices: dict[str, float] = field(default_factory=dict)
    """Monthly price by plan, where the market-pricing fit should use it."""


def home(given: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds everything: the argument, else `FOURFITS_HOME`, else `~/.fourfits`."""
    return Path(given or os.environ.get("FOURFITS_HOME") or Path.home() / ".fourfits").expanduser()


def workspace(folder: Path) -> Workspace:
    """Settings of a home; defaults where it has no `config.toml`.

    Raises:
        ParameterError: If the file is not TOML or holds a key that is unknown.
    """
    file = folder / "config.toml"
    if not file.exists():
        return Workspace()
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise errors.ParameterError(
            f"{file} is not valid TOML: {problem}.", hint="mend that line"
        ) from problem
    allowed = set(Workspace.__dataclass_fields__)
    unknown = sorted(set(settings) - allowed)
    if unknown:
        raise errors.ParameterError(
            f"{file} holds {', '.join(unknown)}; allowed are {', '.join(sorted(allowed))}.",
            hint="remove or correct the key",
        )
    return Workspace(**settings)


def write_workspace(folder: Path, settings: Workspace) -> None:
    """Write `config.toml`, so that a person can read and change it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"name = {json.dumps(settings.name)}",
        f"currency = {json.dumps(settings.currency)}",
        f"fiscal_start_month = {settings.fiscal_start_month}",
        f"engine = {json.dumps(settings.engine)}",
        f"product_kind = {json.dumps(settings.product_kind)}",
    ]
    if settings.prices:
        lines += [
            "",
            "[prices]",
            *(f"{json.dumps(plan)} = {price}" for plan, price in settings.prices.items()),
        ]
    (folder / "config.toml").write_text("\n".join(lines) + "\n", "utf-8")
