"""What customers will buy, for how long, and what that is worth."""

from fourfits.customers.lifetime.bg_nbd import BgNbdModel, BgNbdResult, bg_nbd
from fourfits.customers.lifetime.gamma_gamma import (
    GammaGammaModel,
    GammaGammaResult,
    gamma_gamma,
)
from fourfits.customers.lifetime.lifetime_value import LifetimeValueResult, lifetime_value
from fourfits.customers.lifetime.shifted_beta_geometric import (
    ShiftedBetaGeometricModel,
    ShiftedBetaGeometricResult,
    shifted_beta_geometric,
)

__all__ = [
    "BgNbdModel",
    "BgNbdResult",
    "GammaGammaModel",
    "GammaGammaResult",
    "LifetimeValueResult",
    "ShiftedBetaGeometricModel",
    "ShiftedBetaGeometricResult",
    "bg_nbd",
    "gamma_gamma",
    "lifetime_value",
    "shifted_beta_geometric",
]
