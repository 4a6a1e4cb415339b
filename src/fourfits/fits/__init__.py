"""The four fits from live data, their scorecard, and the conflicts between them and the plan."""

from __future__ import annotations

from fourfits.fits.market_pricing import MarketPricingResult, market_pricing
from fourfits.fits.product_channel import ProductChannelResult, product_channel
from fourfits.fits.product_market import ProductMarketResult, product_market
from fourfits.fits.scoring import FitResult

__all__ = [
    "FitResult",
    "MarketPricingResult",
    "ProductChannelResult",
    "ProductMarketResult",
    "market_pricing",
    "product_channel",
    "product_market",
]
