"""What customers need, found in their words."""
