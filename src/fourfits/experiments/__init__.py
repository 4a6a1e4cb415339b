"""What a change did, measured against those who did not get it."""

from fourfits.experiments.analysis import ExperimentResult, experiment
from fourfits.experiments.outcomes import outcomes

__all__ = ["ExperimentResult", "experiment", "outcomes"]
