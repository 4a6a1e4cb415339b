"""Experiments: what is tried, on whom, and what it did."""
