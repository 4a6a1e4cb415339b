"""The whole loop as one page."""
