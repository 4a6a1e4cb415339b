"""What customers will buy, for how long, and what that is worth."""
