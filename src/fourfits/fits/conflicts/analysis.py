"""Look for every kind of conflict that the data can show."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import pyarrow as pa

from fourfits import charts, checks, config, errors, pricing, results
from fourfits import features as backlog
from fourfits.fits import economics, inputs, plan_prices, voices
from fourfits.fits.conflicts import channel, concentration, found, price, unit_economics
from fourfits.fits.conflicts.found import Conflict, Feature
from fourfits.fits.economics import Economics
from fourfits.fits.evidence import Group
from fourfits.fits.plan_prices import Market
from fourfits.fits.product_channel import stays
from fourfits.fits.voices import Voices

if TYPE_CHECKING:
    import altair as alt
    import ibis.expr.types as ir

    from fourfits.channels import AcquisitionResult

KINDS = ("unit economics", "price", "channel", "concentration")


@dataclass(frozen=True, kw_only=True)
class ConflictsResult(results.Result):
    """Contradictions between the plan and the fits, the largest first.

    Columns: `kind`; `title`; `sentence` (with its numbers); `segment`; `channel`; `size_amount`,
    `size_low`, `size_high` (money at stake in a year); `probability`; `owners`; `features` and
    `remedies` (texts; `to_dict` and `conflicts` keep their numbers).

    Attributes:
        conflicts: The same, with features and remedies as they were found.
        unseen: Kinds that could not be looked for, with the reason.
    """

    analysis: ClassVar[str] = "conflicts"
    definition: ClassVar[str] = (
        "A conflict is planned work that a fit contradicts with a probability of at least "
        f"{config.CONFLICT_PROBABILITY:.0%}. Size: of unit economics, a year's acquisition spend "
        "on the segment that is not paid back within the limit; of price, a year's revenue of "
        "those who do not accept it; of channel, a year's spend on customers who leave and would "
        "have stayed elsewhere; of concentration, yearly money at stake with the one account."
    )
    assumptions: ClassVar[str] = (
        "Customers acquired next year cost and bring what those acquired so far did; sizes of "
        "several conflicts overlap and must not be added up."
    )
    source: ClassVar[str] = "fourfits, docs/guides/four-fits.md."

    conflicts: tuple[Conflict, ...] = field(repr=False)
    unseen: Mapping[str, str]

    def summary(self) -> dict[str, Any]:
        """How many conflicts of each kind, and the largest."""
        largest = self.table.slice(0, 1).to_pylist()
        counts = {kind: sum(one.kind == kind for one in self.conflicts) for kind in KINDS}
        return {
            "n_conflicts": len(self.conflicts),
            "by_kind": {kind: n for kind, n in counts.items() if n},
            "largest": largest[0]["title"] if largest else None,
            "largest_size_amount": largest[0]["size_amount"] if largest else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data; features and remedies with their numbers."""
        rows = [one.to_dict(self.parameters["confidence"]) for one in self.conflicts]
        return {**super().to_dict(), "rows": results.plain(rows), "unseen": dict(self.unseen)}

    def chart(self) -> alt.TopLevelMixin:
        """What is at stake in a year, one row per conflict."""
        return charts.interval_dots(
            self.table,
            label="title",
            value="size_amount",
            low="size_low",
            high="size_high",
            title="Money at stake in a year",
            form=",.0f",
        )


def conflicts(
    features: Any,
    customers: Any,
    *,
    by: str = "segment",
    prices: plan_prices.Named = None,
    as_of: datetime.date | str | None = None,
    confidence: float = config.CONFIDENCE,
    seed: int = config.SEED,
    **tables: Unpack[inputs.BesidePlan],
) -> ConflictsResult:
    """Where the plan and the fits contradict each other: how large, how sure, and what mends it.

    Args:
        features: What is asked for and planned (see `tables.FEATURES`); the work ahead has the
            status `planned` or `building`.
        customers: Persons (see `tables.CUSTOMERS`).
        by: Column of customers that `features.segment` names.
        prices: Monthly price by plan (`{"Plus": 19}` or `["Plus=19"]`).
        as_of: Last day that counts; `None` is the last moment in the data.
        confidence: Level of the intervals.
        seed: Of all draws.
        **tables: Unit economics: `spend` with `orders` or `subscriptions`. Price: `responses` to
            the price questions, `subscriptions`, `products`. Channel: `spend`, `events`, `orders`,
            `subscriptions`. Concentration: `feedback` with `assignments`, `accounts`, `deals`. Who
            shares a need: `responses` that rate importance, or `feedback` with `assignments`.

    Returns:
        One row per conflict, the largest first; none where plan and fits agree. `unseen` and the
        warnings name the kinds for which the data are missing.

    Raises:
        ColumnError: If a column is missing.
        TableError: If `tables` holds a name that no fit uses.

    Source: docs/guides/four-fits.md.

    >>> plan = {"feature_id": ["f1"], "name": ["Loan"], "status": ["planned"], "segment": ["home"]}
    >>> found = conflicts(plan, {"customer_id": ["c1"], "segment": ["home"]})
    >>> found.summary()["n_conflicts"], found.unseen["price"]
    (0, 'no data for responses')
    """
    checks.share(confidence, "confidence")
    last = checks.day(as_of, "as_of")
    given = inputs.together(features=features, customers=customers, **tables)
    sight = _Sight(
        given=given,
        by=by,
        plan=found.planned(inputs.needed(given, "features")),
        prices=plan_prices.numbers(prices, "prices"),
        as_of=last,
        seed=seed,
    )
    seen, unseen = sight.everything()
    seen.sort(key=lambda one: -float(one.size.mean()))
    return ConflictsResult(
        table=pa.Table.from_pylist([one.row(confidence) for one in seen], schema=_SCHEMA),
        conflicts=tuple(seen),
        unseen=unseen,
        parameters={
            "by": by,
            "prices": prices,
            "as_of": last,
            "confidence": confidence,
            "seed": seed,
        },
        data={"features": len(sight.plan)},
        warnings=tuple(f"Not looked at: {kind} ({why})." for kind, why in unseen.items()),
    )


@dataclass(frozen=True, kw_only=True)
class _Sight:
    """The data that conflicts are looked for in; what several kinds need is read once."""

    given: Mapping[str, ir.Table | None]
    by: str
    plan: list[Feature]
    prices: Mapping[str, float]
    as_of: datetime.date | None
    seed: int

    def everything(self) -> tuple[list[Conflict], dict[str, str]]:
        """Every conflict, and the kinds that the data do not show, with the reason."""
        looks: dict[str, Callable[[], list[Conflict]]] = {
            "unit economics": self._unit_economics,
            "price": self._price,
            "channel": self._channel,
            "concentration": self._concentration,
        }
        seen: list[Conflict] = []
        unseen: dict[str, str] = {}
        for kind, look in looks.items():
            try:
                seen += look()
            except (errors.AnalysisError, errors.ColumnError) as problem:
                unseen[kind] = problem.message.rstrip(".")
        return seen, unseen

    def _unit_economics(self) -> list[Conflict]:
        segments = self._acquired(self.by)
        self._planned_for({group[0] for group in segments})
        cells = self._acquired(self.by, "channel")
        return unit_economics.find(
            self.plan,
            {group[0]: one for group, one in segments.items()},
            {(group[0], group[1]): one for group, one in cells.items()},
            voices=self._wanted(self.by),
            markets=self._markets_if_known(),
        )

    def _planned_for(self, segments: set[str]) -> None:
        """Refuse a plan that names none of the segments: silence would look like agreement."""
        if self.plan and not segments & {feature.segment for feature in self.plan}:
            raise errors.NotEnoughDataError(
                f"no planned feature names one of {', '.join(sorted(segments))}"
            )

    def _price(self) -> list[Conflict]:
        self._planned_for(set(self._markets))
        return price.find(self.plan, self._markets, voices=self._wanted(self.by), seed=self.seed)

    def _channel(self) -> list[Conflict]:
        acquired = self._acquired("channel")
        kept = stays(self.given, self.as_of, self.seed)
        return channel.find(
            self.plan,
            {group[0]: one for group, one in acquired.items()},
            kept,
            voices=self._wanted("acquisition_channel"),
        )

    def _concentration(self) -> list[Conflict]:
        wanted = backlog.demand(
            inputs.needed(self.given, "feedback"),
            inputs.needed(self.given, "features"),
            assignments=inputs.needed(self.given, "assignments"),
            as_of=self.as_of,
            seed=self.seed,
            customers=self.given["customers"],
            memberships=self.given["memberships"],
            accounts=self.given["accounts"],
            deals=self.given["deals"],
            subscriptions=self.given["subscriptions"],
        )
        return concentration.find(
            self.plan,
            wanted.table.to_pylist(),
            companies=inputs.companies(inputs.needed(self.given, "customers"), self.by),
            seed=self.seed,
        )

    def _acquired(self, *by: str) -> dict[Group, Economics]:
        return economics.by_group(self._acquisition.regrouped(by), by)

    @cached_property
    def _acquisition(self) -> AcquisitionResult:
        """Unit economics of the last year, from which each kind takes its groups."""
        return economics.acquisition(
            self.given, ("channel", self.by), as_of=self.as_of, seed=self.seed
        )

    def _wanted(self, by: str) -> Voices | None:
        """Who has the needs of the plan; asked once for each division."""
        needs = {feature.need for feature in self.plan if feature.need}
        if by not in self._voices:
            self._voices[by] = voices.wanted(self.given, (by,), needs)
        return self._voices[by]

    @cached_property
    def _voices(self) -> dict[str, Voices | None]:
        return {}

    @cached_property
    def _markets(self) -> dict[str, Market]:
        responses = inputs.needed(self.given, "responses")
        prices, _ = plan_prices.by_plan(
            self.prices, self.given["products"], self.given["subscriptions"]
        )
        groups = tuple(dict.fromkeys((self.by, "plan")))
        counted = inputs.customers_by(self.given["customers"], groups, buyers=True)
        buyers: dict[tuple[str, ...], int] = {
            (group[0], group[-1]): n for group, n in counted.items()
        }
        study = pricing.van_westendorp(
            responses, by=(self.by,), draws=plan_prices.RESAMPLES, seed=self.seed
        )
        return plan_prices.markets(study, prices, buyers)

    def _markets_if_known(self) -> dict[str, Market] | None:
        """Prices are one remedy among others; why they are not known stands with their own kind."""
        try:
            return self._markets
        except (errors.AnalysisError, errors.ColumnError):
            return None


_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("title", pa.string()),
        ("sentence", pa.string()),
        ("segment", pa.string()),
        ("channel", pa.string()),
        ("size_amount", pa.float64()),
        ("size_low", pa.float64()),
        ("size_high", pa.float64()),
        ("probability", pa.float64()),
        ("owners", pa.string()),
        ("features", pa.string()),
        ("remedies", pa.string()),
    ]
)
