"""What templates of features draw with."""
