"""What templates of reports draw with."""
