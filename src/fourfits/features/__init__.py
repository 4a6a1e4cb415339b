"""What to build: demand, scores, ranking."""
