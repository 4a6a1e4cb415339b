"""What the stored reports say of the fits, as their pages show it."""
