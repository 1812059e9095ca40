"""JSON for other systems."""
