"""Segments: who belongs together, what they bring, how they differ."""
