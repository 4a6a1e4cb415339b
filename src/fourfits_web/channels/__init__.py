"""Channels: what a customer costs in each, and what that customer brings."""
