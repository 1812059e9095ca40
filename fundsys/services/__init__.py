"""Writing: one function per act of the office, one transaction, history kept."""
