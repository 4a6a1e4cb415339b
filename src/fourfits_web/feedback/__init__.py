"""What customers say, item by item: received, sorted, closed."""
