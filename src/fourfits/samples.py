"""A sample company whose truth is known."""
