"""What customers will pay."""
