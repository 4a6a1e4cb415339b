"""Prices, and what customers say they would pay."""
