"""What templates of segments draw with."""
