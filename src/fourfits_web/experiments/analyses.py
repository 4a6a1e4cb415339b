"""What a run says of an experiment, as its pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fourfits import config

Row = Mapping[str, Any]

METRICS = {
    "converted": "Bought anything",
    "revenue_amount": "Revenue per customer",
    "n_orders": "Orders per customer",
}
UNITS = {"converted": "share", "revenue_amount": "money"}
_BEFORE = {"revenue_amount": "revenue_before_amount", "n_orders": "n_orders_before"}
TONES = {"higher": "good", "lower": "bad", "no difference shown": ""}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The difference between two arms in one metric."""

    metric: str
    title: str
    unit: str
    arm: str
    against: str
    row: Row

    @property
    def is_refused(self) -> bool:
        """Whether there is no verdict."""
        return str(self.row["verdict"]).startswith("none")

    @property
    def tone(self) -> str:
        """Colour of the verdict."""
        return "warn" if self.is_refused else TONES.get(self.row["verdict"], "")

    @property
    def verdict(self) -> str:
        """In words."""
        words = str(self.row["verdict"]).removeprefix("none: ")
        return f"No verdict: {words}" if self.is_refused else words.capitalize()

    @property
    def reach(self) -> float:
        """How far the scale of the difference goes to both sides."""
        ends = [abs(float(self.row[f"difference_{end}"] or 0)) for end in ("low", "high")]
        return 1.1 * max(*ends, 1e-9)

    @property
    def start(self) -> float:
        """Left end of that scale."""
        return -self.reach

    @property
    def difference_unit(self) -> str:
        """Two shares differ by points of per cent."""
        return "share_points" if self.unit == "share" else self.unit

    @property
    def p_adjusted(self) -> str:
        """The p value, adjusted for several looks."""
        return _spelled(self.row["p_adjusted"])

    @property
    def p_value(self) -> str:
        """The p value of this comparison alone."""
        return _spelled(self.row["p_value"])

    @property
    def by_cuped(self) -> str:
        """What the orders before took away of the noise, in words."""
        removed = self.row["variance_removed_share"]
        if self.row["covariate"] is None or removed is None:
            return ""
        return f"adjusted by {self.row['covariate'].replace('_', ' ').removesuffix(' amount')}, which explains {removed:.0%} of the noise"


def effects(rows: Iterable[Row], currency: str) -> list[Effect]:
    """Every comparison, in the order of the run."""
    return [
        Effect(
            metric=row["metric"],
            title=METRICS.get(row["metric"], str(row["metric"]).replace("_", " ").capitalize()),
            unit=_unit(row, currency),
            arm=row["arm"],
            against=row["against"],
            row=row,
        )
        for row in rows
    ]


def adjusted(found: Iterable[Effect], correction: str) -> str:
    """For what p values are adjusted, and what rests on them.

    >>> adjusted([], "holm")
    'There is one comparison, so that nothing is adjusted.'
    """
    n = sum(one.row["p_value"] is not None for one in found)
    if n < 2:
        return "There is one comparison, so that nothing is adjusted."
    if correction == "none":
        return f"It is not adjusted for there being {n} comparisons."
    return (
        f"The upper one is adjusted for {n} comparisons ({_NAMED.get(correction, correction)}), and verdicts rest "
        "on it; the lower one is of the comparison alone."
    )


_NAMED = {"holm": "Holm", "benjamini-hochberg": "Benjamini–Hochberg"}


def _spelled(p: float | None) -> str:
    """A p value; one that three places show as nothing is said to be below what they can show."""
    return "–" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _unit(row: Row, currency: str) -> str:
    kind = "share" if row["kind"] == "proportion" else UNITS.get(row["metric"], "")
    return f"money:{currency}" if kind == "money" else kind


def alarm(rows: Iterable[Row]) -> float | None:
    """The probability of arms so uneven, where it is so low that something went wrong."""
    found = [row["srm_p_value"] for row in rows if row.get("srm_p_value") is not None]
    lowest = min(found, default=1.0)
    return lowest if lowest < config.SRM_ALARM else None


def headline(rows: Iterable[Row], currency: str) -> Effect | None:
    """The clearest comparison: that with the lowest adjusted p value."""
    known = effects(rows, currency)
    return min(known, key=lambda one: _p(one.row), default=None)


def _p(row: Row) -> float:
    return 2.0 if row["p_adjusted"] is None else float(row["p_adjusted"])


def asked(
    *, metrics: Iterable[str], cuped: bool, days: int | None, correction: str, control: str
) -> dict[str, Any]:
    """The settings of the analysis for what people chose; the usual ones are left out.

    >>> asked(metrics=["converted", "revenue_amount"], cuped=True, days=28, correction="holm",
    ...       control="")
    {}
    >>> asked(metrics=["n_orders"], cuped=False, days=14, correction="holm", control="")
    {'means': ['n_orders'], 'days': 14}
    """
    chosen = [name for name in METRICS if name in set(metrics)]
    means = [f"{name} ~ {_BEFORE[name]}" if cuped else name for name in chosen if name in _BEFORE]
    shares = [name for name in chosen if name not in _BEFORE]
    found: dict[str, Any] = {}
    if (means, shares) != (["revenue_amount ~ revenue_before_amount"], ["converted"]):
        found |= {"means": means} if means else {}
        found |= {"proportions": shares} if shares else {}
    if days and days != config.EXPERIMENT_DAYS:
        found["days"] = days
    if correction != "holm":
        found["correction"] = correction
    return found | ({"control": control} if control else {})


def chosen(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What people chose, from the settings of the analysis; the reverse of `asked`."""
    means = settings.get("means")
    shares = settings.get("proportions")
    if means is None and shares is None:
        means, shares = ["revenue_amount ~ revenue_before_amount"], ["converted"]
    named = [mean.partition(" ~ ")[0] for mean in means or ()]
    return {
        "metrics": [*(shares or ()), *named],
        "cuped": any("~" in mean for mean in means or ()) or not means,
        "days": settings.get("days", config.EXPERIMENT_DAYS),
        "correction": settings.get("correction", "holm"),
        "control": settings.get("control", ""),
    }
