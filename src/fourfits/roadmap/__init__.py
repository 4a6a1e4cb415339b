"""When work is done and who does it."""
