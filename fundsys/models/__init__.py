"""Tables, keys, constraints and column types; no decisions."""
