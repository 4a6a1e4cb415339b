"""The slices of the workspace, lowest first: each may know those before it."""

SLICES = (
    "members",
    "data",
    "reports",
    "decisions",
    "customers",
    "feedback",
    "needs",
    "experiments",
    "channels",
    "pricing",
    "features",
    "roadmap",
    "webhooks",
)
