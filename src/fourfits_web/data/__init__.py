"""Customer data: what came in, how good it is, where it lives."""
