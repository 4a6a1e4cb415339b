"""What to build: demand, scores, ranking."""

from fourfits.features.demand import DemandResult, demand
from fourfits.features.ranking import RankingResult, ranking
from fourfits.features.scores import ScoresResult, scores

__all__ = ["DemandResult", "RankingResult", "ScoresResult", "demand", "ranking", "scores"]
