"""What is watched over time."""
