"""Rules: one function each, found by looking."""
