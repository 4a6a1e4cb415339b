"""The slices of the workspace, lowest first: each may know those before it."""

SLICES = (
    "members",
    "data",
    "reports",
    "decisions",
    "customers",
    "segments",
    "feedback",
    "needs",
    "experiments",
    "channels",
    "pricing",
    "features",
    "roadmap",
    "fits",
    "webhooks",
    "home",
)
