"""What templates of feedback draw with."""
