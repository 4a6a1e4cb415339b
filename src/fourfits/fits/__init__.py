"""The four fits, their scorecard, and the conflicts between them and the plan."""
