"""What customers do over their time with us: how they buy, stay and leave."""

from fourfits.customers.buying import purchases
from fourfits.customers.lifetime import (
    BgNbdModel,
    BgNbdResult,
    GammaGammaModel,
    GammaGammaResult,
    LifetimeValueResult,
    ShiftedBetaGeometricModel,
    ShiftedBetaGeometricResult,
    bg_nbd,
    gamma_gamma,
    lifetime_value,
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
    "purchases",
    "shifted_beta_geometric",
]
