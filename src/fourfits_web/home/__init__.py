"""Home: what a member should see first, by role."""
