"""Where customers come from and what each costs."""

from fourfits.channels.acquisition import AcquisitionResult, acquisition

__all__ = ["AcquisitionResult", "acquisition"]
