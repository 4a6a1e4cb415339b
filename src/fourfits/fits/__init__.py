"""The four fits from live data, their scorecard, and the conflicts between them and the plan."""

from __future__ import annotations

from fourfits.fits.conflicts import Conflict, ConflictsResult, Remedy, conflicts
from fourfits.fits.market_pricing import MarketPricingResult, market_pricing
from fourfits.fits.pricing_channel import PricingChannelResult, pricing_channel
from fourfits.fits.product_channel import ProductChannelResult, product_channel
from fourfits.fits.product_market import ProductMarketResult, product_market
from fourfits.fits.scorecard import ScorecardResult, scorecard
from fourfits.fits.scoring import FitResult

__all__ = [
    "Conflict",
    "ConflictsResult",
    "FitResult",
    "MarketPricingResult",
    "PricingChannelResult",
    "ProductChannelResult",
    "ProductMarketResult",
    "Remedy",
    "ScorecardResult",
    "conflicts",
    "market_pricing",
    "pricing_channel",
    "product_channel",
    "product_market",
    "scorecard",
]
