"""What is planted in the sample company, and where an analysis should find it again.

The firm makes coffee equipment: a webshop with a home membership (B2C) and an office service
(B2B). All of it is invented; no number stands for a real company.

| fact | planted | found in |
|---|---|---|
| five segments | `students`, `households`, `home baristas` (people), `small offices`, `large workplaces` (companies); segmentation `market` | `memberships`; behaviour in `orders`, `customers`, `accounts` |
| strong and weak product-market fit | "very disappointed": home baristas 56 %, large workplaces 46 %, small offices 38 %, households 30 %, students 14 % | `responses` of kind `pmf` |
| NPS | home baristas +46, large workplaces +32, small offices +14, households +4, students -28 | `responses` of kind `nps` |
| retention | share of people that never leaves: home baristas .58, households .34, students .15, times the channel's factor (referral 1.2 ... display ads .45); those who leave do so with 30-35 % a month | `events`, `orders`, `subscriptions` |
| activation | an event `activated` within 14 days: referral .78, organic search .70, field sales .72, partners .66, paid search .60, paid social .45, display ads .25 | `events` |
| twelve needs | `NEEDS`; who wants which: `Segment.needs` | `feedback`, `responses` (`importance:NEED`, `satisfaction:NEED`), `features.need`, `deals.need` |
| price range | medians of the four price questions per segment; PMC, OPP, IDP, PME follow (`Segment.price_points`) | `responses` of the survey `price` |
| cost of acquisition | per new customer (a person or an account): referral 20, organic search 25, paid search 55, paid social 110, display ads 480, partners 1,800, field sales 14,000 | `spend`, `customers.acquisition_channel` |
| a channel that cannot pay back | `display ads`: LTV:CAC about .2, below 1 for students and households | the same, with `subscriptions` and `orders` |
| a churn driver | accounts in which nobody uses `brew schedule` in the first 30 days leave 4 times as fast | `events.feature`, `subscriptions` |
| a feature that one account carries | need `central billing`, asked for by account `A0000000` with more than 90 % of its account demand | `feedback`, `deals`, `accounts.arr_amount` |
| an experiment | `one-page checkout`: conversion within 28 days +15 points, balanced arms; the revenue effect is `Truth.revenue_lift_amount` | `exposures`, `orders` |
| delivery history | items a week by team: machine 2, app 4, commerce 3, service 2; actual days per estimated day: machine 1.6, app 1.1, commerce 1.3, service 2.0 | `deliveries` |
| conflict no. 1 | work is planned for `students` (need `machine rental`), whose acquisition pays back in more than 12 months; `small offices` share the need and can pay; `referral` reaches students cheaply | `features`, all of the above |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

NEEDS = (
    "quiet machine",
    "easy cleaning",
    "faster heat-up",
    "temperature control",
    "flexible delivery",
    "fresher beans",
    "machine rental",
    "reliable app",
    "usage dashboard",
    "fast repair",
    "central billing",
    "user roles",
)
PRICES = {"Basic": 6.0, "Plus": 19.0, "Team": 129.0, "Enterprise": 590.0}
"""Monthly list price by plan; Team and Enterprise per site."""
CURRENCY = "EUR"
SEGMENTATION = "market"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One planted segment.

    Attributes:
        market: `people` or `companies`.
        share: Part of the people, or of the accounts, that belongs to it.
        plans: Share of its customers by plan.
        channels: Share of its customers by the channel that brought them.
        needs: How often each need is voiced, in the order of `NEEDS`, relative to each other.
        satisfaction: Mean satisfaction with a need, 0-10.
        voice: How readily its people speak, relative to each other.
        nps: Net promoter score in points.
        very_disappointed_share: The PMF question's share.
        satisfied_share: Share of CSAT answers of 4 or 5.
        plateau_share: Share that never leaves (people), before the channel's factor.
        monthly_churn_share: Leaving in a month, of those who will leave (people) or of accounts
            that used the churn driver's feature (companies).
        prices: Medians of too cheap, cheap, expensive, too expensive, in EUR a month.
        orders_per_month: Shop orders of one person in an active month.
    """

    name: str
    market: str
    share: float
    plans: Mapping[str, float]
    channels: Mapping[str, float]
    needs: tuple[float, ...]
    satisfaction: float
    voice: float
    nps: float
    very_disappointed_share: float
    satisfied_share: float
    plateau_share: float
    monthly_churn_share: float
    prices: tuple[float, float, float, float]
    orders_per_month: float

    @property
    def price_points(self) -> dict[str, float]:
        """Where the curves cross: the four answers are log-normal with one spread.

        >>> {name: round(price, 2) for name, price in SEGMENTS["students"].price_points.items()}
        {'pmc': 3.67, 'opp': 5.34, 'idp': 5.61, 'pme': 8.15}
        """
        too_cheap, cheap, expensive, too_expensive = self.prices
        return {
            "pmc": math.sqrt(too_cheap * cheap),
            "opp": math.sqrt(too_cheap * too_expensive),
            "idp": math.sqrt(cheap * expensive),
            "pme": math.sqrt(expensive * too_expensive),
        }


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One planted channel of acquisition.

    Attributes:
        cac_amount: Spend per new customer, a person or an account, in EUR.
        activation_share: Share of its customers that activate within 14 days.
        retention_factor: Times the segment's plateau.
    """

    name: str
    cac_amount: float
    activation_share: float
    retention_factor: float


SEGMENTS = {
    segment.name: segment
    for segment in (
        Segment(
            name="students",
            market="people",
            share=0.28,
            plans={"Basic": 0.95, "Plus": 0.05},
            channels={
                "organic search": 0.12,
                "paid search": 0.06,
                "paid social": 0.56,
                "referral": 0.12,
                "display ads": 0.14,
            },
            needs=(0.4, 0.6, 0.9, 0.1, 0.6, 0.2, 1.9, 0.7, 0, 0.2, 0, 0),
            satisfaction=3.2,
            voice=0.6,
            nps=-28,
            very_disappointed_share=0.14,
            satisfied_share=0.45,
            plateau_share=0.15,
            monthly_churn_share=0.35,
            prices=(3.0, 4.5, 7.0, 9.5),
            orders_per_month=0.1,
        ),
        Segment(
            name="households",
            market="people",
            share=0.47,
            plans={"Basic": 0.6, "Plus": 0.4},
            channels={
                "organic search": 0.28,
                "paid search": 0.28,
                "paid social": 0.22,
                "referral": 0.14,
                "display ads": 0.08,
            },
            needs=(1.3, 1.4, 0.9, 0.2, 1.1, 0.4, 0.1, 0.7, 0, 0.5, 0, 0),
            satisfaction=5.8,
            voice=0.5,
            nps=4,
            very_disappointed_share=0.30,
            satisfied_share=0.66,
            plateau_share=0.34,
            monthly_churn_share=0.32,
            prices=(6.0, 9.0, 15.0, 20.0),
            orders_per_month=0.5,
        ),
        Segment(
            name="home baristas",
            market="people",
            share=0.25,
            plans={"Basic": 0.2, "Plus": 0.8},
            channels={
                "organic search": 0.34,
                "paid search": 0.16,
                "paid social": 0.14,
                "referral": 0.3,
                "display ads": 0.06,
            },
            needs=(0.3, 0.6, 0.4, 1.8, 0.5, 1.6, 0, 0.6, 0.1, 0.3, 0, 0),
            satisfaction=8.2,
            voice=1.3,
            nps=46,
            very_disappointed_share=0.56,
            satisfied_share=0.88,
            plateau_share=0.58,
            monthly_churn_share=0.30,
            prices=(11.0, 16.0, 26.0, 34.0),
            orders_per_month=1.0,
        ),
        Segment(
            name="small offices",
            market="companies",
            share=0.67,
            plans={"Team": 0.88, "Enterprise": 0.12},
            channels={"partners": 1.0},
            needs=(0.5, 0.9, 0.4, 0, 0.7, 0.4, 1.5, 0.5, 0.8, 1.2, 0, 0.4),
            satisfaction=6.2,
            voice=1.0,
            nps=14,
            very_disappointed_share=0.38,
            satisfied_share=0.72,
            plateau_share=0.0,
            monthly_churn_share=0.012,
            prices=(70.0, 105.0, 165.0, 220.0),
            orders_per_month=0.5,
        ),
        Segment(
            name="large workplaces",
            market="companies",
            share=0.33,
            plans={"Team": 0.15, "Enterprise": 0.85},
            channels={"partners": 0.15, "field sales": 0.85},
            needs=(0.5, 0.7, 0.5, 0, 0.6, 0.5, 0.5, 0.5, 1.7, 1.2, 0, 1.4),
            satisfaction=7.2,
            voice=1.4,
            nps=32,
            very_disappointed_share=0.46,
            satisfied_share=0.80,
            plateau_share=0.0,
            monthly_churn_share=0.006,
            prices=(320.0, 480.0, 760.0, 1000.0),
            orders_per_month=0.6,
        ),
    )
}

CHANNELS = {
    channel.name: channel
    for channel in (
        Channel(name="organic search", cac_amount=25.0, activation_share=0.7, retention_factor=1.1),
        Channel(name="paid search", cac_amount=55.0, activation_share=0.6, retention_factor=1.0),
        Channel(name="paid social", cac_amount=110.0, activation_share=0.45, retention_factor=0.8),
        Channel(name="referral", cac_amount=20.0, activation_share=0.78, retention_factor=1.2),
        Channel(name="display ads", cac_amount=480.0, activation_share=0.25, retention_factor=0.45),
        Channel(name="partners", cac_amount=1_800.0, activation_share=0.66, retention_factor=1.0),
        Channel(
            name="field sales", cac_amount=14_000.0, activation_share=0.72, retention_factor=1.0
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Team:
    """One planted team: what it finishes in a week, and how long work takes."""

    name: str
    items_per_week: float
    days_per_estimated_day: float


TEAMS = {
    team.name: team
    for team in (
        Team(name="machine", items_per_week=2.0, days_per_estimated_day=1.6),
        Team(name="app", items_per_week=4.0, days_per_estimated_day=1.1),
        Team(name="commerce", items_per_week=3.0, days_per_estimated_day=1.3),
        Team(name="service", items_per_week=2.0, days_per_estimated_day=2.0),
    )
}


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Every planted fact of one company.

    Attributes:
        segments: The five segments by name.
        channels: The seven channels by name.
        teams: The four teams by name.
        needs: The twelve needs.
        plan_prices: Monthly list price by plan, EUR.
        failing_channel: The channel that cannot pay back.
        churn_feature: Feature whose early use keeps accounts.
        churn_factor: How many times as fast accounts leave without it.
        carried_need: The need that one account carries.
        carried_by: That account.
        experiment: The experiment's id; its arms are `control` and `treatment`.
        conversion_days: Days after exposure in which an order counts as conversion.
        conversion_lift: Planted effect on the share that orders in those days (0-1).
        revenue_lift_amount: Effect on revenue per exposed person, EUR: what the added orders
            brought, per person in the treatment arm.
        conflict_segment: Segment for which work is planned that cannot pay back.
        conflict_need: The need that this work answers.
        paying_segment: Segment that shares the need and pays back.
        cheap_channel: Channel that reaches the conflict's segment within the limit.
        assignments: `feedback_id`, `theme`, `confidence_share`: the need behind every text;
            `praise` and `other` are no needs.
    """

    segments: Mapping[str, Segment] = field(default_factory=lambda: SEGMENTS)
    channels: Mapping[str, Channel] = field(default_factory=lambda: CHANNELS)
    teams: Mapping[str, Team] = field(default_factory=lambda: TEAMS)
    needs: tuple[str, ...] = NEEDS
    plan_prices: Mapping[str, float] = field(default_factory=lambda: PRICES)
    failing_channel: str = "display ads"
    churn_feature: str = "brew schedule"
    churn_factor: float = 4.0
    carried_need: str = "central billing"
    carried_by: str = "A0000000"
    experiment: str = "one-page checkout"
    conversion_days: int = 28
    conversion_lift: float = 0.15
    conflict_segment: str = "students"
    conflict_need: str = "machine rental"
    paying_segment: str = "small offices"
    cheap_channel: str = "referral"
    revenue_lift_amount: float
    assignments: pa.Table

    def plateau_share(self, segment: str, channel: str) -> float:
        """Share of a segment's people from a channel that never leaves."""
        planted = self.segments[segment].plateau_share
        return planted * self.channels[channel].retention_factor
