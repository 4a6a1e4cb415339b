"""What customers will pay."""

from fourfits.pricing.van_westendorp import VanWestendorpResult, van_westendorp

__all__ = ["VanWestendorpResult", "van_westendorp"]
