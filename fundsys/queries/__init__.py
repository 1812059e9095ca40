"""Reading: selects turned into frozen rows (Money, enums, dates)."""
