"""What a change did, measured against those who did not get it."""
